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
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from pocket_studio.exporting.graces import draw_graces
from pocket_studio.exporting.hit_shapes import TIMING_ZOOM
from pocket_studio.exporting.marks import (
    PLAIN,
    VELOCITY_COLOURS,
    Marks,
    draw_hits,
    draw_legend,
    draw_removed,
    shapes_of,
)
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

_COUNTS: Final = ("", "e", "&", "a")
_DPI: Final = 150
_LINE: Final = "#d0d0d0"

# Ids inside an SVG are random without it; set once, as matplotlib's settings are not per thread.
mpl.rcParams["svg.hashsalt"] = "pocket-studio"


def draw_groove(axes: Axes, groove: Groove, marks: Marks = PLAIN) -> None:
    """Draw `groove` as a piano roll: drums upwards from the kick, sixteenths to the right.

    A hit has a hard edge where it is played and a tail to its grid line; its body points back if it
    is early and on if it is late, its height and colour are its velocity. A colour bar and, given a
    template, a legend are added.

    Parameters
    ----------
    axes : matplotlib axes
        Where to draw; its figure gets the colour bar.
    groove : Groove
        What to draw.
    marks : Marks
        What is said beside the hits.
    """
    draw_grid(axes, groove.swing, centres=True)
    shapes = shapes_of(groove, TIMING_ZOOM if marks.zoomed else 1)
    template = None if marks.template is None else np.asarray(marks.template) > 0
    added = [template is not None and not template[cell] for cell in shapes]
    draw_hits(axes, groove, shapes, added, marks)
    draw_graces(axes, groove, shapes)
    if not marks.flat:
        colours = ScalarMappable(Normalize(0.0, 1.0), VELOCITY_COLOURS)
        bar = axes.figure.colorbar(colours, ax=axes, pad=0.015, fraction=0.03)
        bar.set_label("velocity (soft to loud)")
    if template is not None:
        removed = np.argwhere(template & (groove.note == 0)).tolist()
        draw_removed(axes, groove, removed)
        draw_legend(axes, sum(added), len(removed), marks)
    if marks.zoomed:
        left, right = axes.get_xlim()
        axes.set_xlim(left - 1, right + 1)
        axes.set_xlabel("timing drawn three times its size", weight="bold")


def draw_grid(axes: Axes, swing: float = STRAIGHT, *, centres: bool = False) -> None:
    """Set limits, labels and lines: thick at bars, medium at beats, faint at (swung) sixteenths.

    With `centres` the faint lines stand where hits on the grid do, in the middle of a sixteenth.
    """
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
        faint = centres and step % STEPS_PER_BEAT != 0
        if not faint:
            axes.axvline(steps[step], linewidth=width, color=colour, zorder=1)
    for place in steps[:-1] if centres else ():
        axes.axvline(place + 0.5, linewidth=0.6, color=_LINE, zorder=1)
    for row in range(1, N_DRUMS):
        axes.axhline(row - 0.5, linewidth=0.5, color=_LINE, zorder=1)


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
    return 0.4, _LINE


def groove_figure(groove: Groove, marks: Marks = PLAIN, title: str = "") -> Figure:
    """Return a figure of its own with `draw_groove` on it; `title` stands above."""
    figure = Figure(figsize=(11.0, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    draw_groove(axes, groove, marks)
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
