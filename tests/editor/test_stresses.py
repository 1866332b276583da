"""Ghosts and accents of the sketch: by key, Alt-click and a held finger; heard, kept, undone."""

import pytest

from .page_actions import act, cell, groove, project, settle, state
from .test_accessibility import serious

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
KICK = 6  # its row in the grid, from the top


def kick(page):
    return state(page, "template")[0]


def velocity(page, step):
    """How loud the kick of a step is played, 0 to 127."""
    hits = [hit for hit in groove(page)["hits"] if (hit["drum"], hit["step"]) == ("kick", step)]
    return 127 * hits[0]["velocity"]


def notes(page):
    return [(hit["step"], hit["drum"]) for hit in groove(page)["hits"]]


def undo(page):
    page.keyboard.press("Control+z")
    settle(page)


def test_keys_make_ghosts_and_accents_that_are_played_so(page):
    row, played = kick(page), notes(page)
    assert row[0] == "x"
    page.locator('[role=grid] [tabindex="0"]').focus()
    act(page, lambda: page.keyboard.press("a"))
    assert kick(page) == "X" + row[1:]
    assert velocity(page, 0) > 101
    first = page.locator("[role=row]").nth(KICK).locator("[role=gridcell]").first
    assert first.get_attribute("aria-label") == "Kick, bar 1, beat 1: on, accent"
    assert first.get_attribute("aria-selected") == "true"
    act(page, lambda: page.keyboard.press("g"))
    assert kick(page) == "g" + row[1:]
    assert 25 < velocity(page, 0) < 52
    assert notes(page) == played, "a stress asks for no other notes"
    assert project(page)["template"]["kick"] == "g" + row[1:]
    assert serious(page) == []
    act(page, lambda: page.keyboard.press("g"))
    assert kick(page) == row
    page.keyboard.press("ArrowRight")
    act(page, lambda: page.keyboard.press("g"))
    assert kick(page) == "xg" + row[2:], "where there is no hit the key makes one"
    act(page, lambda: page.keyboard.press("Enter"))
    assert kick(page) == row
    undo(page)
    assert kick(page) == "xg" + row[2:]


def test_alt_click_goes_through_the_stresses_and_a_plain_drag_keeps_them(page):
    row = kick(page)
    place = cell(page, KICK, 0)
    for mark in "Xgx":
        page.keyboard.down("Alt")
        act(page, lambda: page.mouse.click(*place))
        page.keyboard.up("Alt")
        assert kick(page) == mark + row[1:]
    page.keyboard.down("Alt")
    act(page, lambda: page.mouse.click(*place))
    page.keyboard.up("Alt")
    page.mouse.move(*cell(page, KICK, 3))
    page.mouse.down()
    page.mouse.move(*place, steps=6)
    page.mouse.up()
    settle(page)
    assert kick(page) == "Xxxx" + row[4:]
    cells = page.locator("[role=row]").nth(KICK).locator("[role=gridcell]")
    height = "cell => parseFloat(getComputedStyle(cell, '::before').height)"
    heights = [cells.nth(step).evaluate(height) for step in (0, 1)]
    assert heights[0] > heights[1] > 0
    undo(page)
    assert kick(page) == "X" + row[1:]


def test_the_layer_of_the_sketch_and_moves_of_rows_and_bars_carry_stresses(page):
    row = kick(page)
    page.locator('[role=grid] [tabindex="0"]').focus()
    act(page, lambda: page.keyboard.press("a"))
    act(page, lambda: page.keyboard.press("Alt+ArrowRight"))
    assert kick(page) == row[-1] + "X" + row[1:-1]
    act(page, page.get_by_role("button", name="Copy 1 to 2", exact=True).click)
    assert kick(page)[17] == "X"
    page.evaluate("PocketStudio.instance.store.setState({layer: 'template'})")
    assert velocity(page, 1) == pytest.approx(127)


def test_a_finger_that_is_held_on_a_cell_goes_through_the_stresses(open_page):
    page = open_page(**PHONE)
    page.locator("[role=grid]").scroll_into_view_if_needed()
    row, kept = kick(page), state(page, "takes")[0]["kept"]
    touch = page.context.new_cdp_session(page)
    x, y = cell(page, KICK, 0)
    for mark in "Xgx":
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        page.wait_for_function(f"PocketStudio.instance.store.state.template[0][0] === '{mark}'")
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        settle(page)
        assert kick(page) == mark + row[1:]
    assert state(page, "takes")[0]["kept"] == kept
    page.touchscreen.tap(x, y)
    settle(page)
    assert kick(page) == "." + row[1:]
