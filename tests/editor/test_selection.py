"""Many hits of the groove at once: selected, moved, set, copied, by mouse, finger and keys."""

import pytest
from handmade import midi_of

from .file_actions import download, drop, upload
from .page_actions import Finger, act, box, drag, state, status
from .test_output import cell_text, hits, point

ROWS = {
    "kick": [[4, 100, 0]],
    "snare": [[6, 80, -10], [8, 110, 10]],
    "tom": [[12, 60, -60]],
    **{drum: [] for drum in ("closed_hat", "open_hat", "ride", "crash")},
}
FOUR = {"kick:4", "snare:6", "snare:8", "tom:12"}


def known(page):
    """Let the page show four hits that are known: all rows are locked."""
    patch = {"tempo_bpm": 100, "locked_rows": ROWS}
    act(page, lambda: page.evaluate("(p) => PocketStudio.instance.store.setState(p)", patch))
    return page


@pytest.fixture
def page(open_page):
    """A window that is high enough for the whole picture, with four hits."""
    return known(open_page(viewport={"width": 1280, "height": 1300}))


def bar(page):
    return page.get_by_role("group", name="Selected hits")


def selected(page):
    return set(state(page, "selected"))


def press(page, name):
    bar(page).get_by_role("button", name=name, exact=True).click()


def corner(page, drum, step, dx=0.0, dy=0.0):
    """A point beside a cell's centre, in columns and rows."""
    found = box(page, "heatmap")
    x, y = point(page, drum, step)
    return x + dx * found["width"] / 32, y + dy * found["height"] / 7


def select_snares(page):
    drag(page, corner(page, "snare", 5, -0.4, -0.3), corner(page, "snare", 9, 0.4, 0.3))


def test_a_box_from_empty_ground_selects_what_it_touches(page):
    assert bar(page).is_hidden()
    x, y = corner(page, "closed_hat", 3)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*corner(page, "kick", 7), steps=4)
    assert page.locator('[data-ps="box"]').is_visible()
    page.mouse.up()
    assert page.locator('[data-ps="box"]').is_hidden()
    assert selected(page) == {"kick:4", "snare:6"}
    assert bar(page).locator("b").inner_text() == "2 hits, velocity 80 to 100"
    page.keyboard.down("Shift")
    drag(page, corner(page, "open_hat", 10), corner(page, "tom", 12))
    page.keyboard.up("Shift")
    assert selected(page) == {"kick:4", "snare:6", "tom:12"}
    assert state(page, "edits") == {}, "selecting edits nothing"
    page.mouse.click(*corner(page, "ride", 20))
    assert selected(page) == set()
    assert state(page, "edits") == {}, "a click beside the selection only ends it"
    assert bar(page).is_hidden()


def test_hits_that_face_one_another_leave_a_gap(page):
    rows = {**ROWS, "snare": [[6, 60, 20], [7, 60, -20]]}
    act(
        page,
        lambda: page.evaluate(
            "(rows) => PocketStudio.instance.store.setState({locked_rows: rows})", rows
        ),
    )
    found = box(page, "heatmap")
    (left, y), (right, _) = (point(page, "snare", step) for step in (6, 7))
    least = page.evaluate(
        """([left, right, y]) => {
          const canvas = document.querySelector('[data-ps=heatmap]');
          const {data} = canvas.getContext('2d').getImageData(left, y, right - left, 1);
          return Math.min(...data.filter((_, index) => index % 4 === 3));
        }""",
        [round(left - found["x"]), round(right - found["x"]), round(y - found["y"]) + 4],
    )
    assert least < 50, "no body lies there"


def test_a_near_miss_means_the_hit_and_adds_none(page):
    # The tom is drawn half a step before its line, so in the cell of step 11.
    x, y = point(page, "tom", 12)
    for away in (-4, 3):
        page.mouse.click(x + away, y + 5)
        assert cell_text(page).startswith("Tom, bar 1, beat 4: velocity 60"), away
        page.mouse.click(*point(page, "kick", 4))  # or the second would be a double-click
    assert state(page, "edits") == {}
    page.mouse.click(x + 3, y, button="right")
    assert state(page, "edits") == {"tom:12": [0, 0]}


