"""The grace notes of a picture."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from pocket_studio.exporting.hit_shapes import HitShape
from pocket_studio.music.groove import Groove
from pocket_studio.music.ornaments import graces_of

_COLOUR: Final = "#111111"


def draw_graces(axes: Axes, groove: Groove, shapes: dict[tuple[int, int], HitShape]) -> None:
    """Draw each grace note of `groove` as a line before its hit's onset, as high as it is loud."""
    places, rows, halves = [], [], []
    for step, drum in np.argwhere(groove.ornament > 0).tolist():
        for before, velocity in graces_of(groove, step, drum, groove.tempo_bpm):
            places.append(shapes[step, drum].onset - before + 0.5)
            rows.append(float(drum))
            halves.append((0.3 + 0.6 * velocity) / 2)  # of a row, as a hit is
    if not places:
        return
    centres, half = np.array(rows), np.array(halves)
    lines = axes.vlines(places, centres - half, centres + half, colors=_COLOUR, lw=1.6, zorder=5)
    lines.set_gid("graces")
