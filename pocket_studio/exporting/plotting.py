"""Grooves as pictures: a piano roll after the paper's Figure 1, and single figures as PNG or SVG.

Only matplotlib's object interface is used (no pyplot, which keeps global state), so figures may be
drawn from several threads at once.
"""

import io
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike, NDArray

from pocket_studio.exporting.graces import draw_graces
from pocket_studio.music.grid import (
    BEATS_PER_BAR,
    N_STEPS,
    STEPS_PER_BAR,
    STEPS_PER_BEAT,
    STRAIGHT,
    step_to_position,
)
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUM_TITLES, N_DRUMS

PictureKind = Literal["png", "svg"]

# Soft to loud. Lightness runs one way too, so the order survives a grey print.
VELOCITY_COLOURS: Final = LinearSegmentedColormap.from_list(
    "velocity", ("#9ec9f5", "#3f7fd6", "#7a4fb0", "#d13a54", "#a30015")
)
ADDED_COLOUR: Final = "#111111"
REMOVED_COLOUR: Final = "#777777"

_COUNTS: Final = ("", "e", "&", "a")
_HIT_HEIGHT: Final = 0.78
_DPI: Final = 150

# Ids inside an SVG are random without it; set once, as matplotlib's settings are not per thread.
mpl.rcParams["svg.hashsalt"] = "pocket-studio"


def draw_groove(axes: Axes, groove: Groove, template: ArrayLike | None = None) -> None:
    """Draw `groove` as a heatmap: drums upwards from the kick, sixteenths to the right.

    A hit is a cell wide, its colour is its velocity, and it stands where it is played: late to the
    right, early to the left. A colour bar and, given a template, a legend are added.

    Parameters
    ----------
    axes : matplotlib axes
        Where to draw; its figure gets the colour bar.
    groove : Groove
        What to draw.
    template : array [32, 7] of {0, 1}, optional
        The sketch it was made from. Hits that it lacks are outlined, hits of it that the groove
        lacks are drawn as crosses.
    """
    draw_grid(axes, groove.swing)
    _draw_hits(axes, groove)
    draw_graces(axes, groove)
    colours = ScalarMappable(Normalize(0.0, 1.0), VELOCITY_COLOURS)
    bar = axes.figure.colorbar(colours, ax=axes, pad=0.015, fraction=0.03)
    bar.set_label("velocity (soft to loud)")
    if template is not None:
        _mark_changes(axes, groove, np.asarray(template) > 0)


def draw_grid(axes: Axes, swing: float = STRAIGHT) -> None:
    """Set limits, labels and lines: thick at bars, medium at beats, faint at (swung) sixteenths."""
    steps = np.array([step_to_position(step, 0.0, swing) for step in range(N_STEPS + 1)])
    axes.set_xlim(-0.5, steps[-2] + 1.5)  # as far as microtiming takes a hit
    axes.set_ylim(-0.5, N_DRUMS - 0.5)
    axes.set_yticks(range(N_DRUMS), labels=DRUM_TITLES)
    axes.set_xticks(steps[:-1] + 0.5, labels=_count_labels())
    axes.tick_params(length=0)
    for beat in range(0, N_STEPS, 2 * STEPS_PER_BEAT):
        axes.axvspan(beat, beat + STEPS_PER_BEAT, color="#f2f2f2", zorder=0)
    for step in range(N_STEPS + 1):
        width, colour = _line_style(step)
        axes.axvline(steps[step], linewidth=width, color=colour, zorder=1)
    for row in range(1, N_DRUMS):
        axes.axhline(row - 0.5, linewidth=0.5, color="#d0d0d0", zorder=1)


def _count_labels() -> list[str]:
    """Return "1 e & a 2 e & a ..." for every step."""
    beats = [step // STEPS_PER_BEAT % BEATS_PER_BAR + 1 for step in range(N_STEPS)]
    return [
        _COUNTS[step % STEPS_PER_BEAT] or str(beat)
        for step, beat in zip(range(N_STEPS), beats, strict=True)
    ]


def _line_style(step: int) -> tuple[float, str]:
    if step % STEPS_PER_BAR == 0:
        return 1.6, "#303030"
    if step % STEPS_PER_BEAT == 0:
        return 0.9, "#808080"
    return 0.4, "#d0d0d0"


def _hit_box(groove: Groove, step: int, drum: int) -> Rectangle:
    """Return a cell as wide as a sixteenth at the time the hit is played."""
    return Rectangle((groove.position(step, drum), drum - _HIT_HEIGHT / 2), 1.0, _HIT_HEIGHT)


def _draw_hits(axes: Axes, groove: Groove) -> None:
    cells = np.argwhere(groove.note > 0).tolist()
    boxes = [_hit_box(groove, step, drum) for step, drum in cells]
    hits = PatchCollection(boxes, cmap=VELOCITY_COLOURS, norm=Normalize(0.0, 1.0), zorder=3)
    hits.set_array(np.array([groove.velocity[step, drum] for step, drum in cells]))
    hits.set_gid("hits")
    axes.add_collection(hits)


def _mark_changes(axes: Axes, groove: Groove, template: NDArray[np.bool_]) -> None:
    played = groove.note > 0
    added = np.argwhere(played & ~template).tolist()
    removed = np.argwhere(template & ~played).tolist()
    outlines = PatchCollection(
        [_hit_box(groove, step, drum) for step, drum in added],
        facecolor="none",
        edgecolor=ADDED_COLOUR,
        linewidth=1.3,
        zorder=4,
    )
    outlines.set_gid("added")
    axes.add_collection(outlines)
    crosses = axes.scatter(
        [step_to_position(step, 0.0, groove.swing) + 0.5 for step, _ in removed],
        [drum for _, drum in removed],
        marker="x",
        s=28,
        color=REMOVED_COLOUR,
        zorder=4,
    )
    crosses.set_gid("removed")
    handles = [
        Patch(facecolor="none", edgecolor=ADDED_COLOUR, label=f"added ({len(added)})"),
        crosses,
    ]
    crosses.set_label(f"removed ({len(removed)})")
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False
    )


def groove_figure(groove: Groove, template: ArrayLike | None = None, title: str = "") -> Figure:
    """Return a figure of its own with `draw_groove` on it; `title` stands above."""
    figure = Figure(figsize=(11.0, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    draw_groove(axes, groove, template)
    # A "$" in a title is a dollar, not the start of a formula.
    axes.set_title(title, loc="left", parse_math=False)
    return figure


def figure_bytes(figure: Figure, kind: PictureKind = "png") -> bytes:
    """Return `figure` as PNG (150 dpi) or SVG; the same figure gives the same bytes.

    Raises
    ------
    ValueError
        If `kind` is neither.
    """
    if kind not in ("png", "svg"):
        raise ValueError("a picture is saved as png or svg")
    buffer = io.BytesIO()
    metadata = {"Date": None, "Creator": "Pocket Studio"} if kind == "svg" else {"Software": None}
    figure.savefig(buffer, format=kind, dpi=_DPI, metadata=metadata)
    return buffer.getvalue()
