"""axe-core finds nothing serious, keys are listed and can be switched off, large text fits."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from handmade import midi_of, midi_of_parts

from .file_actions import add_to_song, drop_all, upload
from .page_actions import SETTLED, act, seed
from .test_sound import SOUNDING

# What waits for an answer is dimmed until it is there.
AT_REST = f"({SETTLED})() && !document.querySelector('.pocket-studio [aria-busy=true]')"
TABS = ("Groove", "Song", "Codebook", "Listening test")


def serious(page):
    """What axe-core calls serious or critical in our part of the page, once it is at rest."""
    page.wait_for_function(AT_REST)
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


def test_axe_finds_nothing_serious_in_what_opens(page):
    page.get_by_role("button", name="Six genres").click()
    page.get_by_role("button", name="Use Jazz").wait_for()
    page.locator(".ps-code").first.click()
    page.locator(".ps-code-choice").nth(63).wait_for()
    for _ in range(3):
        add_to_song(page)
    upload(page, "long.mid", midi_of(*((step, 42, 90) for step in range(64)), end=64))
    page.get_by_role("button", name="As sketch").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    beat = [(0, 36, 100), (20, 38, 90)]
    parts = midi_of_parts(("Drums", 9, beat), ("", 0, beat), ("Bell", 3, [(0, 71, 9)]))
    drop_all(page, {"parts.mid": parts, "broken.mid": b"no"})
    page.get_by_role("radio", name="No name").wait_for()
    assert serious(page) == []
    page.get_by_role("radio", name="Drums track").check()
    page.get_by_role("button", name="As feel").click()
    assert serious(page) == []
    page.get_by_role("tab", name="Song").click()
    assert serious(page) == []


CLOSE_DRAWERS = "document.querySelectorAll('.ps-drawer').forEach((one) => { one.open = false; })"
SAY = """() => { const {app} = PocketStudio.instance;
  app.condition('one', 'Something lasts.', {text: 'Mend it', run() {}});
  app.say('A line.', true, {remedy: {text: 'Release them', run() {}}}); }"""


@pytest.mark.parametrize("look", ["light", "dark", "forced"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious_in_drawers_sides_and_conditions(open_page, app_url, look, width):
    colours = {"forced_colors": "active"} if look == "forced" else {}
    theme = "light" if look == "forced" else look
    size = {"width": width, "height": 900}
    page = open_page(url=f"{app_url}?__theme={theme}", viewport=size, **colours)
    page.evaluate(CLOSE_DRAWERS)
    page.evaluate(SAY)
    assert serious(page) == []
    if width == 390:
        page.locator('[data-ps="side"] label', has_text="Played").click()
    for summary in page.locator(".ps-drawer > summary").all():
        summary.click()
    assert serious(page) == []
    upload(page, "long.mid", midi_of(*((step, 42, 90) for step in range(64)), end=64))
    page.get_by_role("button", name="Play the two bars").wait_for()
    assert serious(page) == []


CLEAR = "rgba(0, 0, 0, 0)"
# Of icons that are painted as a `::before`: its colour, and that of the ground it stands on.
ICONS = """(names) => names.map((name) => {
  const all = [...document.querySelectorAll(`.pocket-studio ${name}`)];
  const node = all.find((one) => one.checkVisibility());
  const {backgroundColor: icon, content} = getComputedStyle(node, '::before');
  const grounds = [];
  for (let one = node; one; one = one.parentElement)
    grounds.push(getComputedStyle(one).backgroundColor);
  const ground = grounds.find((colour) => !colour.endsWith(', 0)'));
  return {name, icon, ground, content};
})"""


def test_painted_icons_stand_out_in_the_systems_colours(open_page):
    page = open_page(forced_colors="active")
    resting = [".ps-play", ".ps-row-lock", ".ps-row-roll", '.ps-cell[aria-selected="true"]']
    pressed = [f'{name}[aria-pressed="true"]' for name in (".ps-play", ".ps-row-lock")]
    seen = page.evaluate(ICONS, resting)
    act(page, page.get_by_role("button", name="Lock Snare").click)
    page.keyboard.press("Space")
    page.wait_for_function(SOUNDING)
    seen += page.evaluate(ICONS, pressed)
    page.get_by_role("tab", name="Codebook").click()
    page.locator(".ps-tile-play").first.wait_for()
    seen += page.evaluate(ICONS, [".ps-tile-play"])
    assert [one for one in seen if one["content"] == "none"] == []
    assert [one for one in seen if one["icon"] in (one["ground"], CLEAR)] == []


def test_keys_of_the_picture_are_told_apart_in_the_systems_colours(open_page):
    page = open_page(forced_colors="active")
    grounds = page.evaluate(
        """() => ['kept', 'added', 'removed', 'edited', 'early'].map((name) =>
          getComputedStyle(document.querySelector(`.ps-key-${name}`)).backgroundColor)"""
    )
    assert grounds[0] == "rgb(150, 70, 190)", "the picture's own colour"
    assert len(set(grounds)) == len(grounds)


def test_every_cell_says_what_it_is(page):
    names = page.locator("[role=gridcell]").evaluate_all("all => all.map((x) => x.ariaLabel)")
    assert len(names) == 224
    assert len({name.rpartition(":")[0] for name in names}) == 224
    assert {name.rpartition(": ")[2] for name in names} == {"on", "off"}


def test_every_control_has_a_name(page):
    """A button is named by its text; a field only by a label, whose text is not the field's own."""
    nameless = page.evaluate(
        """() => {
          const textOf = (label) => {
            const copy = label.cloneNode(true);
            for (const field of copy.querySelectorAll('select, output')) field.remove();
            return copy.textContent.trim();
          };
          const isNamed = (node) => node.ariaLabel || node.ariaLabelledByElements?.length
            || (node.matches('button') ? node.textContent.trim() : [...node.labels].some(textOf));
          return [...document.querySelectorAll('.pocket-studio :is(button, select, input)')]
            .filter((node) => node.checkVisibility() && !isNamed(node))
            .map((node) => node.outerHTML.slice(0, 120));
        }"""
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
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    before = seed(page)
    page.keyboard.press("n")
    assert seed(page) == before, "the browser remembers the switch"
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
