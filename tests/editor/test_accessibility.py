"""axe-core finds nothing serious, keys are listed and can be switched off, large text fits."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .page_actions import seed

TABS = ("Groove", "Song", "Codebook", "Listening test")


def serious(page):
    """What axe-core calls serious or critical in our part of the page."""
    found = Axe().run(page, context=".pocket-studio").response["violations"]
    return [
        (violation["id"], node["html"][:120])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(open_page, app_url, theme, width):
    page = open_page(url=f"{app_url}?__theme={theme}", viewport={"width": width, "height": 900})
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        if tab == "Codebook":
            page.locator(".ps-tile").nth(63).wait_for()
        assert serious(page) == [], tab
    page.get_by_role("button", name="Help and shortcuts").click()
    assert serious(page) == []


def test_every_cell_says_what_it_is(page):
    names = page.locator("[role=gridcell]").evaluate_all("all => all.map((x) => x.ariaLabel)")
    assert len(names) == 224
    assert len({name.rpartition(":")[0] for name in names}) == 224
    assert {name.rpartition(": ")[2] for name in names} == {"on", "off"}


def test_every_control_has_a_name(page):
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.pocket-studio :is(button, select, input)')]
          .filter((node) => node.checkVisibility() && !node.ariaLabel && !node.textContent.trim()
            && !node.labels?.length).map((node) => node.outerHTML)"""
    )
    assert nameless == []


def test_the_shortcuts_are_listed_and_single_keys_can_be_switched_off(page):
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="How it works")
    assert dialog.is_visible()
    listed = dialog.locator("dt").all_inner_texts()
    assert "Space" in " ".join(listed)
    assert len(listed) == dialog.locator("dd").count() >= 8
    dialog.get_by_label("Single keys work as shortcuts").uncheck()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    before = seed(page)
    page.keyboard.press("n")
    assert seed(page) == before
    page.keyboard.press("?")
    dialog.get_by_label("Single keys work as shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert seed(page) != before


@pytest.mark.parametrize("width", [640, 195])
def test_at_twice_the_size_nothing_but_the_sheet_scrolls_sideways(open_page, width):
    """200% zoom of a 1280 px window is a 640 px one; of a phone, a 195 px one."""
    page = open_page(viewport={"width": width, "height": 450})
    if width == 640:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("button", name="Play").is_visible()
    cut_off = page.evaluate(
        """() => [...document.querySelectorAll('.pocket-studio :is(button, select, input)')]
          .filter((node) => node.checkVisibility() && !node.closest('.ps-scroller'))
          .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
          .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert cut_off == []
