"""What every metric asks of its arrays before it works anything out."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class UndefinedScoreError(ValueError):
    """The data are in order, but have nothing of which the score could be worked out."""


def validate(*, note: tuple[Array, ...] = (), values: tuple[Array, ...] = ()) -> None:
    """Check the arrays of a metric: hits in `note`, velocities or microtimings in `values`.

    Raises
    ------
    ValueError
        If they are not of one shape [n, steps, drums] with at least one window, a note is neither
        0 nor 1, or a value is not finite.
    """
    first, *others = *note, *values
    if first.ndim != 3 or any(other.shape != first.shape for other in others):
        raise ValueError("scores need arrays of one shape [n, steps, drums]")
    if not first.size:
        raise ValueError("scores need at least one window")
    if any(((array != 0) & (array != 1)).any() for array in note):
        raise ValueError("notes are 0 or 1")
    if not all(np.isfinite(array).all() for array in values):
        raise ValueError("values must be finite")