def test_pointing_at_a_hit_says_all_of_it(page):
    page.mouse.move(*point(page, "snare", 6))
    tip = page.locator('[data-ps="tip"]')
    origin = "sketched" if state(page, "template")[1][6] == "x" else "added by the model"
    words = f"velocity 80 of 127, 63%; early by 13 ms, 8% of a step; {origin}"
    assert tip.inner_text() == f"Snare, bar 1, beat 2, and: {words}"
    page.mouse.move(*corner(page, "ride", 20))
    assert tip.is_hidden()


def test_shift_click_a_rows_name_and_ctrl_a_select(page):
    page.mouse.click(*point(page, "kick", 4))
    page.keyboard.down("Shift")
    page.mouse.click(*point(page, "kick", 4))
    page.mouse.click(*point(page, "tom", 12))
    assert selected(page) == {"kick:4", "tom:12"}
    page.mouse.click(*point(page, "tom", 12))
    assert selected(page) == {"kick:4"}
    page.keyboard.up("Shift")
    name = page.get_by_role("button", name="Select Snare")
    name.click(modifiers=["Shift"])
    assert selected(page) == {"kick:4", "snare:6", "snare:8"}
    name.click()
    assert selected(page) == {"snare:6", "snare:8"}
    page.keyboard.press("Control+a")
    assert selected(page) == FOUR
    page.keyboard.press("Escape")
    assert selected(page) == set()
    name.click()
    bar(page).get_by_label("Velocity").press("Escape")
    assert selected(page) == set(), "from the bar too"


def test_a_selection_is_moved_and_set_each_in_one_step_of_undo(page):
    select_snares(page)
    seen = [state(page, "edits")]

    def then(edits):
        assert state(page, "edits") == edits
        seen.append(edits)

    press(page, "5 ms →")  # 4 of 120 ticks of 150 ms
    then({"snare:6": [80, -6], "snare:8": [110, 14]})
    page.keyboard.press("Alt+ArrowLeft")
    then({"snare:6": [80, -7], "snare:8": [110, 13]})
    page.keyboard.press("Shift+ArrowUp")
    then({"snare:6": [84, -7], "snare:8": [114, 13]})
    press(page, "Louder")
    then({"snare:6": [92, -7], "snare:8": [125, 13]})
    field = bar(page).get_by_label("Velocity")
    field.fill("70")
    field.press("Enter")
    then({"snare:6": [70, -7], "snare:8": [70, 13]})
    press(page, "Delete")
    then({"snare:6": [0, 0], "snare:8": [0, 0]})
    assert bar(page).is_hidden()
    for edits in seen[-2::-1]:
        page.keyboard.press("Control+z")
        assert state(page, "edits") == edits
    assert selected(page) == {"snare:6", "snare:8"}, "what comes back is selected still"
    assert status(page) == "Undid a change of 2 edited hits."
    assert page.locator(".ps-undone").count() >= 2


def test_undo_goes_to_the_hit_that_it_changed_and_names_it(open_page):
    page = known(open_page(viewport={"width": 390, "height": 844}))
    page.evaluate("PocketStudio.instance.store.setState({edits: {'snare:30': [90, 0]}})")
    scroller = page.locator('[data-ps="scroller"]')
    assert scroller.evaluate("node => node.scrollLeft") == 0
    page.keyboard.press("Control+z")
    assert status(page) == "Undid a change of the edited hit Snare, bar 2, beat 4, and."
    page.wait_for_function("document.querySelector('[data-ps=scroller]').scrollLeft > 100")


def test_a_hit_that_is_dragged_takes_the_selection_along(page):
    select_snares(page)
    x, y = point(page, "snare", 6)
    drag(page, (x, y), (x + 1, y + 25), steps=6)
    assert state(page, "edits") == {"snare:6": [55, -10], "snare:8": [85, 10]}
    page.mouse.click(*point(page, "kick", 4))
    assert selected(page) == set()
    page.keyboard.press("Control+z")
    assert state(page, "edits") == {}


