"""The figures of section 4.2 and the curves, from a split's results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from pocket_studio.export.plotting import draw_grid, figure_bytes
from pocket_studio.music.genres import GENRES
from pocket_studio.music.grid import step_to_position
from pocket_studio.research.evaluation.curves import draw_curves, draw_rates, line_style
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.results import Results, value
from pocket_studio.research.metrics import METRICAL_POSITIONS

_HUMAN_STYLE: Final[dict[str, Any]] = {
    "color": "#000000",
    "linewidth": 2.6,
    "marker": "o",
    "zorder": 1,
}
_SHARES: Final = "Blues"  # light to dark: the order survives a grey print
_EARLY_LATE: Final = "RdBu_r"
_FAINT: Final = "#666666"
_FAINT_TEXT: Final[dict[str, Any]] = {"ha": "center", "va": "center", "color": _FAINT}
_UNTESTED: Final = "no test track"
_HIT_HEIGHT: Final = 0.78

_VALUES: Final = {"velocity": "velocity", "microtiming": "microtiming\n(half sixteenths)"}
# The 2-step (VAE) has the VEL and TIME of the 2-step (VQ-VAE).
_METRICAL_ROWS: Final = ("knn", "one-step", "two-step-vq", "genres", "genres-patterns", "shipped")
_EXAMPLES: Final = {
    "human": "as the human played",
    "pushed": "painted pushed",
    "laid_back": "painted laid back",
}


@dataclass(frozen=True)
class Drawing:
    """A figure of the report.

    Attributes
    ----------
    caption : str
    size : tuple of (width, height)
        In inches.
    needs : str
        Where in the results that is without which there is nothing to draw.
    draw : function of (Figure, Results)
    averaged : bool
        Whether it is of the mean over splits.
    """

    caption: str
    size: tuple[float, float]
    needs: str
    draw: Callable[[Figure, Results], None]
    averaged: bool = False


def figure_png(drawing: Drawing, results: Results) -> bytes | None:
    """Return `drawing` of `results` as PNG; None if what it shows is not measured."""
    if value(results, drawing.needs) is None:
        return None
    figure = Figure(figsize=drawing.size, layout="constrained")
    FigureCanvasAgg(figure)
    drawing.draw(figure, results)
    return figure_bytes(figure)


def draw_metrical_means(figure: Figure, results: Results) -> None:
    """Draw Figure 4: mean velocity and microtiming at 1, e, & and a, a column for each genre."""
    means = {"test data": "human"} | {
        ROWS[name].title: f"rows.{name}.reconstruction" for name in _METRICAL_ROWS
    }
    lines = {
        title: found
        for title, path in means.items()
        if (found := value(results, f"{path}.metrical_means")) is not None
    }
    styles = (_HUMAN_STYLE, *map(line_style, range(len(_METRICAL_ROWS))))
    grid = figure.subplots(2, len(GENRES), sharex=True, sharey="row")
    for row, (name, title) in zip(grid, _VALUES.items(), strict=True):
        row[0].set_ylabel(f"mean {title}")
        for axes, genre in zip(row, GENRES, strict=True):
            if genre not in lines["test data"]:
                axes.text(0.5, 0.75, _UNTESTED, transform=axes.transAxes, **_FAINT_TEXT)
            for style, (label, by_genre) in zip(styles, lines.items(), strict=False):
                if genre in by_genre:
                    at_positions = np.array(by_genre[genre][name], np.float64)
                    axes.plot(at_positions, label=label, **style)
    for axes, genre in zip(grid[0], GENRES, strict=True):
        axes.set_title(genre)
        axes.set_xticks(range(len(METRICAL_POSITIONS)), labels=METRICAL_POSITIONS)
    for axes in grid[1]:
        axes.axhline(0.0, linewidth=0.8, color=_FAINT, zorder=0)
    legend = {line.get_label(): line for axes in grid[0] for line in axes.lines}
    figure.legend(
        handles=list(legend.values()), loc="outside lower center", ncols=-(-len(lines) // 2)
    )


def draw_confusions(path: str, figure: Figure, results: Results) -> None:
    """Draw Figure 5: what new grooves are taken for, told their genre and all told funk."""
    row = value(results, path)
    titles = {"generation": "told the test track's genre", "all_funk": "all told funk"}
    for axes, (name, title) in zip(figure.subplots(1, 2), titles.items(), strict=True):
        _draw_confusion(axes, np.array(row[name]["confusion"]))
        axes.set_title(title)
        axes.set_xlabel("classified as")
        axes.set_ylabel("genre of the test track")


def draw_control(path: str, figure: Figure, results: Results) -> None:
    """Draw Figure 6: one template's microtiming as played, painted pushed, and laid back."""
    example = value(results, path)
    played = {name: np.array(example[name]) for name in _EXAMPLES}
    largest = max(float(np.abs(microtiming).max()) for microtiming in played.values())
    panels = figure.subplots(len(_EXAMPLES), 1, sharex=True)
    for axes, (name, title) in zip(panels, _EXAMPLES.items(), strict=True):
        hits = _draw_microtiming(axes, played[name], Normalize(-largest, largest))
        axes.set_title(title, loc="left")
    bar = figure.colorbar(hits, ax=panels, pad=0.01, fraction=0.03)
    bar.set_label("early (-) to late (+), half sixteenths")


