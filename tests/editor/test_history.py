"""Undo and redo over everything that makes a groove, one step a stroke."""

import pytest

from .page_actions import (
    STEP_KICK_2,
    act,
    cell,
    drag,
    groove,
    lane_point,
    n_asked,
    project,
    settle,
    state,
    status,
)

UNDO = "Control+z"


def slide(page, part, key):
    page.locator(f'[data-ps="{part}"]').focus()
    page.keyboard.press(key)


def paint_snare(page, lane, n_levels):
    page.get_by_label("Drum of the contours").select_option("snare")
    page.mouse.click(*lane_point(page, lane, 12, n_levels - 1, n_levels))


# Everything in the project that this file can change by hand; other files undo their own features.
CHANGES = {
    "a cell": lambda page: page.locator(STEP_KICK_2).click(),
    "a stroke": lambda page: drag(page, cell(page, 0, 2), cell(page, 0, 20)),
    "velocity": lambda page: drag(
        page,
        lane_point(page, "velocity_pattern", 3, 0, 5),
        lane_point(page, "velocity_pattern", 20, 4, 5),
    ),
    "timing": lambda page: page.mouse.click(*lane_point(page, "microtiming_pattern", 5, 0, 3)),
    "genre": lambda page: page.locator('[data-ps="genre"]').select_option("jazz"),
    "a take": lambda page: page.get_by_role("button", name="New take", exact=True).click(),
    "tempo": lambda page: slide(page, "tempo-slider", "PageUp"),
    "swing": lambda page: slide(page, "swing", "PageUp"),
    "dynamics": lambda page: slide(page, "velocity_amount", "PageDown"),
    "feel": lambda page: slide(page, "microtiming_amount", "PageDown"),
    "genre strength": lambda page: slide(page, "guidance", "ArrowLeft"),
    "density": lambda page: slide(page, "density", "ArrowRight"),
    "density by itself": lambda page: page.get_by_role("button", name="Density: auto").click(),
    "humanity": lambda page: slide(page, "humanity", "PageDown"),
    "a reference": lambda page: page.evaluate(
        """() => { const {store, performance} = PocketStudio.instance;
          store.setState({reference: {name: 'a beat', groove: performance.groove}}); }"""
    ),
    "a reference's notes": lambda page: page.get_by_label("Take its notes too").check(),
    "velocity of a drum": lambda page: paint_snare(page, "velocity_pattern", 5),
    "timing of a drum": lambda page: paint_snare(page, "microtiming_pattern", 3),
    "keep my hits": lambda page: page.get_by_role("button", name="Keep my hits").click(),
    "variation": lambda page: slide(page, "temperature", "PageDown"),
    "kit": lambda page: page.locator('[data-ps="kit"]').select_option(index=2),
    "preset": lambda page: page.locator('[data-ps="preset"]').select_option(index=2),
}


def test_each_change_is_one_step_that_undo_takes_back_and_redo_brings_back(page):
    first, first_groove = project(page), groove(page)
    seen = []
    for change in CHANGES.values():
        change(page)
        settle(page)
        seen.append(project(page))
    assert all(after != before for before, after in zip([first, *seen], seen, strict=False))
    for expected in [*seen[-2::-1], first]:
        page.keyboard.press(UNDO)
        assert project(page) == expected
    assert page.get_by_role("button", name="Undo").is_disabled()
    settle(page)
    assert groove(page) == first_groove, "the same project plays the same groove"
    for expected in seen:
        page.keyboard.press("Control+Shift+z")
        assert project(page) == expected
    assert page.get_by_role("button", name="Redo").is_disabled()
    settle(page)


def test_undo_says_and_shows_what_it_changed(page):
    page.locator(STEP_KICK_2).click()
    settle(page)
    page.get_by_role("tab", name="Codebook").click()
    page.keyboard.press(UNDO)
    assert state(page, "view") == "studio", "the view that shows it comes back"
    assert status(page) == "Undid a change of the sketch."
    assert "ps-flash" in page.locator('[data-ps="grid"]').get_attribute("class")
    page.keyboard.press("Control+y")
    assert status(page) == "Did again a change of the sketch."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("genre strength", "the genre strength"),
        ("density", "the density"),
        ("humanity", "the humanity"),
        ("velocity of a drum", "the velocity contour (Snare)"),
        ("timing of a drum", "the timing contour (Snare)"),
    ],
)
def test_undo_names_the_models_controls(page, change, words):
    CHANGES[change](page)
    settle(page)
    page.keyboard.press(UNDO)
    assert status(page) == f"Undid a change of {words}."


