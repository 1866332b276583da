"""Exact windows, beside the paper's note F1: how often nothing at all is wrong.

Convention: a window is right if every one of its cells is; a single wrong hit costs all of it. Not
in the paper.
Range: 0..1, 1 is best. No unit.
"""

from pocket_studio.research.metrics.inputs import Array, validate


def note_exact(true_note: Array, note: Array) -> float:
    """Return the share of windows whose every cell is right.

    Parameters
    ----------
    true_note, note : array [n, steps, drums] of {0, 1}

    Returns
    -------
    float
        0..1, in steps of 1 / n.

    Raises
    ------
    ValueError
        If the arrays differ in shape, have no window, or are not of 0 and 1.
    """
    validate(note=(true_note, note))
    return float((true_note == note).all(axis=(1, 2)).mean())
