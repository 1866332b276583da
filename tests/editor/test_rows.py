"""Rows and bars of the sketch: mute, solo, volume, shift, clear, copy; seen, heard and undone."""

import pytest

from .hearing import ENERGY, note_changes
from .page_actions import act, cell, groove, n_asked, project, settle, state
from .test_accessibility import serious
from .test_sound import LOUDEST, RECORD, SILENT, play

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def undo(page):
    page.keyboard.press("Control+z")
    settle(page)


def heard_energy(page, action):
    """Do something, and return the energy of the loop that then plays."""
    note_changes(page)
    action()
    page.wait_for_function("changes.length > 0")
    return page.evaluate(ENERGY)


def set_row_volume(page, percent):
    page.get_by_label("Row volume").fill(str(percent))


def test_mute_solo_and_volume_are_heard_and_ask_no_model(page):
    play(page)
    asked = n_asked(page)
    whole = page.evaluate(ENERGY)
    kick = heard_energy(page, button(page, "Solo Kick").click)
    assert 0 < kick < whole
    assert heard_energy(page, button(page, "Mute Kick").click) == 0
    assert heard_energy(page, button(page, "Mute Kick").click) == pytest.approx(kick, rel=0.05)
    button(page, "More for Kick").click()
    soft = heard_energy(page, lambda: set_row_volume(page, 50))
    assert soft == pytest.approx(kick / 4, rel=0.35), "half the level is a quarter of the energy"
    assert state(page, "levels")["kick"] == 0.5
    assert n_asked(page) == asked


def test_a_row_without_hits_in_solo_is_silence_for_the_ear(page):
    button(page, "All rows").click()
    play(page)
    page.evaluate(RECORD)
    page.wait_for_function(f"captured.length > 20 && {LOUDEST} > 0.02")
    assert not any(
        hit["drum"] == "tom" for hit in page.evaluate("PocketStudio.instance.groove.hits")
    )
    heard_energy(page, button(page, "Solo Tom").click)
    page.wait_for_function(SILENT)
    button(page, "Solo Tom").click()
    page.wait_for_function(f"{LOUDEST} > 0.02")


def test_a_row_that_is_not_heard_says_so_and_each_change_is_one_undo(page):
    kick, snare = (
        page.get_by_role("rowheader", name=title, exact=False) for title in ("Kick", "Snare")
    )
    button(page, "Mute Snare").click()
    assert "muted" in snare.inner_text()
    assert button(page, "Mute Snare").get_attribute("aria-pressed") == "true"
    assert page.locator('.ps-veil[data-silence="muted"]').count() == 1
    struck = "node => getComputedStyle(node).textDecorationLine"
    assert snare.locator(".ps-name").evaluate(struck) == "line-through"
    button(page, "Solo Snare").click()
    assert "not in the solo" in kick.inner_text()
    button(page, "Tap in").click()
    button(page, "More for Snare").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert button(page, "Tap in").get_attribute("aria-pressed") == "true", (
        "Esc closed the menu only"
    )
    page.keyboard.press("Escape")
    assert button(page, "Tap in").get_attribute("aria-pressed") == "false"
    undo(page)
    assert (state(page, "solo"), state(page, "muted")) == ([], ["snare"])
    undo(page)
    assert state(page, "muted") == []
    assert "muted" not in snare.inner_text()
    assert page.locator('.ps-veil:not([data-silence=""])').count() == 0


def test_the_row_menu_shifts_clears_and_closes_by_keys(page):
    row = state(page, "template")[0]
    page.locator('[role=grid] [tabindex="0"]').focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    menu = page.get_by_role("dialog", name="Kick")
    assert menu.is_visible()
    assert page.evaluate("document.activeElement.dataset.ps") == "row-level"
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert state(page, "levels")["kick"] == 0.97
    act(page, menu.get_by_role("button", name="Shift right").click)
    assert state(page, "template")[0] == row[-1] + row[:-1]
    act(page, menu.get_by_role("button", name="Clear row").click)
    assert state(page, "template")[0] == "." * 32
    menu.get_by_role("button", name="Clear row").focus()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert page.evaluate("document.activeElement.ariaLabel") == "More for Kick"
    undo(page)
    undo(page)
    assert state(page, "template")[0] == row
    undo(page)
    assert state(page, "levels")["kick"] > 0.9
    button(page, "More for Kick").click()
    found = button(page, "More for Snare").bounding_box()
    page.mouse.click(found["x"] + 8, found["y"] + 8)
    assert page.get_by_role("dialog", name="Snare").is_visible(), "one menu moves to the next row"
    page.mouse.click(found["x"] + 8, found["y"] + 8)
    assert not page.get_by_role("dialog", name="Snare").is_visible(), "its own button closes it"


def test_a_drag_of_a_rows_volume_is_one_step_to_undo(page):
    button(page, "All rows").click()
    button(page, "More for Ride").click()
    found = page.get_by_label("Row volume").bounding_box()
    y = found["y"] + found["height"] / 2
    page.mouse.move(found["x"] + found["width"] - 8, y)
    page.mouse.down()
    page.mouse.move(found["x"] + found["width"] / 3, y, steps=6)
    page.mouse.up()
    assert 0.2 < state(page, "levels")["ride"] < 0.45
    undo(page)
    assert state(page, "levels")["ride"] == 1


