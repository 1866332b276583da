"""What came out of a painted contour is drawn over it and counted."""

from pocket_studio.patterns import followed, text_to_microtiming_pattern, text_to_velocity_pattern

from .page_actions import act, drag, lane_point

PERFORMANCE = "PocketStudio.instance.performance"


def marks(page, lane):
    """The level of each step's mark, "." where none is seen."""
    nodes = page.locator(f"[data-ps={lane}] .ps-got").all()
    return "".join(node.get_attribute("data-level") if node.is_visible() else "." for node in nodes)


def test_the_velocity_that_came_out_is_drawn_and_counted(page):
    assert marks(page, "velocity") == "." * 32
    assert page.locator('[data-ps="asked"]').is_hidden()
    start, end = (lane_point(page, "velocity", column, 0, 5) for column in (0, 15))
    act(page, lambda: drag(page, start, end))
    performance = page.evaluate(PERFORMANCE)
    got = performance["got"]["velocity_pattern"]
    assert marks(page, "velocity") == got
    assert got.strip(".")
    asked = text_to_velocity_pattern("5" * 16 + "." * 16)
    expected = followed(asked, text_to_velocity_pattern(got))
    words = page.locator('[data-ps="asked-velocity-text"]').inner_text()
    assert words.startswith(f"Velocity: {expected.n_same} of 16 steps as painted")
    assert (f"{expected.n_silent} had no cymbal" in words) == (expected.n_silent > 0)
    first = page.locator("[data-ps=velocity] .ps-got").nth(got.index(got.strip(".")[0]))
    column = first.locator("..").bounding_box()
    level = int(first.get_attribute("data-level"))
    middle = first.bounding_box()["y"] + first.bounding_box()["height"] / 2
    top = column["y"] + column["height"] * (1 - level / 5)
    assert abs(middle - top) < 3, "the mark lies at the top of its level"
    act(page, page.locator('[data-ps="velocity-auto"]').click)
    assert page.locator('[data-ps="asked"]').is_hidden()


def test_the_timing_that_came_out_is_drawn_and_counted(page):
    start, end = (lane_point(page, "timing", column, 2, 3) for column in (0, 31))
    act(page, lambda: drag(page, start, end))
    got = page.evaluate(PERFORMANCE)["got"]["microtiming_pattern"]
    assert marks(page, "timing") == got.translate(str.maketrans(">|<", "123"))
    expected = followed(text_to_microtiming_pattern(">" * 32), text_to_microtiming_pattern(got))
    words = page.locator('[data-ps="asked-timing-text"]').inner_text()
    assert words.startswith(f"Timing: {expected.n_same} of 32 steps as painted")
    assert f"{expected.n_silent} had no hit" in words
