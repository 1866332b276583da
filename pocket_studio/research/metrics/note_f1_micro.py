"""Micro F1, beside the paper's note F1: which share of all hits is right.

Convention: one F1 over the cells of all windows together. Every hit counts alike, so that a dense
window weighs more than a sparse one. Not in the paper; note F1 is its form of section 4.2.
Range: 0..1, 1 is best. No unit.
"""

import numpy as np

from pocket_studio.research.metrics.inputs import Array, validate


def note_f1_micro(true_note: Array, note: Array) -> float:
    """Return 2 TP / (2 TP + FP + FN) over all cells together; 1.0 if both are silent.

    Parameters
    ----------
    true_note, note : array [n, steps, drums] of {0, 1}

    Returns
    -------
    float
        0..1.

    Raises
    ------
    ValueError
        If the arrays differ in shape, have no window, or are not of 0 and 1.
    """
    validate(note=(true_note, note))
    hits = float(true_note.sum(dtype=np.float64) + note.sum(dtype=np.float64))
    return 2 * float((true_note * note).sum(dtype=np.float64)) / hits if hits else 1.0
