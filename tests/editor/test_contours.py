"""The contours of all drums and of one: what is shown is what is painted and cleared."""

import pytest

from .page_actions import Finger, act, drag, lane_point, n_asked, project, settle, state

EMPTY = "." * 32


def choose(page, drum):
    page.get_by_label("Drum of the contours").select_option(drum)


def paint(page, lane, column, level, n_levels):
    """Paint a level (from 1, the bottom one) of one column."""
    act(page, lambda: page.mouse.click(*lane_point(page, lane, column, n_levels - level, n_levels)))


def shown(page, lane):
    """Each column's level, "." for auto and "*" for mixed."""
    marks = {"auto": ".", "mixed": "*"}
    columns = page.locator(f'[data-ps="{lane}"] [role=slider]').all()
    levels = [column.get_attribute("data-level") for column in columns]
    return "".join(marks.get(level, level) for level in levels)


def test_one_drum_is_painted_for_itself_and_all_together(page):
    choose(page, "snare")
    assert "for the snare only" in page.locator('[data-ps="lane-hint"]').inner_text()
    paint(page, "velocity_pattern", 4, 5, 5)
    row = "....5" + "." * 27
    assert state(page, "velocity_pattern") == {"snare": row}
    assert state(page, "microtiming_pattern") == EMPTY
    assert shown(page, "velocity_pattern") == row
    step = page.get_by_role("slider", name="Velocity of Snare, bar 1, beat 2", exact=True)
    assert step.get_attribute("aria-valuetext") == "5 of 5, loudest"
    choose(page, "kick")
    assert shown(page, "velocity_pattern") == EMPTY
    choose(page, "")
    assert shown(page, "velocity_pattern") == row.replace("5", "*")
    step = page.get_by_role("slider", name="Velocity, bar 1, beat 2", exact=True)
    assert step.get_attribute("aria-valuetext") == "mixed"
    paint(page, "velocity_pattern", 6, 2, 5)
    assert shown(page, "velocity_pattern") == "....*.2" + "." * 25
    contour = state(page, "velocity_pattern")
    assert contour["snare"] == "....5.2" + "." * 25
    assert {row for drum, row in contour.items() if drum != "snare"} == {"......2" + "." * 25}
    assert len(contour) == 7
    paint(page, "velocity_pattern", 4, 3, 5)
    assert state(page, "velocity_pattern") == "....3.2" + "." * 25, "all alike again, and one text"


@pytest.mark.parametrize(
    ("lane", "n_levels"), [("velocity_pattern", 5), ("microtiming_pattern", 3)]
)
def test_a_finger_paints_sideways_or_by_a_tap_and_scrolls_up_and_down(open_page, lane, n_levels):
    page = open_page(viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    finger = Finger(page)
    undo = page.get_by_role("button", name="Undo")
    across = [lane_point(page, lane, column, 0, n_levels) for column in (2, 3, 5, 8)]
    finger.down(across[0])
    finger.move(*across[1:])
    painted = f"PocketStudio.instance.store.state.{lane}"
    page.wait_for_function(f"{painted} !== '{EMPTY}'")
    finger.cancel()  # what is interrupted is taken back
    page.wait_for_function(f"{painted} === '{EMPTY}'")
    assert undo.is_disabled()
    finger.swipe(*across)
    page.touchscreen.tap(*lane_point(page, lane, 10, n_levels - 1, n_levels))
    highest, lowest = ("5", "1") if n_levels == 5 else ("<", ">")
    assert state(page, lane) == ".." + 7 * highest + "." + lowest + "." * 21
    undo.click()
    undo.click()
    assert state(page, lane) == EMPTY
    assert undo.is_disabled()
    x, y = lane_point(page, lane, 4, 0, n_levels)
    top = page.evaluate("scrollY")
    finger.swipe(*((x, y - 12 * step) for step in range(16)))
    page.wait_for_function(f"scrollY > {top + 60}")
    assert state(page, lane) == EMPTY
    assert undo.is_disabled()


def test_what_is_cleared_is_what_is_shown(page):
    act(
        page,
        lambda: drag(
            page,
            lane_point(page, "microtiming_pattern", 0, 0, 3),
            lane_point(page, "microtiming_pattern", 31, 0, 3),
        ),
    )
    choose(page, "kick")
    act(page, page.get_by_role("button", name="Clear the microtiming contour to auto").click)
    contour = state(page, "microtiming_pattern")
    assert "kick" not in contour
    assert set(contour.values()) == {"<" * 32}
    assert shown(page, "microtiming_pattern") == EMPTY
    choose(page, "")
    assert shown(page, "microtiming_pattern") == "*" * 32
    page.get_by_role("slider", name="Timing, bar 1, beat 1", exact=True).focus()
    act(page, lambda: page.keyboard.press("Delete"))
    assert shown(page, "microtiming_pattern") == "." + "*" * 31
    act(page, page.get_by_role("button", name="Clear the microtiming contour to auto").click)
    assert state(page, "microtiming_pattern") == EMPTY


def test_a_drum_goes_by_keys_and_ramps_and_whole_lanes(page):
    choose(page, "tom")
    page.get_by_role("slider", name="Velocity of Tom, bar 1, beat 1", exact=True).focus()
    act(page, lambda: page.keyboard.press("ArrowUp"))
    assert state(page, "velocity_pattern") == {"tom": "3" + "." * 31}
    page.keyboard.down("Alt")
    start, end = (
        lane_point(page, "velocity_pattern", 0, 4, 5),
        lane_point(page, "velocity_pattern", 4, 0, 5),
    )
    act(page, lambda: drag(page, start, end))
    page.keyboard.up("Alt")
    assert state(page, "velocity_pattern") == {"tom": "12345" + "." * 27}
    page.keyboard.down("Shift")
    paint(page, "velocity_pattern", 9, 2, 5)
    page.keyboard.up("Shift")
    assert state(page, "velocity_pattern") == {"tom": "2" * 32}


def test_the_drum_that_is_shown_is_no_part_of_the_project(page):
    before, n = project(page), n_asked(page)
    choose(page, "ride")
    settle(page)
    assert project(page) == before
    assert n_asked(page) == n
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_painting_what_is_there_already_is_no_change(page):
    choose(page, "snare")
    paint(page, "velocity_pattern", 4, 5, 5)
    n = n_asked(page)
    page.keyboard.down("Shift")  # a whole lane of what one step has is a change, once
    act(page, lambda: page.mouse.click(*lane_point(page, "velocity_pattern", 9, 0, 5)))
    page.keyboard.up("Shift")
    assert n_asked(page) == n + 1
    start, end = (
        lane_point(page, "velocity_pattern", 0, 0, 5),
        lane_point(page, "velocity_pattern", 8, 0, 5),
    )
    page.keyboard.down("Alt")
    drag(page, start, end)
    page.keyboard.up("Alt")
    settle(page)
    assert n_asked(page) == n + 1
