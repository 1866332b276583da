"""Layers and comparisons, seen and heard in phase while the loop goes on."""

import pytest

from .hearing import is_in_place, note_changes
from .page_actions import act, groove, state, status
from .test_sound import LOUDEST, RECORD, SILENT, play


def choose(page, name):
    page.get_by_role("radio", name=name, exact=True).check(force=True)


def cells(found):
    return {(hit["step"], hit["drum"]) for hit in found["hits"]}


def template_cells(page):
    drums = page.evaluate("PocketStudio.instance.boot.drums")
    rows = zip(drums, state(page, "template"), strict=True)
    return {(step, drum) for drum, row in rows for step, mark in enumerate(row) if mark == "x"}


def counts(page):
    return {
        name: int(page.locator(f'[data-ps="count-{name}"]').inner_text().split()[0])
        for name in ("kept", "added", "removed")
    }


def test_each_layer_adds_its_part_and_the_marks_are_counted(page):
    whole = groove(page)
    choose(page, "Sketch")
    sketch = groove(page)
    assert cells(sketch) == template_cells(page)
    assert counts(page) == {"kept": len(sketch["hits"]), "added": 0, "removed": 0}
    choose(page, "+ notes")
    notes = groove(page)
    assert cells(notes) == cells(whole)
    assert {hit["velocity"] for hit in notes["hits"]} == {100 / 127}
    choose(page, "+ velocity")
    louder = groove(page)
    assert [hit["velocity"] for hit in louder["hits"]] == [hit["velocity"] for hit in whole["hits"]]
    assert {hit["microtiming"] for hit in louder["hits"]} == {0}
    page.keyboard.press("l")
    assert state(page, "layer") == "microtiming"
    assert status(page) == "Shown: Groove."
    assert groove(page) == whole
    expected = {
        "kept": len(cells(whole) & cells(sketch)),
        "added": len(cells(whole) - cells(sketch)),
        "removed": len(cells(sketch) - cells(whole)),
    }
    assert counts(page) == expected
    page.keyboard.press("l")
    assert state(page, "layer") == "template"


@pytest.fixture
def playing(page):
    """A loop that plays, with each change of its sound noted."""
    play(page)
    note_changes(page)
    return page


def change(page, action):
    """Act, and return when and where the sound has changed."""
    n_changes = page.evaluate("changes.length")
    action()
    page.wait_for_function(f"changes.length > {n_changes}")
    return page.evaluate("changes.at(-1)")


def test_the_take_before_and_the_sketch_are_heard_in_phase(playing):
    page = playing
    assert page.get_by_role("radio", name="Take before").is_disabled()
    page.keyboard.press("b")
    assert state(page, "compare") is None
    first = groove(page)
    act(page, lambda: page.keyboard.press("n"))
    second = groove(page)
    assert second != first
    page.wait_for_function("changes.length > 0")
    start = page.evaluate("changes.at(-1)")
    asked = page.evaluate("PocketStudio.instance.channel.counts.sent")
    before = change(page, lambda: page.keyboard.press("b"))
    assert groove(page) == first
    sketch = change(page, lambda: choose(page, "Sketch"))
    assert cells(groove(page)) == template_cells(page)
    now = change(page, lambda: choose(page, "Groove"))
    assert groove(page) == second
    for one in (before, sketch, now):
        assert is_in_place(page, start, one)
    assert page.evaluate("PocketStudio.instance.channel.counts.sent") == asked


def test_the_bare_sketch_is_what_is_heard(playing):
    """The layer of an empty sketch is silence; the groove that the model makes of it is not."""
    page = playing
    page.evaluate(RECORD)
    act(page, page.get_by_role("button", name="Clear grid").click)
    assert groove(page)["hits"]
    page.wait_for_function(f"{LOUDEST} > 0.02")
    change(page, lambda: choose(page, "Sketch"))
    page.wait_for_function(SILENT)  # what rang has died away
    change(page, lambda: choose(page, "Groove"))
    page.wait_for_function(f"{LOUDEST} > 0.02")


def test_a_change_of_the_groove_ends_the_comparison(page):
    act(page, lambda: page.keyboard.press("n"))
    choose(page, "Take before")
    page.get_by_role("slider", name="Swing").press("ArrowRight")
    assert state(page, "compare") == "previous", "how it is played is compared with it"
    act(page, lambda: page.keyboard.press("n"))
    assert state(page, "compare") is None
    assert page.get_by_role("radio", name="Groove", exact=True).is_checked()
