"""What is on the first screen, on a laptop, a tablet and a phone, and what stays there."""

from itertools import pairwise

import pytest

from .page_actions import act, box, state

ON_THE_FIRST_SCREEN = (
    "play",
    "tempo_bpm",
    "undo",
    "redo",
    "new-take",
    "genre",
    "guidance",
    "temperature",
    "density",
    "grid",
    "velocity_pattern",
    "microtiming_pattern",
    "output",
    "take-list",
)
LAPTOP = {"width": 1280, "height": 720}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ON_ITS_SIDE = {"viewport": {"width": 844, "height": 390}, "has_touch": True, "is_mobile": True}
TABLET = {"width": 820, "height": 1180}
CLOSE_DRAWERS = "document.querySelectorAll('.ps-drawer').forEach((one) => { one.open = false; })"


def inside(page, part):
    found, size = box(page, part), page.viewport_size
    right, bottom = found["x"] + found["width"], found["y"] + found["height"]
    return (
        found["x"] >= 0 and found["y"] >= 0 and right <= size["width"] and bottom <= size["height"]
    )


def has_no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("part", ON_THE_FIRST_SCREEN)
def test_a_laptop_shows_it_without_scrolling(open_page, part):
    page = open_page(viewport=LAPTOP)
    assert inside(page, part)


@pytest.mark.parametrize(
    "size", [(1280, 720), (1440, 900), (1920, 1080), (820, 1180), (844, 390), (390, 844)]
)
def test_no_screen_is_scrolled_sideways(open_page, size):
    page = open_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("screen", [{"viewport": LAPTOP}, PHONE, ON_ITS_SIDE])
def test_transport_and_undo_stay_in_sight(open_page, screen):
    page = open_page(**screen)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function("scrollY > 0")
    assert all(inside(page, part) for part in ("play", "tempo_bpm", "undo", "new-take"))


def test_a_phone_on_its_side_has_what_the_model_is_asked_in_the_transport(open_page):
    page = open_page(**ON_ITS_SIDE)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function("scrollY > 0")
    # From left to right, none over another.
    parts = ("redo", "genre", "temperature", "density", "density-auto", "new-take")
    assert all(inside(page, part) for part in parts)
    boxes = [box(page, part) for part in parts]
    for one, other in pairwise(boxes):
        assert one["x"] + one["width"] <= other["x"]
    act(page, lambda: page.locator('[data-ps="genre"]').select_option("jazz"))
    assert state(page, "genre") == "jazz"
    narrow = open_page(**{**ON_ITS_SIDE, "viewport": {"width": 770, "height": 390}})
    assert inside(narrow, "genre")


def test_a_tablet_shows_all_steps(open_page):
    page = open_page(viewport=TABLET)
    found = box(page, "scroller")
    last = page.locator("[role=row]").first.locator("[role=gridcell]").last.bounding_box()
    assert last["x"] + last["width"] <= found["x"] + found["width"] + 1


def test_a_phone_shows_a_bar_of_the_sketch_or_of_the_groove(open_page):
    page = open_page(**PHONE)
    cells = page.locator("[role=row]").first.locator("[role=gridcell]")
    assert cells.first.bounding_box()["width"] >= 24
    assert page.locator('[data-ps="grid"]').is_visible()
    assert not page.locator('[data-ps="output"]').is_visible()
    page.locator('[data-ps="side"] label', has_text="Played").tap()
    assert page.locator('[data-ps="output"]').is_visible()
    assert not page.locator('[data-ps="grid"]').is_visible()
    assert box(page, "output")["width"] / 32 >= 24
    page.locator('[data-ps="jump-1"]').tap()
    page.wait_for_function("document.querySelector('[data-ps=scroller]').scrollLeft > 300")


def test_undo_on_a_phone_goes_to_the_side_that_it_changes(open_page):
    page = open_page(**PHONE)
    act(page, cells_of(page, "Kick").nth(1).tap)
    page.locator('[data-ps="side"] label', has_text="Played").tap()
    act(page, page.locator('[data-ps="undo"]').tap)
    assert state(page, "side") == "sketch"
    assert page.locator('[data-ps="grid"]').is_visible()


def test_undo_on_a_phone_stays_on_its_side_for_what_is_on_neither(open_page):
    page = open_page(**PHONE)
    page.locator('[data-ps="side"] label', has_text="Played").tap()
    act(page, page.locator('[data-ps="new-take"]').tap)
    act(page, page.locator('[data-ps="undo"]').tap)
    assert state(page, "side") == "played"
    assert page.locator('[data-ps="output"]').is_visible()


def cells_of(page, drum):
    return page.locator(f'[role=gridcell][aria-label^="{drum}, "]')


def test_the_codes_are_seen_while_their_drawer_is_open_or_one_is_locked(page):
    page.evaluate(CLOSE_DRAWERS)
    codes = page.locator('[data-ps="codes"]')
    assert not codes.is_visible()
    page.locator('[data-ps="drawer-codes"] summary').click()
    assert codes.is_visible()
    page.get_by_role("button", name="Lock bar 1, beat 1", exact=True).click()
    page.wait_for_function("PocketStudio.instance.store.state.locked_beats.length === 1")
    page.locator('[data-ps="drawer-codes"] summary').click()
    assert codes.is_visible()


@pytest.mark.parametrize("view", ["song", "codebook", "listening"])
def test_a_tab_shows_only_what_acts_there(page, view):
    page.locator(f'[data-ps="tab-{view}"]').click()
    for part in ("new-take", "genre", "density", "takes", "drawer-sketch", "drawer-export"):
        assert not page.locator(f'[data-ps="{part}"]').is_visible()
    for part in ("play", "tempo_bpm", "volume", "kit", "undo"):
        assert page.locator(f'[data-ps="{part}"]').is_visible() == (view != "listening")