def test_copies_go_across_beats_and_rows(page):
    select_snares(page)
    page.keyboard.press("Control+c")
    assert status(page) == "Copied 2 hits: go to a cell and paste."
    page.keyboard.press("Escape")
    page.locator('[data-ps="output"]').press("Home")
    page.keyboard.press("ArrowUp")  # the closed hat's row: hits of one row are pasted into it
    page.keyboard.press("Control+v")
    assert cell_text(page).startswith("Closed hat, bar 1, beat 1: velocity 80")
    assert state(page, "edits") == {"closed_hat:0": [80, -10], "closed_hat:2": [110, 10]}
    assert selected(page) == {"closed_hat:0", "closed_hat:2"}
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Paste here").click()
    assert set(state(page, "edits")) == {"kick:27", "snare:29", "snare:31"}
    assert status(page) == "Pasted 3 hits; 1 would lie beyond the end of the loop."


def test_edits_of_a_selection_stay_over_new_takes_and_are_released_together(page):
    select_snares(page)
    press(page, "Louder")
    edits = state(page, "edits")
    act(page, lambda: page.keyboard.press("n"))
    assert state(page, "edits") == edits
    snares = {
        step: round(127 * hit["velocity"])
        for (drum, step), hit in hits(page).items()
        if drum == "snare" and step in (6, 8)
    }
    assert snares == {6: 88, 8: 121}
    press(page, "Release")
    assert state(page, "edits") == {}


def test_keys_alone_select_and_shape(page):
    page.locator('[data-ps="output"]').focus()
    for key in [*["ArrowRight"] * 4, "Shift+Enter", "ArrowUp", "ArrowRight", "ArrowRight"]:
        page.keyboard.press(key)
    page.keyboard.press("Shift+Enter")
    assert selected(page) == {"kick:4", "snare:6"}
    page.keyboard.press("Shift+ArrowLeft")
    assert state(page, "edits") == {"kick:4": [100, -4], "snare:6": [80, -14]}
    page.keyboard.press("Delete")
    assert state(page, "edits") == {"kick:4": [0, 0], "snare:6": [0, 0]}


@pytest.fixture
def phone(open_page):
    """A phone that shows what is played, four hits."""
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    known(page)
    page.evaluate("PocketStudio.instance.store.setState({side: 'played'})")
    page.locator('[data-ps="result-names"]').evaluate(
        "node => node.scrollIntoView({block: 'center'})"
    )
    return page


def test_a_finger_that_rests_begins_a_selection_and_taps_go_on(phone):
    page = phone
    finger = Finger(page)
    finger.down(point(page, "kick", 4))
    page.wait_for_function("PocketStudio.instance.store.state.selected.length === 1")
    finger.up()
    page.touchscreen.tap(*point(page, "snare", 6))
    assert selected(page) == {"kick:4", "snare:6"}
    page.touchscreen.tap(*point(page, "kick", 4))
    assert selected(page) == {"snare:6"}
    for button in bar(page).get_by_role("button").all():
        if button.is_visible():
            assert button.bounding_box()["height"] >= 34
    bar(page).get_by_role("button", name="Copy").tap()
    page.touchscreen.tap(*point(page, "kick", 10))
    assert selected(page) == set()
    assert state(page, "edits") == {}
    page.get_by_role("button", name="Paste here").tap()
    assert state(page, "edits") == {"kick:10": [80, -10]}


