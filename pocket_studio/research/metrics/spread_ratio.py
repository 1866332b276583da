"""Spread, beside the paper's KL (section 4.2): whether a track varies as a human's does.

Convention: the standard deviation of the hits' values within each window, averaged over windows,
over the same of the humans'. A model that plays every window flat but each at its own level has
none of it, although its values over all windows vary. Not in the paper.
Range: at least 0; 1 is as varied as humans are, below is flatter. No unit.
"""

import numpy as np

from pocket_studio.research.metrics.inputs import Array, UndefinedScoreError, validate


def spread_ratio(true_values: Array, values: Array, true_note: Array, note: Array) -> float:
    """Return the mean sd of values within a window / the mean sd of the true ones.

    Windows with fewer than two hits are left out.

    Parameters
    ----------
    true_values, values : array [n, steps, drums]
        Velocities, or microtimings.
    true_note, note : array [n, steps, drums] of {0, 1}
        The hits that carry them.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    UndefinedScoreError
        If no window has two hits or the true values do not vary.
    ValueError
        If the arrays differ in shape, have no window, or are out of range.
    """
    validate(note=(true_note, note), values=(true_values, values))
    true_spread = _mean_spread(true_values, true_note)
    if not true_spread > 0:
        raise UndefinedScoreError("the true values do not vary")
    return _mean_spread(values, note) / true_spread


def _mean_spread(values: Array, note: Array) -> float:
    spreads = [
        window[hits].std(dtype=np.float64)
        for window, hits in zip(values, note > 0, strict=True)
        if hits.sum() >= 2
    ]
    if not spreads:
        raise UndefinedScoreError("no window has two hits")
    return float(np.mean(spreads))
