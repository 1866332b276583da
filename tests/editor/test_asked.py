"""What came out of a painted contour is drawn over it and counted."""

import numpy as np

from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import (
    AUTO,
    followed,
    microtiming_classes_of,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    velocity_classes_of,
)
from pocket_studio.schema.groove_json import parse_groove

from .page_actions import act, drag, lane_point


def marks(page, lane):
    """The level of each step's mark, "." where none is seen."""
    nodes = page.locator(f"[data-ps={lane}] .ps-got").all()
    return "".join(node.get_attribute("data-level") if node.is_visible() else "." for node in nodes)


def played(page):
    return parse_groove(page.evaluate("PocketStudio.instance.performance.groove"))


def middle(classes, of_class=lambda value: value + 1):
    """The marks of the mean class of each step's hits, halves up as the page rounds them."""
    marks = []
    for step in classes:
        levels = [of_class(value) for value in step if value != AUTO]
        marks.append(str(int(np.floor(np.mean(levels) + 0.5))) if levels else ".")
    return "".join(marks)


def timing_level(value):
    """The timing lane's levels run from laid back, at the bottom, to pushed."""
    return 3 - value


def test_the_velocity_that_came_out_is_drawn_and_counted(page):
    assert marks(page, "velocity_pattern") == "." * 32
    assert page.locator('[data-ps="asked"]').is_hidden()
    start, end = (lane_point(page, "velocity_pattern", column, 0, 5) for column in (0, 15))
    act(page, lambda: drag(page, start, end))
    got = velocity_classes_of(played(page))
    drawn = marks(page, "velocity_pattern")
    assert drawn == middle(got)
    assert drawn.strip(".")
    expected = followed(text_to_velocity_pattern("5" * 16 + "." * 16), got)
    words = page.locator('[data-ps="asked-velocity_pattern-text"]').inner_text()
    assert words.startswith(f"Velocity: {expected.n_same} of 16 steps as painted")
    assert (f"{expected.n_silent} had no hit" in words) == (expected.n_silent > 0)
    first = page.locator("[data-ps=velocity_pattern] .ps-got").nth(drawn.index(drawn.strip(".")[0]))
    column = first.locator("..").bounding_box()
    level = int(first.get_attribute("data-level"))
    centre = first.bounding_box()["y"] + first.bounding_box()["height"] / 2
    top = column["y"] + column["height"] * (1 - level / 5)
    assert abs(centre - top) < 3, "the mark lies at the top of its level"
    act(page, page.locator('[data-ps="velocity_pattern-auto"]').click)
    assert page.locator('[data-ps="asked"]').is_hidden()


def test_the_timing_that_came_out_is_drawn_and_counted(page):
    start, end = (lane_point(page, "microtiming_pattern", column, 2, 3) for column in (0, 31))
    act(page, lambda: drag(page, start, end))
    got = microtiming_classes_of(played(page))
    assert marks(page, "microtiming_pattern") == middle(got, timing_level)
    expected = followed(text_to_microtiming_pattern(">" * 32), got)
    words = page.locator('[data-ps="asked-microtiming_pattern-text"]').inner_text()
    assert words.startswith(f"Timing: {expected.n_same} of 32 steps as painted")
    assert (f"{expected.n_silent} had no hit" in words) == (expected.n_silent > 0)


def test_the_marks_are_those_of_the_drum_that_is_shown(page):
    page.get_by_label("Drum of the contours").select_option("snare")
    start, end = (lane_point(page, "velocity_pattern", column, 0, 5) for column in (0, 31))
    act(page, lambda: drag(page, start, end))
    snare = [DRUMS.index("snare")]
    got = velocity_classes_of(played(page))
    assert marks(page, "velocity_pattern") == middle(got[:, snare])
    page.get_by_label("Drum of the contours").select_option("")
    assert marks(page, "velocity_pattern") == middle(got)
    n_hits = int((got[:, snare] != AUTO).sum())
    words = page.locator('[data-ps="asked-velocity_pattern-text"]').inner_text()
    assert words.endswith(f"; {32 - n_hits} had no hit"), "only the snare was asked"