def draw_code_counts(path: str, figure: Figure, results: Results) -> None:
    """Draw Figure 7: how often the prior draws each code, for each genre."""
    counts = value(results, path)
    matrix = np.array([counts[genre] for genre in GENRES], np.float64)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes = figure.subplots()
    image = axes.imshow(100 * shares, cmap=_SHARES, aspect="auto", vmin=0.0)
    _mark_untested(axes, shares)
    axes.set_yticks(range(len(GENRES)), labels=GENRES)
    axes.set_xticks(range(0, shares.shape[1], 4))
    axes.set_xlabel("code")
    figure.colorbar(image, ax=axes, pad=0.01).set_label("share of the genre's codes (%)")


FIGURES: Final[Mapping[str, Drawing]] = {
    "figure-4": Drawing(
        "Figure 4. Average velocity and microtiming (positive is late) of the hits at each "
        "metrical position, of the test data and of its reconstructions, genre by genre. Of the "
        "splits by session, if they are measured, the mean.",
        (8.6, 4.0),
        "human.metrical_means",
        draw_metrical_means,
        averaged=True,
    ),
    "figure-5": Drawing(
        "Figure 5. What the genre classifier takes new grooves of 2-step (VQ-VAE) +genres for, for "
        "the test data's templates: told their own genre, and all told funk. Share of each row.",
        (9.6, 4.6),
        "rows.genres.all_funk",
        partial(draw_confusions, "rows.genres"),
    ),
    "figure-5-shipped": Drawing(
        "Figure 5 of the shipped model, at its default guidance.",
        (9.6, 4.6),
        "rows.shipped.all_funk",
        partial(draw_confusions, "rows.shipped"),
    ),
    "figure-5-shipped-guidance-1": Drawing(
        "Figure 5 of the shipped model at a guidance of 1, the genre as it was learnt.",
        (9.6, 4.6),
        "rows.shipped.as_learnt",
        partial(draw_confusions, "rows.shipped.as_learnt"),
    ),
    "figure-6": Drawing(
        "Figure 6. Microtiming of one test track as the human played it, and of what "
        "+genres+patterns plays for its template, all painted pushed and all painted laid back. A "
        "hit begins where it sounds; the lines are the exact positions. Hits that are exactly on "
        "them are not drawn.",
        (10.0, 6.4),
        "rows.genres-patterns.example",
        partial(draw_control, "rows.genres-patterns.example"),
    ),
    "figure-6-shipped": Drawing(
        "Figure 6 of the shipped model.",
        (10.0, 6.4),
        "rows.shipped.example",
        partial(draw_control, "rows.shipped.example"),
    ),
    "figure-6-shipped-one-drum": Drawing(
        "Figure 6 of the shipped model, with the dominant cymbal alone painted.",
        (10.0, 6.4),
        "rows.shipped.example_of_a_drum",
        partial(draw_control, "rows.shipped.example_of_a_drum"),
    ),
    "figure-7": Drawing(
        "Figure 7. How often the prior of 2-step (VQ-VAE) +genres draws each code for the test "
        "data's templates, by genre.",
        (10.0, 2.7),
        "rows.genres.code_counts",
        partial(draw_code_counts, "rows.genres.code_counts"),
    ),
    "figure-7-shipped": Drawing(
        "Figure 7 of the shipped model: the first of its three codebooks.",
        (10.0, 2.7),
        "rows.shipped.code_counts",
        partial(draw_code_counts, "rows.shipped.code_counts"),
    ),
    "rates": Drawing(
        "The rate of NOTE: what comes back of the notes against the bits that it may use for a "
        "beat. The line joins the single codebooks by their size; 64+64 has a second codebook for "
        "details, 64+64+64 a third.",
        (9.0, 3.8),
        "rows.two-step-vq.bits_per_beat",
        draw_rates,
    ),
    "curves": Drawing(
        "Training: validation score after each epoch, lower is better.",
        (9.0, 5.4),
        "curves.classifier",
        draw_curves,
    ),
}
"""By the name of the file, in the order of the report."""


def _draw_confusion(axes: Axes, shares: NDArray[np.float64]) -> None:
    """Draw `shares` [6, 6] with their numbers; a genre without grooves has none."""
    axes.imshow(shares, cmap=_SHARES, vmin=0.0, vmax=1.0)
    for row, of_genre in enumerate(shares):
        for column, share in enumerate(of_genre if of_genre.any() else ()):
            colour = "white" if share > 0.68 else "black"
            axes.text(column, row, f"{share:.2f}", ha="center", va="center", color=colour)
    _mark_untested(axes, shares)
    axes.set_xticks(range(len(GENRES)), labels=GENRES)
    axes.set_yticks(range(len(GENRES)), labels=GENRES)
    axes.tick_params(length=0)


def _mark_untested(axes: Axes, shares: NDArray[np.float64]) -> None:
    """Say so in the rows of a matrix of `shares` [6, n] whose genre has no test track."""
    for row in np.flatnonzero(~shares.any(axis=1)).tolist():
        axes.text((shares.shape[1] - 1) / 2, row, _UNTESTED, **_FAINT_TEXT)


def _draw_microtiming(
    axes: Axes, microtiming: NDArray[np.float64], norm: Normalize
) -> PatchCollection:
    """Draw each hit of `microtiming` [32, 7] where it sounds, coloured by how early or late."""
    draw_grid(axes)
    cells = np.argwhere(microtiming).tolist()
    values = [float(microtiming[step, drum]) for step, drum in cells]
    boxes = [
        Rectangle((step_to_position(step, late), drum - _HIT_HEIGHT / 2), 1.0, _HIT_HEIGHT)
        for (step, drum), late in zip(cells, values, strict=True)
    ]
    hits = PatchCollection(boxes, cmap=_EARLY_LATE, norm=norm, edgecolor=_FAINT, linewidth=0.5)
    hits.set_array(np.array(values))
    hits.set_zorder(3)
    axes.add_collection(hits)
    return hits
