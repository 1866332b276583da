"""Figure 4: how loud and how late each place in the beat is, of one split or of several."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

from pocket_studio.music.genres import GENRES
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.results import MetricalMeans, TableResults
from pocket_studio.research.evaluation.styles import FAINT, FAINT_TEXT, UNTESTED, line_style
from pocket_studio.research.metrics import METRICAL_POSITIONS

_HUMAN_STYLE: Final[dict[str, Any]] = {
    "color": "#000000",
    "linewidth": 2.6,
    "marker": "o",
    "zorder": 1,
}
_VALUES: Final = {"velocity": "velocity", "microtiming": "microtiming\n(half sixteenths)"}
# The 2-step (VAE) has the VEL and TIME of the 2-step (VQ-VAE).
_METRICAL_ROWS: Final = ("knn", "one-step", "two-step-vq", "genres", "genres-patterns", "shipped")
_TEST_DATA: Final = "test data"

Lines = Mapping[str, Mapping[str, MetricalMeans]]
"""Means by the title of who plays, and by genre."""


def metrical_lines(results: TableResults) -> Lines | None:
    """Return the lines of Figure 4: the humans', then those of the rows that are measured."""
    if results.human is None:
        return None
    return {_TEST_DATA: results.human.metrical_means} | {
        ROWS[name].title: results.rows[name].reconstruction.metrical_means
        for name in _METRICAL_ROWS
        if name in results.rows
    }


def mean_lines(splits: Sequence[Lines]) -> Lines:
    """Return the mean of the lines of `splits`; what some lack is the mean of the others."""

    def mean(values: Sequence[list[float | None]]) -> list[float | None]:
        at = [[x for x in position if x is not None] for position in zip(*values, strict=True)]
        return [float(np.mean(there)) if there else None for there in at]

    means: dict[str, dict[str, MetricalMeans]] = {_TEST_DATA: {}}
    for title in (_TEST_DATA, *(ROWS[name].title for name in _METRICAL_ROWS)):
        by_genre = [lines[title] for lines in splits if title in lines]
        for genre in dict.fromkeys(genre for found in by_genre for genre in found):
            there = [found[genre] for found in by_genre if genre in found]
            means.setdefault(title, {})[genre] = MetricalMeans(
                velocity=mean([each.velocity for each in there]),
                microtiming=mean([each.microtiming for each in there]),
            )
    return means


def draw_metrical_means(figure: Figure, lines: Lines) -> None:
    """Draw Figure 4: mean velocity and microtiming at 1, e, & and a, a column for each genre."""
    styles = (_HUMAN_STYLE, *map(line_style, range(len(_METRICAL_ROWS))))
    grid = figure.subplots(2, len(GENRES), sharex=True, sharey="row")
    for row, (name, title) in zip(grid, _VALUES.items(), strict=True):
        row[0].set_ylabel(f"mean {title}")
        for axes, genre in zip(row, GENRES, strict=True):
            if genre not in lines[_TEST_DATA]:
                axes.text(0.5, 0.75, UNTESTED, transform=axes.transAxes, **FAINT_TEXT)
            for style, (label, by_genre) in zip(styles, lines.items(), strict=False):
                if genre in by_genre:
                    at_positions = np.array(getattr(by_genre[genre], name), np.float64)
                    axes.plot(at_positions, label=label, **style)
    for axes, genre in zip(grid[0], GENRES, strict=True):
        axes.set_title(genre)
        axes.set_xticks(range(len(METRICAL_POSITIONS)), labels=METRICAL_POSITIONS)
    for axes in grid[1]:
        axes.axhline(0.0, linewidth=0.8, color=FAINT, zorder=0)
    legend = {line.get_label(): line for axes in grid[0] for line in axes.lines}
    figure.legend(
        handles=list(legend.values()), loc="outside lower center", ncols=-(-len(lines) // 2)
    )
