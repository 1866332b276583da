"""The four metrical positions of a beat, and the hits at one of them (section 4.2, Figure 4)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.grid import STEPS_PER_BEAT
from pocket_studio.research.metrics.inputs import Array

METRICAL_POSITIONS: Final = ("1", "e", "&", "a")


def hits_at(values: Array, note: Array, position: int) -> NDArray[np.float64]:
    """Return the values [hits] at the hits of every fourth step from `position` (0..3) on."""
    steps = slice(position, None, STEPS_PER_BEAT)
    return values[:, steps][note[:, steps] > 0].astype(np.float64)
