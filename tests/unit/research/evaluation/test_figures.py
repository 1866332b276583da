from dataclasses import replace

import numpy as np
import pytest

from pocket_studio.music.genres import GENRES
from pocket_studio.research.evaluation.figures import FIGURES, figure_png

from .conftest import drawn, typed


def of_rows(figure, of_paper):
    """The figure of the paper's form and that of the shipped checkpoint, with their rows."""
    return pytest.mark.parametrize(
        ("figure", "row"), [(figure, of_paper), (f"{figure}-shipped", "shipped")]
    )


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_small_picture_and_always_the_same(official, name):
    results = typed(official)
    picture = figure_png(FIGURES[name], results)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000
    assert picture == figure_png(FIGURES[name], results)
    assert results == typed(official)


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_not_measured_is_not_drawn(official, name):
    nothing = replace(typed(official), human=None, rows={}, curves={})
    assert figure_png(FIGURES[name], nothing) is None
    # Of several splits one that has it is enough.
    assert figure_png(FIGURES[name], nothing, typed(official)) is not None


@of_rows("figure-5", "genres")
def test_figure_5_has_both_matrices(official, figure, row):
    row = official["rows"][row]
    row["all_funk"]["confusion"] = np.eye(6)[[2] * 6].tolist()
    told, funk = drawn(FIGURES[figure], official).axes
    assert told.images[0].get_array().tolist() == row["generation"]["confusion"]
    assert funk.images[0].get_array().tolist() == row["all_funk"]["confusion"]
    assert [text.get_text() for text in funk.texts] == ["0.00", "0.00", "1.00", *["0.00"] * 3] * 6
    assert [text.get_text() for text in told.texts].count("no test track") == 4


@of_rows("figure-6", "genres-patterns")
def test_figure_6_draws_hits_where_they_sound(official, figure, row):
    example = {name: np.zeros((32, 7)) for name in ("human", "pushed", "laid_back")}
    example["human"][4, 1], example["pushed"][4, 1], example["laid_back"][8, 2] = 0.1, -0.5, 0.2
    official["rows"][row]["example"] = {
        name: microtiming.tolist() for name, microtiming in example.items()
    }
    panels = drawn(FIGURES[figure], official).axes[:3]
    found = []
    for axes in panels:
        (hits,) = axes.collections
        (path,) = hits.get_paths()
        assert hits.norm.vmin == -hits.norm.vmax == -0.5  # zero is in the middle, in all panels
        found.append((path.get_extents().x0, hits.get_array().item()))
    assert found == [(4.05, 0.1), (3.75, -0.5), (8.1, 0.2)]


@of_rows("figure-7", "genres")
def test_figure_7_shows_shares_of_each_genre(official, figure, row):
    counts = {genre: [0] * 64 for genre in GENRES}
    counts["rock"][5], counts["rock"][6], counts["jazz"][0] = 3, 1, 7
    official["rows"][row]["code_counts"] = counts
    axes = drawn(FIGURES[figure], official).axes[0]
    shares = axes.images[0].get_array()
    assert shares.shape == (6, 64)
    assert shares[GENRES.index("rock"), 5:7].tolist() == [75, 25]
    assert shares[GENRES.index("jazz"), 0] == 100
    assert shares.sum() == 200
    assert len(axes.texts) == 4  # of the genres without a test track