def timings(page, drum):
    """Each hit's step and its microtiming in ms, as seen."""
    tempo = state(page, "tempo_bpm")
    return {
        hit["step"]: hit["microtiming"] * 7500 / tempo
        for hit in groove(page)["hits"]
        if hit["drum"] == drum
    }


def test_a_rows_feel_is_heard_at_once_without_the_model_and_reset(page):
    asked = n_asked(page)
    before, hats = timings(page, "snare"), timings(page, "closed_hat")
    button(page, "More for Snare").click()
    menu = page.get_by_role("dialog", name="Snare")
    menu.get_by_label("Row offset").fill("8")
    assert timings(page, "snare") == pytest.approx({step: ms + 8 for step, ms in before.items()})
    assert timings(page, "closed_hat") == hats
    assert menu.get_by_text("8 ms late").is_visible()
    menu.get_by_label("Row looseness").fill("50")
    loose = timings(page, "snare")
    assert loose != pytest.approx({step: ms + 8 for step, ms in before.items()})
    menu.get_by_label("Row loudness").fill("0")
    quiet = [hit["velocity"] for hit in groove(page)["hits"] if hit["drum"] == "snare"]
    assert max(quiet) < 0.2
    feel = {"offset_ms": 8, "loudness": 0, "looseness": 0.5}
    assert project(page)["row_feels"] == {"snare": feel}
    assert serious(page) == []
    row = page.get_by_role("rowheader", name="Snare", exact=False)
    assert "own feel" in row.inner_text()
    menu.get_by_role("button", name="Reset feel").click()
    assert timings(page, "snare") == before
    assert state(page, "row_feels") == {}
    assert "own feel" not in row.inner_text()
    assert menu.get_by_role("button", name="Reset feel").is_disabled()
    page.keyboard.press("Escape")
    undo(page)
    assert state(page, "row_feels") == {"snare": feel}
    assert n_asked(page) == asked


def test_a_loose_row_comes_back_with_its_take(page):
    button(page, "More for Snare").click()
    page.get_by_label("Row looseness").fill("100")
    page.keyboard.press("Escape")
    first = timings(page, "snare")
    act(page, lambda: page.keyboard.press("n"))
    undo(page)
    assert timings(page, "snare") == first


def test_keys_in_the_grid_act_on_the_row(page):
    row = state(page, "template")[0]
    page.locator('[role=grid] [tabindex="0"]').focus()
    page.keyboard.press("m")
    assert state(page, "muted") == ["kick"]
    page.keyboard.press("s")
    assert state(page, "solo") == ["kick"]
    act(page, lambda: page.keyboard.press("Alt+ArrowLeft"))
    assert state(page, "template")[0] == row[1:] + row[0]
    act(page, lambda: page.keyboard.press("Alt+ArrowRight"))
    assert state(page, "template")[0] == row
    act(page, lambda: page.keyboard.press("Delete"))
    assert state(page, "template")[0] == "." + row[1:]
    act(page, lambda: page.keyboard.press("Shift+Delete"))
    assert state(page, "template")[0] == "." * 32


def test_bars_are_copied_and_cleared(page):
    first = [row[:16] for row in state(page, "template")]
    act(page, button(page, "Clear 2").click)
    assert state(page, "template") == [bar + "." * 16 for bar in first]
    act(page, button(page, "Copy 1 to 2").click)
    assert state(page, "template") == [bar * 2 for bar in first]
    act(page, button(page, "Clear 1").click)
    act(page, button(page, "Copy 2 to 1").click)
    assert state(page, "template") == [bar * 2 for bar in first]
    act(page, button(page, "Clear grid").click)
    assert state(page, "template") == ["." * 32] * 7
    undo(page)
    assert state(page, "template") == [bar * 2 for bar in first]
    depth = page.evaluate("PocketStudio.instance.history.nUndo")
    button(page, "Copy 1 to 2").click()
    assert page.evaluate("PocketStudio.instance.history.nUndo") == depth, "no change, no step"


def test_a_phone_shows_a_bar_and_reaches_mute_through_the_menu(open_page):
    page = open_page(**PHONE)
    page.locator("[role=grid]").scroll_into_view_if_needed()
    last_of_bar, _ = cell(page, 6, 15)
    assert last_of_bar < 390
    assert not button(page, "Mute Kick").is_visible()
    button(page, "More for Kick").tap()
    menu = page.get_by_role("dialog", name="Kick")
    menu.get_by_role("button", name="Mute").tap()
    assert state(page, "muted") == ["kick"]
    found = menu.bounding_box()
    assert found["x"] >= 0
    assert found["x"] + found["width"] <= 390
    template = state(page, "template")
    beneath = cell(page, 0, 5)
    page.touchscreen.tap(*beneath)
    assert not menu.is_visible()
    assert state(page, "template") == template, "the first tap beside the menu only closes it"
    page.touchscreen.tap(*beneath)
    assert state(page, "template") != template
    mark = button(page, "More for Kick").evaluate(
        "node => getComputedStyle(node, '::before').content"
    )
    assert mark == '"M"'
