"""The shape of a hit in a picture, in steps to the right and rows upwards.

The page's own picture is drawn by the same numbers (`web/core/hitshape.js`).
"""

import math
from dataclasses import dataclass
from typing import Final

from pocket_studio.music.grid import MAX_MICROTIMING_TICKS, step_to_position

TIMING_ZOOM: Final = 3
_FURTHEST: Final = 0.48  # of a step, where enlarged timing ends

_WIDTH: Final = 0.4  # of a step
_TIP: Final = 0.45  # of its height: what is left of the body away from the onset
_ON_GRID: Final = 2 / MAX_MICROTIMING_TICKS  # two ticks: nobody hears it


@dataclass(frozen=True)
class HitShape:
    """How a hit looks; its row's centre is at height 0.

    Attributes
    ----------
    line : float
        The line of the grid that it belongs to, in steps from the loop's start.
    onset : float
        Where it is played.
    side : int
        -1 early, 1 late, 0 on the grid.
    half : float
        Half its height, 0.15 (soft) to 0.45 (loud).
    outline : tuple of 4 (float, float)
        Its body, which points away from the onset: back if it is early, on if it is late.
    """

    line: float
    onset: float
    side: int
    half: float
    outline: tuple[tuple[float, float], ...]


def _zoomed(offset: float, zoom: float) -> float:
    """Return an offset in steps, enlarged: no hit passes the next one of its row."""
    far = max(abs(offset), min(zoom * abs(offset), _FURTHEST))
    return math.copysign(far, offset)


def hit_shape(
    step: int, velocity: float, microtiming: float, swing: float, zoom: float = 1.0
) -> HitShape:
    """Return the shape of a hit, its timing drawn `zoom` times its size, but within its step.

    Parameters
    ----------
    step : int
        0..31.
    velocity : float
        0..1.
    microtiming : float
        -1..1, in half steps.
    swing : float
        0.5..0.75.
    zoom : float
        1 draws the hit where it is played.
    """
    line = step_to_position(step, 0.0, swing)
    onset = line + _zoomed(microtiming / 2.0, zoom)
    half = 0.15 + 0.3 * velocity
    side = 0 if abs(microtiming) <= _ON_GRID else (1 if microtiming > 0 else -1)
    near, far = (onset, onset + side * _WIDTH) if side else (onset - _WIDTH / 2, onset + _WIDTH / 2)
    end = half * _TIP if side else half
    return HitShape(line, onset, side, half, ((near, -half), (near, half), (far, end), (far, -end)))
