"""What a picture of a groove shows of its hits: bodies, onsets, tails and what is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from pocket_studio.exporting.hit_shapes import HitShape, hit_shape
from pocket_studio.music.grid import step_to_position
from pocket_studio.music.groove import Groove

# Soft to loud, as in the page. Lightness runs one way too, so the order survives a grey print.
VELOCITY_COLOURS: Final = LinearSegmentedColormap.from_list(
    "velocity", ("#2f6bde", "#9646be", "#de2937")
)
INK: Final = "#1d2125"
FLAT_COLOUR: Final = "#868e96"  # where all hits are equally loud, colour says nothing
REMOVED_COLOUR: Final = "#59616a"

_ADDED_FILL: Final = 0.25  # how much of its colour fills an added hit
_REMOVED_SIZE: Final = (0.4, 0.6)  # of a step, of a row
_MARK_WIDTH: Final = 1.2
_GAP: Final = 0.8  # points between bodies that meet


@dataclass(frozen=True, eq=False)
class Marks:
    """What a picture says beside the hits themselves.

    Attributes
    ----------
    template : array [32, 7] of 0..3, optional
        The sketch it was made from. Hits that it lacks are hollow, hits of it that the groove lacks
        are dashed boxes.
    edited : array [32, 7] of {0, 1}, optional
        Cells that the player has set; their hits carry a ring.
    flat : bool
        All hits are equally loud: they have no colour.
    zoomed : bool
        Timing is drawn three times its size; the picture says so.
    """

    template: ArrayLike | None = None
    edited: ArrayLike | None = None
    flat: bool = False
    zoomed: bool = False


PLAIN: Final = Marks()


def shapes_of(groove: Groove, zoom: float) -> dict[tuple[int, int], HitShape]:
    """Return the shape of each hit by its step and drum."""
    return {
        (step, drum): hit_shape(
            step,
            float(groove.velocity[step, drum]),
            float(groove.microtiming[step, drum]),
            groove.swing,
            zoom,
        )
        for step, drum in np.argwhere(groove.note > 0).tolist()
    }


def draw_hits(
    axes: Axes,
    groove: Groove,
    shapes: dict[tuple[int, int], HitShape],
    added: list[bool],
    marks: Marks,
) -> None:
    """Draw `groove`'s hits by their `shapes`; the `added` ones, in the same order, are hollow.

    One that lies over another leaves a gap around it.
    """
    for gid, wanted in (("hits", False), ("added", True)):
        cells = [cell for cell, is_added in zip(shapes, added, strict=True) if is_added == wanted]
        colours = np.array(
            [
                to_rgba(FLAT_COLOUR)
                if marks.flat
                else VELOCITY_COLOURS(float(groove.velocity[cell]))
                for cell in cells
            ]
        ).reshape(-1, 4)
        bodies = PatchCollection(
            [
                Polygon([(x + 0.5, drum + y) for x, y in shapes[step, drum].outline])
                for step, drum in cells
            ],
            facecolor=colours * _ADDED_FILL + 1 - _ADDED_FILL if wanted else colours,
            edgecolor=colours,
            linewidth=_MARK_WIDTH,
            path_effects=[withStroke(linewidth=_MARK_WIDTH + 2 * _GAP, foreground="white")],
            zorder=3,
        )
        bodies.set_gid(gid)
        axes.add_collection(bodies)
    onsets = [
        [(shape.onset + 0.5, drum - shape.half), (shape.onset + 0.5, drum + shape.half)]
        for (_, drum), shape in shapes.items()
    ]
    tails = [
        [(shape.onset + 0.5, drum), (shape.line + 0.5, drum)]
        for (_, drum), shape in shapes.items()
        if shape.side
    ]
    for gid, lines in (("onsets", onsets), ("tails", tails)):
        collection = LineCollection(lines, colors=INK, linewidths=1.6, capstyle="butt", zorder=4)
        collection.set_gid(gid)
        axes.add_collection(collection)
    if marks.edited is not None:
        edited = np.asarray(marks.edited) > 0
        tops = [
            (shape.onset + 0.5, cell[1] + shape.half)
            for cell, shape in shapes.items()
            if edited[cell]
        ]
        rings = axes.scatter(
            [x for x, _ in tops],
            [y for _, y in tops],
            s=14,
            color="white",
            edgecolor=INK,
            linewidth=1.0,
            zorder=5,
        )
        rings.set_gid("edited")


def draw_removed(axes: Axes, groove: Groove, cells: Sequence[Sequence[int]]) -> None:
    """Draw the `cells` of the sketch that the groove leaves out."""
    width, height = _REMOVED_SIZE
    boxes = PatchCollection(
        [
            Rectangle(
                (
                    step_to_position(step, 0.0, groove.swing) + 0.5 - width / 2,
                    drum - height / 2,
                ),
                width,
                height,
            )
            for step, drum in cells
        ],
        facecolor="none",
        edgecolor=REMOVED_COLOUR,
        linewidth=1.0,
        linestyle=(0, (3, 2)),
        zorder=2,
    )
    boxes.set_gid("removed")
    axes.add_collection(boxes)


def draw_legend(axes: Axes, n_added: int, n_removed: int, marks: Marks) -> None:
    """Say above the picture what its marks mean, and how many there are."""
    colour = FLAT_COLOUR if marks.flat else VELOCITY_COLOURS(0.5)
    handles: list[Patch | Line2D] = [
        Patch(facecolor=colour, edgecolor=colour, label="kept"),
        Patch(
            facecolor=(*to_rgb(colour), _ADDED_FILL), edgecolor=colour, label=f"added ({n_added})"
        ),
        Patch(
            facecolor="none",
            edgecolor=REMOVED_COLOUR,
            linestyle=(0, (3, 2)),
            label=f"left out ({n_removed})",
        ),
    ]
    if marks.edited is not None and np.any(marks.edited):
        ring = Line2D([], [], marker="o", markersize=4, linestyle="", label="edited")
        ring.set(markerfacecolor="white", markeredgecolor=INK)
        handles.append(ring)
    axes.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(handles),
        frameon=False,
    )
