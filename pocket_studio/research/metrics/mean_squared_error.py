"""Mean squared error of velocity or microtiming, the paper's columns (section 4.2).

Convention: over all cells, silent ones too, where both are 0 if the notes are right. Most cells are
silent, so that the number is small; `mean_squared_error_at_hits` asks the hits alone.
Range: 0..1 for velocity, 0..4 for microtiming; 0 is best. Unit: that of the values, squared:
velocity in 0..1, microtiming in half sixteenths.
"""

import numpy as np

from pocket_studio.research.metrics.inputs import Array, validate


def mean_squared_error(true_values: Array, values: Array) -> float:
    """Return the mean of (true - value)^2 over all cells.

    Parameters
    ----------
    true_values, values : array [n, steps, drums]
        Velocities, or microtimings.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If the arrays differ in shape, have no window, or have a value that is not finite.
    """
    validate(values=(true_values, values))
    return float(np.square(true_values - values, dtype=np.float64).mean())
