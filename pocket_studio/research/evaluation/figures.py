"""The figures of section 4.2 and the curves, from a split's results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from pocket_studio.exporting.plotting import draw_grid, figure_bytes
from pocket_studio.music.genres import GENRES
from pocket_studio.music.grid import step_to_position
from pocket_studio.research.evaluation.curves import curves, draw_curves, draw_rates, rates
from pocket_studio.research.evaluation.metrical import (
    draw_metrical_means,
    mean_lines,
    metrical_lines,
)
from pocket_studio.research.evaluation.results import (
    Example,
    Recognised,
    RowResult,
    TableResults,
)
from pocket_studio.research.evaluation.splits import of_row
from pocket_studio.research.evaluation.styles import FAINT, FAINT_TEXT, UNTESTED

_SHARES: Final = "Blues"  # light to dark: the order survives a grey print
_EARLY_LATE: Final = "RdBu_r"
_HIT_HEIGHT: Final = 0.78

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Drawing(Generic[Shown]):
    """A figure of the report.

    Attributes
    ----------
    caption : str
    size : tuple of (width, height)
        In inches.
    shown : function of TableResults
        What it shows; None if that is not measured.
    draw : function of (Figure, what it shows)
    mean : function of a sequence of what it shows, optional
        Their mean, if it is of several splits.
    """

    caption: str
    size: tuple[float, float]
    shown: Callable[[TableResults], Shown | None]
    draw: Callable[[Figure, Shown], None]
    mean: Callable[[Sequence[Shown]], Shown] | None = None


def figure_png(drawing: Drawing[Shown], *splits: TableResults) -> bytes | None:
    """Return `drawing` of the mean of `splits`, or of the first, as PNG; None without any."""
    found = [each for results in splits if (each := drawing.shown(results)) is not None]
    if not found:
        return None
    figure = Figure(figsize=drawing.size, layout="constrained")
    FigureCanvasAgg(figure)
    drawing.draw(figure, drawing.mean(found) if drawing.mean else found[0])
    return figure_bytes(figure)


def recognised(row: RowResult) -> Recognised | None:
    """Return what Figure 5 shows of `row`."""
    if row.generation is None or row.all_funk is None:
        return None
    return Recognised(generation=row.generation, all_funk=row.all_funk)


def draw_confusions(figure: Figure, found: Recognised) -> None:
    """Draw Figure 5: what new grooves are taken for, told their genre and all told funk."""
    panels = {"told the test track's genre": found.generation, "all told funk": found.all_funk}
    for axes, (title, scores) in zip(figure.subplots(1, 2), panels.items(), strict=True):
        _draw_confusion(axes, np.array(scores.confusion))
        axes.set_title(title)
        axes.set_xlabel("classified as")
        axes.set_ylabel("genre of the test track")


def draw_control(figure: Figure, example: Example) -> None:
    """Draw Figure 6: one template's microtiming as played, painted pushed, and laid back."""
    played = {
        "as the human played": np.array(example.human),
        "painted pushed": np.array(example.pushed),
        "painted laid back": np.array(example.laid_back),
    }
    largest = max(float(np.abs(microtiming).max()) for microtiming in played.values())
    panels = figure.subplots(len(played), 1, sharex=True)
    for axes, (title, microtiming) in zip(panels, played.items(), strict=True):
        hits = _draw_microtiming(axes, microtiming, Normalize(-largest, largest))
        axes.set_title(title, loc="left")
    bar = figure.colorbar(hits, ax=panels, pad=0.01, fraction=0.03)
    bar.set_label("early (-) to late (+), half sixteenths")


def draw_code_counts(figure: Figure, counts: Mapping[str, list[int]]) -> None:
    """Draw Figure 7: how often the prior draws each code, for each genre."""
    matrix = np.array([counts[genre] for genre in GENRES], np.float64)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes = figure.subplots()
    image = axes.imshow(100 * shares, cmap=_SHARES, aspect="auto", vmin=0.0)
    _mark_untested(axes, shares)
    axes.set_yticks(range(len(GENRES)), labels=GENRES)
    axes.set_xticks(range(0, shares.shape[1], 4))
    axes.set_xlabel("code")
    figure.colorbar(image, ax=axes, pad=0.01).set_label("share of the genre's codes (%)")


FIGURES: Final[Mapping[str, Drawing[Any]]] = {
    "figure-4": Drawing(
        "Figure 4. Average velocity and microtiming (positive is late) of the hits at each "
        "metrical position, of the test data and of its reconstructions, genre by genre. Of the "
        "splits by session, if they are measured, the mean.",
        (8.6, 4.0),
        metrical_lines,
        draw_metrical_means,
        mean_lines,
    ),
    "figure-5": Drawing(
        "Figure 5. What the genre classifier takes new grooves of 2-step (VQ-VAE) +genres for, for "
        "the test data's templates: told their own genre, and all told funk. Share of each row.",
        (9.6, 4.6),
        of_row("genres", recognised),
        draw_confusions,
    ),
    "figure-5-shipped": Drawing(
        "Figure 5 of the shipped model, at its default guidance.",
        (9.6, 4.6),
        of_row("shipped", recognised),
        draw_confusions,
    ),
    "figure-5-shipped-guidance-1": Drawing(
        "Figure 5 of the shipped model at a guidance of 1, the genre as it was learnt.",
        (9.6, 4.6),
        of_row("shipped", lambda row: row.as_learnt),
        draw_confusions,
    ),
    "figure-6": Drawing(
        "Figure 6. Microtiming of one test track as the human played it, and of what "
        "+genres+patterns plays for its template, all painted pushed and all painted laid back. A "
        "hit begins where it sounds; the lines are the exact positions. Hits that are exactly on "
        "them are not drawn.",
        (10.0, 6.4),
        of_row("genres-patterns", lambda row: row.example),
        draw_control,
    ),
    "figure-6-shipped": Drawing(
        "Figure 6 of the shipped model.",
        (10.0, 6.4),
        of_row("shipped", lambda row: row.example),
        draw_control,
    ),
    "figure-6-shipped-one-drum": Drawing(
        "Figure 6 of the shipped model, with the dominant cymbal alone painted.",
        (10.0, 6.4),
        of_row("shipped", lambda row: row.example_of_a_drum),
        draw_control,
    ),
    "figure-7": Drawing(
        "Figure 7. How often the prior of 2-step (VQ-VAE) +genres draws each code for the test "
        "data's templates, by genre.",
        (10.0, 2.7),
        of_row("genres", lambda row: row.code_counts),
        draw_code_counts,
    ),
    "figure-7-shipped": Drawing(
        "Figure 7 of the shipped model: the first of its three codebooks.",
        (10.0, 2.7),
        of_row("shipped", lambda row: row.code_counts),
        draw_code_counts,
    ),
    "rates": Drawing(
        "The rate of NOTE: what comes back of the notes against the bits that it may use for a "
        "beat. The line joins the single codebooks by their size; 64+64 has a second codebook for "
        "details, 64+64+64 a third.",
        (9.0, 3.8),
        rates,
        draw_rates,
    ),
    "curves": Drawing(
        "Training: validation score after each epoch, lower is better.",
        (9.0, 5.4),
        curves,
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
        axes.text((shares.shape[1] - 1) / 2, row, UNTESTED, **FAINT_TEXT)


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
    hits = PatchCollection(boxes, cmap=_EARLY_LATE, norm=norm, edgecolor=FAINT, linewidth=0.5)
    hits.set_array(np.array(values))
    hits.set_zorder(3)
    axes.add_collection(hits)
    return hits
