"""Note F1, the paper's first column (section 4.2): whether the right drums sound at each step.

Convention: the F1 of each step over its drums, averaged over the steps of all windows at which
anything sounds. A sparse step counts as much as a dense one.
Range: 0..1, 1 is best. No unit.
"""

from pocket_studio.research.metrics.inputs import Array, validate


def note_f1(true_note: Array, note: Array) -> float:
    """Return the mean of 2 TP / (2 TP + FP + FN) over all steps.

    Steps at which both are silent say nothing and are left out; 1.0 if there are no others.

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
    both = (true_note * note).sum(axis=2)
    either = true_note.sum(axis=2) + note.sum(axis=2)
    sounding = either > 0
    return float((2 * both[sounding] / either[sounding]).mean()) if sounding.any() else 1.0
