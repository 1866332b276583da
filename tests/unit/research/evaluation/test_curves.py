from pocket_studio.research.evaluation.curves import rates
from pocket_studio.research.evaluation.figures import FIGURES

from .conftest import drawn, lines_of, typed


def test_the_rate_curve_joins_the_single_codebooks(official):
    del official["rows"]["codes-256"]
    official["rows"]["two-step-vae"]["bits_per_beat"] = 7.5
    f1, exact = drawn(FIGURES["rates"], official).axes
    rows = official["rows"]
    (line,) = f1.lines
    assert line.get_xydata().tolist() == [
        [bits, rows[name]["reconstruction"]["note_f1_micro"]]
        for name, bits in (("two-step-vq", 6), ("codes-1024", 10))
    ]
    shipped = ["shipped 64+64+64", "shipped 64+64", "shipped 64"]
    assert [text.get_text() for text in f1.texts] == ["64", "1024", "64+64", "VAE", *shipped]
    points = [points.get_offsets()[0].tolist() for points in exact.collections]
    assert [bits for bits, _ in points] == [6, 10, 12, 7.5, 18, 12, 6]
    assert points[2][1] == rows["codes-64+64"]["reconstruction"]["note_exact"]


def test_training_curves_have_a_line_for_each_part(official):
    official["curves"]["note-64"] = [
        {"epoch": number + 1, "duration_s": 1.0, "score": score}
        for number, score in enumerate([0.3, 0.2, 0.1])
    ]
    panels = [axes for axes in drawn(FIGURES["curves"], official).axes if axes.axison]
    lines = [lines_of(axes) for axes in panels]
    assert sum(map(len, lines)) == len(official["curves"])
    assert lines[0]["note-64"] == [0.3, 0.2, 0.1]
    assert panels[0].lines[0].get_xdata()[0] == 1
    assert set(lines[1]) == {"expression", "genre", "genre-patterns"}


def test_without_the_paper_s_codes_there_is_no_rate_curve(official):
    assert set(rates(typed(official))) > {"two-step-vq", "shipped"}
    del official["rows"]["two-step-vq"]
    assert rates(typed(official)) is None
