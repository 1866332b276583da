import xml.etree.ElementTree as ET

import pytest

from pocket_studio.server.listening.figure import results_figure, results_svg
from pocket_studio.server.listening.results import Results, Votes

RESULTS = Results(Votes(43, 57), Votes(45, 55), Votes(0, 0), n_models=1)


def test_a_bar_for_each_share_and_a_whisker_for_its_interval():
    figure = results_figure(RESULTS)
    upper, lower = figure.axes
    assert [bar.get_width() for bar in upper.patches] == pytest.approx([0.43, 0.57, 0.45, 0.55])
    (segment,) = upper.containers[2].lines[2][0].get_segments()
    assert segment[:, 0] == pytest.approx(RESULTS.human_clips.share("human")[1:])
    point = upper.containers[2].lines[0]
    assert (point.get_marker(), point.get_xdata()) == ("o", pytest.approx([0.43]))
    assert [text.get_text() for text in upper.texts] == [
        "human 43%",
        "AI 57%",
        "human 45%",
        "AI 55%",
    ]
    assert not lower.patches
    assert [text.get_text() for text in lower.texts] == ["no answers yet"]


def test_the_picture_is_svg_and_the_same_each_time():
    svg = results_svg(RESULTS)
    root = ET.fromstring(svg)  # noqa: S314  reads only what matplotlib wrote
    assert root.tag.endswith("svg")
    assert svg == results_svg(RESULTS)
