"""Mean squared error at hits, beside the paper's (section 4.2): how far off is what is heard.

Convention: over the cells where the human plays; what is played elsewhere costs nothing here. Not
in the paper, whose mean is over all cells.
Range: 0..1 for velocity, 0..4 for microtiming; 0 is best. Unit: that of the values, squared:
velocity in 0..1, microtiming in half sixteenths.
"""

import numpy as np

from pocket_studio.research.metrics.inputs import Array, UndefinedScoreError, validate


def mean_squared_error_at_hits(true_values: Array, values: Array, true_note: Array) -> float:
    """Return the mean of (true - value)^2 over the cells where `true_note` is 1.

    Parameters
    ----------
    true_values, values : array [n, steps, drums]
        Velocities, or microtimings.
    true_note : array [n, steps, drums] of {0, 1}

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    UndefinedScoreError
        If there is no hit.
    ValueError
        If the arrays differ in shape, have no window, or are out of range.
    """
    validate(note=(true_note,), values=(true_values, values))
    hits = true_note > 0
    if not hits.any():
        raise UndefinedScoreError("there are no hits to score")
    return float(np.square(true_values[hits] - values[hits], dtype=np.float64).mean())
