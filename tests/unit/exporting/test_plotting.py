"""What a picture shows, read off the figure's own parts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from pocket_studio.exporting.marks import VELOCITY_COLOURS, Marks
from pocket_studio.exporting.plotting import figure_bytes, groove_figure
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CRASH, DRUM_TITLES, KICK, SNARE


@pytest.fixture
def groove():
    matrices = np.zeros((3, 32, 7), np.float32)
    matrices[:, 0, KICK] = 1.0, 0.9, -0.5
    matrices[:, 4, SNARE] = 1.0, 0.2, 0.8
    return Groove(*matrices, tempo_bpm=100.0)


@pytest.fixture
def template():
    template = np.zeros((32, 7), np.uint8)
    template[0, KICK] = template[9, CRASH] = 1
    return template


def parts(figure):
    return {part.get_gid(): part for part in figure.axes[0].collections if part.get_gid()}


def box_of(path):
    return path.vertices.min(axis=0).tolist(), path.vertices.max(axis=0).tolist()


def test_hits_have_their_edge_where_they_are_played_and_point_away_from_the_line(groove):
    marks = parts(groove_figure(groove))
    kick, snare = (box_of(path) for path in marks["hits"].get_paths())
    # The kick is early: its body lies before its onset; the snare is late.
    assert kick == (pytest.approx([-0.15, -0.42]), pytest.approx([0.25, 0.42]))
    assert snare == (pytest.approx([4.9, 0.79]), pytest.approx([5.3, 1.21]))
    onsets = [path.vertices[:, 0].tolist() for path in marks["onsets"].get_paths()]
    assert onsets == [pytest.approx([0.25, 0.25]), pytest.approx([4.9, 4.9])]
    tails = [path.vertices.tolist() for path in marks["tails"].get_paths()]
    assert tails == [
        [pytest.approx([0.25, 0]), pytest.approx([0.5, 0])],
        [pytest.approx([4.9, 1]), pytest.approx([4.5, 1])],
    ]
    colours = [VELOCITY_COLOURS(0.9), VELOCITY_COLOURS(0.2)]
    assert marks["hits"].get_facecolor() == pytest.approx(np.array(colours), abs=0.01)


def test_the_zoom_draws_timing_three_times_its_size_and_says_so(groove):
    figure = groove_figure(groove, Marks(zoomed=True))
    onsets = [path.vertices[0, 0] for path in parts(figure)["onsets"].get_paths()]
    assert onsets == pytest.approx([0.5 - 0.48, 4.5 + 0.48])
    assert figure.axes[0].get_xlabel() == "timing drawn three times its size"
    assert groove_figure(groove).axes[0].get_xlabel() == ""


def test_a_flat_layer_has_no_colour(groove):
    figure = groove_figure(groove, Marks(flat=True))
    assert len({tuple(colour) for colour in parts(figure)["hits"].get_facecolor()}) == 1
    assert len(figure.axes) == 1, "no bar of colours either"


def test_edited_hits_carry_a_ring(groove, template):
    edited = np.zeros((32, 7), np.uint8)
    edited[4, SNARE] = edited[20, KICK] = 1  # the second plays nothing
    figure = groove_figure(groove, Marks(template, edited))
    assert np.asarray(parts(figure)["edited"].get_offsets()).tolist() == [
        pytest.approx([4.9, 1.21])
    ]
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["kept", "added (1)", "left out (1)", "edited"]


def test_swung_hits_and_lines_stand_later(groove, template):
    figure = groove_figure(replace(groove, swing=0.75), Marks(template))
    axes = figure.axes[0]
    assert axes.get_xticks()[:3].tolist() == [0.5, 2.0, 2.5]
    assert axes.get_xlim() == (-0.5, 33.0)
    [left_out] = parts(figure)["removed"].get_paths()
    assert box_of(left_out)[0][0] == pytest.approx(9.8)


def test_soft_is_blue_and_loud_is_red():
    soft, loud = to_rgb(VELOCITY_COLOURS(0.15)), to_rgb(VELOCITY_COLOURS(1.0))
    assert soft[2] > soft[0]
    assert loud[0] > loud[2]
    levels = [to_rgb(VELOCITY_COLOURS(v)) for v in np.linspace(0, 1, 11)]
    lightness = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in levels]
    assert lightness == sorted(lightness, reverse=True)


def test_added_hits_are_hollow_and_what_is_left_out_is_dashed(groove, template):
    figure = groove_figure(groove, Marks(template))
    marks = parts(figure)
    [kept] = marks["hits"].get_facecolor()
    [added] = marks["added"].get_facecolor()
    assert kept == pytest.approx(VELOCITY_COLOURS(0.9), abs=0.01)
    assert added == pytest.approx(0.25 * np.array(VELOCITY_COLOURS(0.2)) + 0.75, abs=0.01)
    assert [box_of(path)[0] for path in marks["added"].get_paths()] == [pytest.approx([4.9, 0.79])]
    [left_out] = marks["removed"].get_paths()
    assert box_of(left_out)[0] == pytest.approx([9.3, CRASH - 0.3])
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["kept", "added (1)", "left out (1)"]


def test_hits_that_face_one_another_leave_a_gap():
    matrices = np.zeros((3, 32, 7), np.float32)
    matrices[:, 4, SNARE] = 1.0, 0.3, 0.3
    matrices[:, 5, SNARE] = 1.0, 0.3, -0.3
    figure = groove_figure(Groove(*matrices, tempo_bpm=100.0), Marks(flat=True))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1]
    axes = figure.axes[0]
    # Along the row from the one's onset to the other's, a little above the tails.
    (left, y), (right, _) = axes.transData.transform([(4.75, SNARE + 0.06), (5.25, SNARE + 0.06)])
    along = pixels[round(y), round(left) : round(right), 0]
    assert along.max() > 230 > 150 > np.median(along)


def test_axes_name_drums_from_the_kick_up_and_count_the_beats(groove):
    axes = groove_figure(groove).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(DRUM_TITLES)
    assert axes.get_ylim()[0] < axes.get_ylim()[1]
    counts = " ".join(label.get_text() for label in axes.get_xticklabels())
    assert counts == " ".join(["1 e & a 2 e & a 3 e & a 4 e & a"] * 2)


def test_grace_notes_stand_before_their_hit(groove):
    flam = replace(groove, ornament=np.eye(32, 7) * groove.note)
    lines = parts(groove_figure(flam))["graces"]
    assert len(lines.get_segments()) == np.count_nonzero(flam.ornament) > 0
    step, drum = np.argwhere(flam.ornament)[0]
    (x, low), (_, high) = lines.get_segments()[0]
    assert x == pytest.approx(flam.position(step, drum) + 0.5 - 0.030 / (15 / flam.tempo_bpm))
    assert (low + high) / 2 == pytest.approx(drum)


def test_without_template_nothing_is_marked(groove):
    figure = groove_figure(groove)
    assert set(parts(figure)) == {"hits", "added", "onsets", "tails"}
    assert parts(figure)["added"].get_paths() == []
    assert figure.axes[0].get_legend() is None


def test_empty_groove_can_be_drawn(template):
    nothing = np.zeros((32, 7), np.float32)
    assert figure_bytes(groove_figure(Groove(nothing, nothing, nothing), Marks(template)))


def test_same_figure_gives_the_same_file(groove, template):
    for kind in ("png", "svg"):
        first, second = (
            figure_bytes(groove_figure(groove, Marks(template)), kind) for _ in range(2)
        )
        assert first == second


def test_png_and_svg_are_what_they_say(groove):
    figure = groove_figure(groove, title="funk & 50% off: $5 or $6 <b>")
    assert figure_bytes(figure).startswith(b"\x89PNG\r\n\x1a\n")
    svg = figure_bytes(figure, "svg")
    root = ET.fromstring(svg)  # noqa: S314  reads only what matplotlib wrote
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"hits"} <= {element.get("id") for element in root.iter()}


def test_other_kinds_are_refused(groove):
    with pytest.raises(ValueError, match="png or svg"):
        figure_bytes(groove_figure(groove), "pdf")


def test_threads_draw_the_same_pictures(groove, template):
    one = figure_bytes(groove_figure(groove, Marks(template)))
    with ThreadPoolExecutor(4) as pool:
        many = pool.map(lambda _: figure_bytes(groove_figure(groove, Marks(template))), range(6))
    assert all(picture == one for picture in many)


def test_pyplot_is_not_imported():
    import subprocess
    import sys

    code = (
        "import sys, pocket_studio.exporting.plotting; sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
