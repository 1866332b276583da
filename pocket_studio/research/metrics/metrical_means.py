"""Metrical means, the paper's Figure 4: how loud and how late each place in the beat is.

Convention: the mean over the hits of all windows, drums and beats at each of 1, e, & and a; a hit
whose value is 0 counts, a value without a hit does not.
Range and unit: those of the values: velocity in 0..1, microtiming in -1..1 half sixteenths,
positive late.
"""

from pocket_studio.research.metrics.inputs import Array, validate
from pocket_studio.research.metrics.positions import METRICAL_POSITIONS, hits_at


def metrical_means(values: Array, note: Array) -> list[float | None]:
    """Return the mean of the hits' values at 1, e, & and a; None where there is no hit.

    Parameters
    ----------
    values : array [n, steps, drums]
        Velocities, or microtimings.
    note : array [n, steps, drums] of {0, 1}

    Returns
    -------
    list of four floats or None

    Raises
    ------
    ValueError
        If the arrays differ in shape, have no window, or are out of range.
    """
    validate(note=(note,), values=(values,))
    at = [hits_at(values, note, position) for position in range(len(METRICAL_POSITIONS))]
    return [float(hits.mean()) if len(hits) else None for hits in at]
