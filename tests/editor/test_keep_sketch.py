"""Every hit of the sketch sounds, until that is switched off."""

from .page_actions import act, cell, drag, groove, state, status

CRASH_ROW = 1


def crashes(page):
    return {hit["step"] for hit in groove(page)["hits"] if hit["drum"] == "crash"}


def test_every_hit_of_the_sketch_sounds_until_that_is_switched_off(page):
    act(page, lambda: drag(page, cell(page, CRASH_ROW, 0), cell(page, CRASH_ROW, 31), steps=31))
    keep = page.get_by_role("button", name="Keep my hits")
    assert keep.get_attribute("aria-pressed") == "true"
    assert crashes(page) == set(range(32))
    act(page, keep.click)
    assert keep.get_attribute("aria-pressed") == "false"
    assert crashes(page) < set(range(32)), "left to itself the model does not play 32 crashes"
    act(page, lambda: page.keyboard.press("Control+z"))
    assert state(page, "keep_sketch") is True
    assert crashes(page) == set(range(32))
    assert "Keep my hits" in status(page)
