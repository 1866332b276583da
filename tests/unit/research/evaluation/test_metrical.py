import numpy as np

from pocket_studio.music.genres import GENRES
from pocket_studio.research.evaluation.figures import FIGURES
from pocket_studio.research.evaluation.metrical import mean_lines
from pocket_studio.research.evaluation.results import MetricalMeans

from .conftest import drawn, lines_of


def test_figure_4_has_a_line_for_the_test_data_and_each_row(official):
    axes = drawn(FIGURES["figure-4"], official).axes
    assert [each.get_title() for each in axes[:6]] == list(GENRES)
    velocity, microtiming = axes[GENRES.index("jazz")], axes[6 + GENRES.index("jazz")]
    lines = lines_of(velocity)
    assert list(lines) == [
        "test data",
        "K-NN",
        "1-step",
        "2-step (VQ-VAE)",
        "+genres",
        "+genres+patterns",
        "shipped, with genre and patterns",
    ]
    assert lines["test data"] == official["human"]["metrical_means"]["jazz"]["velocity"]
    knn = official["rows"]["knn"]["reconstruction"]["metrical_means"]["jazz"]
    assert lines["K-NN"] == knn["velocity"]
    assert lines_of(microtiming)["K-NN"] == knn["microtiming"]
    rock = axes[GENRES.index("rock")]
    assert not rock.lines
    assert [text.get_text() for text in rock.texts] == ["no test track"]


def test_figure_4_leaves_gaps_and_rows_out(official):
    for name in ("one-step", "genres"):
        del official["rows"][name]
    official["human"]["metrical_means"]["jazz"]["velocity"][1] = None
    lines = lines_of(drawn(FIGURES["figure-4"], official).axes[GENRES.index("jazz")])
    assert np.isnan(lines["test data"]).tolist() == [False, True, False, False]
    others = ["2-step (VQ-VAE)", "+genres+patterns", "shipped, with genre and patterns"]
    assert list(lines) == ["test data", "K-NN", *others]


def means(*velocity):
    return MetricalMeans(velocity=list(velocity), microtiming=[None])


def test_means_over_splits_leave_out_what_is_missing():
    splits = [
        {"test data": {"rock": means(1.0, None), "jazz": means(3.0, 4.0)}, "1-step": {}},
        {"test data": {"rock": means(3.0, None)}, "K-NN": {"funk": means(None, 2.0)}},
        {"test data": {"rock": means(8.0, None)}},
    ]
    assert mean_lines(splits) == {
        "test data": {"rock": means(4.0, None), "jazz": means(3.0, 4.0)},
        "K-NN": {"funk": means(None, 2.0)},
    }
    assert list(mean_lines(splits[::-1])) == ["test data", "K-NN"]  # in the order of the rows