def test_a_finger_that_rested_draws_a_box(phone):
    page, finger = phone, Finger(phone)
    drawn = page.locator('[data-ps="box"]')
    scrolled = "[scrollY, document.querySelector('[data-ps=scroller]').scrollLeft]"
    before = page.evaluate(scrolled)
    finger.down(corner(page, "closed_hat", 9))
    page.get_by_text("Selecting: draw a box.").wait_for()
    finger.move(corner(page, "snare", 8), corner(page, "kick", 6), corner(page, "kick", 3))
    assert drawn.is_visible()
    finger.up()
    assert drawn.is_hidden()
    assert selected(page) == {"kick:4", "snare:6", "snare:8"}
    finger.down(point(page, "tom", 12))
    page.get_by_text("Selecting: draw a box, or tap").wait_for()
    assert selected(page) == FOUR
    finger.move(corner(page, "crash", 11), corner(page, "ride", 10))
    finger.up()
    assert selected(page) == FOUR, "a box adds to what is selected"
    assert page.evaluate(scrolled) == before
    assert state(page, "edits") == {}, "a hit that begins a box is not dragged"
    finger.swipe(*(corner(page, "ride", 11 - step) for step in range(12)))
    page.wait_for_function(f"{scrolled}[1] > 60")
    assert selected(page) == FOUR, "who scrolls selects nothing"


def test_the_zoom_draws_timing_larger_changes_nothing_and_is_remembered(page):
    before = page.evaluate("PocketStudio.instance.groove")
    pixels = page.locator('[data-ps="heatmap"]').evaluate("canvas => canvas.toDataURL()")
    page.keyboard.press("z")
    button = page.locator('[data-ps="timing-zoom"]')
    assert button.get_attribute("aria-pressed") == "true"
    assert page.get_by_text("Timing drawn three times its size").is_visible()
    assert page.locator('[data-ps="heatmap"]').evaluate("canvas => canvas.toDataURL()") != pixels
    assert page.evaluate("PocketStudio.instance.groove") == before
    # A hit is taken where it is drawn, and dragged by the picture's scale.
    x, y = point(page, "snare", 8)
    column = box(page, "heatmap")["width"] / 32
    drawn = x + column * 10 / 60
    drag(page, (drawn, y), (drawn + column * 0.75, y), steps=6)
    assert state(page, "edits") == {"snare:8": [110, pytest.approx(40, abs=1)]}
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert state(page, "timingZoom") is False
    assert page.get_by_role("button", name="Undo").is_disabled(), "it belongs to the room"


def test_a_layer_is_flat_and_files_say_what_they_are_of(page):
    coloured = """canvas => {
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, index) => index % 4 === 0 && value - data[index + 1] > 60
        && data[index + 3] === 255);
    }"""
    heatmap = page.locator('[data-ps="heatmap"]')
    assert heatmap.evaluate(coloured)
    note = page.locator('[data-ps="export-shown"]')
    assert note.is_hidden()
    page.get_by_role("radio", name="+ notes").check(force=True)
    assert not heatmap.evaluate(coloured), "equally loud is no colour"
    assert note.locator("span").inner_text() == "Files are of what is shown: + notes only."
    with page.expect_download():
        page.locator('[data-ps="export-midi"]').click()
    page.get_by_text("which is of + notes only, not of the groove").wait_for()
    note.get_by_role("button", name="Take the groove").click()
    assert state(page, "layer") == "microtiming"
    assert note.is_hidden()


def choose_a_preset(page):
    act(page, lambda: page.locator('[data-ps="preset"]').select_option("Disco"))


def open_a_project(page):
    content, _ = download(page, "save-project")
    drop(page, "mine.pocket.json", content)
    page.get_by_text("Opened mine.pocket.json.").wait_for()


def import_as(use):
    def bring_in(page):
        upload(page, "four.mid", midi_of((4, 36, 90), (6, 38, 90), (8, 38, 90), end=32))
        page.get_by_text("3 hits at 120 bpm.").wait_for()
        act(page, page.get_by_role("button", name=use).click)

    return bring_in


@pytest.mark.parametrize(
    "begin",
    [choose_a_preset, open_a_project, import_as("As sketch"), import_as("As the groove itself")],
    ids=["preset", "project", "sketch", "groove"],
)
def test_another_beat_begins_with_nothing_selected(page, begin):
    page.locator('[data-ps="output"]').press("Control+a")
    assert selected(page) == FOUR
    begin(page)
    assert selected(page) == set()
    assert bar(page).is_hidden()