def test_undo_names_a_references_notes(page):
    for change in ("a reference", "a reference's notes"):
        CHANGES[change](page)
        settle(page)
    page.keyboard.press(UNDO)
    assert status(page) == "Undid a change of the reference's notes."
    assert state(page, "reference_notes") is False
    page.keyboard.press(UNDO)
    assert status(page) == "Undid a change of the reference."


PLACELESS = """async () => {
  const {boot, app} = PocketStudio.instance;
  const {PLACES} = await web('core/history.js');
  return Object.keys(boot.fields).filter((key) => !app.part(PLACES[key] || key));
}"""


def test_every_part_of_the_project_has_a_place_that_undo_goes_to(page):
    assert page.evaluate(PLACELESS) == []


CLOSE_DRAWERS = "document.querySelectorAll('.ps-drawer').forEach((one) => { one.open = false; })"


@pytest.mark.parametrize("change", ["swing", "humanity", "kit", "preset", "a reference"])
def test_undo_opens_the_drawer_of_what_it_changed(page, change):
    CHANGES[change](page)
    settle(page)
    page.evaluate(CLOSE_DRAWERS)
    page.keyboard.press(UNDO)
    key = {"a reference": "import-button", "preset": "grid"}.get(change, change)
    assert page.locator(f'[data-ps="{key}"]').is_visible()
    assert "ps-flash" in page.locator(f'[data-ps="{key}"]').get_attribute("class")


def test_undo_turns_the_lanes_to_the_drum_that_it_changed(page):
    CHANGES["velocity of a drum"](page)
    page.get_by_label("Drum of the contours").select_option("kick")
    page.keyboard.press(UNDO)
    assert state(page, "laneDrum") == "snare"
    assert status(page) == "Undid a change of the velocity contour (Snare)."
    CHANGES["velocity"](page)
    page.get_by_label("Drum of the contours").select_option("")
    page.get_by_label("Drum of the contours").select_option("snare")
    page.keyboard.press(UNDO)
    assert state(page, "laneDrum") == "snare", "what changed is seen there"


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ("{muted: ['snare']}", "mute (Snare)"),
        ("{solo: ['kick', 'snare']}", "solo"),
        ("{levels: {...store.state.levels, tom: 0.5}}", "a row's volume (Tom)"),
        ("{locked_rows: {kick: []}}", "the locked rows (Kick)"),
    ],
)
def test_undo_names_the_drum(page, patch, words):
    page.evaluate(f"(({{store}}) => store.setState({patch}))(PocketStudio.instance)")
    settle(page)
    page.keyboard.press(UNDO)
    assert status(page) == f"Undid a change of {words}."


def test_undo_on_a_phone_goes_to_the_bar_that_it_changed(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator('[data-ps="jump-1"]').tap()
    left = "document.querySelector('[data-ps=scroller]').scrollLeft"
    page.wait_for_function(f"{left} > 300")
    for place in ("^.", ".$"):
        page.evaluate(
            """(place) => { const {store} = PocketStudio.instance; const {template} = store.state;
              const row = template[0].replace(new RegExp(place), (it) => it === '.' ? 'x' : '.');
              store.setState({template: template.with(0, row)}); }""",
            place,
        )
    settle(page)
    page.locator('[data-ps="undo"]').tap()
    assert page.evaluate(f"{left} > 300"), "of bar 2"
    page.locator('[data-ps="undo"]').tap()
    page.wait_for_function(f"{left} < 10")


def test_a_slider_drag_is_one_step(page):
    before = state(page, "swing")
    slider = page.locator('[data-ps="swing"]')
    found = slider.bounding_box()
    y = found["y"] + found["height"] / 2
    drag(page, (found["x"] + 8, y), (found["x"] + found["width"] - 8, y), steps=10)
    assert state(page, "swing") > 0.7
    page.keyboard.press(UNDO)
    assert state(page, "swing") == before


def test_200_steps_are_kept_and_a_new_change_forgets_what_was_undone(page):
    target = page.locator(STEP_KICK_2)
    page.evaluate(
        """() => { const {store} = PocketStudio.instance;
          for (let i = 0; i < 230; i += 1) store.setState({tempo_bpm: 60 + i / 2}); }"""
    )
    for _ in range(200):
        page.keyboard.press(UNDO)
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert state(page, "tempo_bpm") == 60 + 29 / 2
    act(page, target.click)
    assert page.get_by_role("button", name="Redo").is_disabled()


def test_what_belongs_to_the_room_is_not_undone(page):
    page.get_by_role("button", name="Click").click()
    slide(page, "volume", "PageDown")
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert n_asked(page) == 1


@pytest.mark.parametrize("key", ["Control+z", "Control+y"])
def test_with_nothing_to_undo_nothing_happens(page, key):
    before = project(page)
    page.keyboard.press(key)
    assert project(page) == before
    assert n_asked(page) == 1
