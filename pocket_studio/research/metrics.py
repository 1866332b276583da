"""Scores over grooves (section 4.2), in plain numpy.

Arrays are [n, 32, 7] in the ranges of `groove.Groove`; `true_` is the human track. Scores of
velocity are in 0..1 units and of microtiming in half sixteenths. KL distances have no unit: those
of MIDI velocities and of ticks, as the authors work them out, are the same numbers.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.grid import STEPS_PER_BEAT

Array = NDArray[np.float32]

METRICAL_POSITIONS: Final = ("1", "e", "&", "a")
_SMALLEST_SD: Final = 1e-6


def _validate(*arrays: Array) -> None:
    if len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 3:
        raise ValueError("scores need arrays of one shape [n, steps, drums]")


def note_f1(true_note: Array, note: Array) -> float:
    """Return the paper's note F1: 2 TP / (2 TP + FP + FN) of each step, averaged over all steps.

    Steps at which both are silent say nothing and are left out; 1.0 if there are no others.

    Raises
    ------
    ValueError
        If the arrays differ in shape.
    """
    _validate(true_note, note)
    both = (true_note * note).sum(axis=2)
    either = true_note.sum(axis=2) + note.sum(axis=2)
    sounding = either > 0
    return float((2 * both[sounding] / either[sounding]).mean()) if sounding.any() else 1.0


def note_f1_micro(true_note: Array, note: Array) -> float:
    """Return 2 TP / (2 TP + FP + FN) over all cells together; 1.0 if both are silent.

    Raises
    ------
    ValueError
        If the arrays differ in shape.
    """
    _validate(true_note, note)
    hits = float(true_note.sum(dtype=np.float64) + note.sum(dtype=np.float64))
    return 2 * float((true_note * note).sum(dtype=np.float64)) / hits if hits else 1.0


def note_exact(true_note: Array, note: Array) -> float:
    """Return the share of windows whose every cell is right.

    Raises
    ------
    ValueError
        If the arrays differ in shape.
    """
    _validate(true_note, note)
    return float((true_note == note).all(axis=(1, 2)).mean())


def mean_squared_error(true_values: Array, values: Array) -> float:
    """Return the mean of (true - value)^2 over all cells.

    Raises
    ------
    ValueError
        If the arrays differ in shape.
    """
    _validate(true_values, values)
    return float(np.square(true_values - values, dtype=np.float64).mean())


def mean_squared_error_at_hits(true_values: Array, values: Array, true_note: Array) -> float:
    """Return the mean of (true - value)^2 over the cells where `true_note` is 1.

    Raises
    ------
    ValueError
        If the arrays differ in shape or there is no hit.
    """
    _validate(true_values, values, true_note)
    hits = true_note > 0
    if not hits.any():
        raise ValueError("there are no hits to score")
    return float(np.square(true_values[hits] - values[hits], dtype=np.float64).mean())


def spread_ratio(true_values: Array, values: Array, true_note: Array, note: Array) -> float:
    """Return the mean sd of values within a window / the mean sd of the true ones.

    Windows with fewer than two hits are left out. 1 is as varied within a track as humans are.

    Raises
    ------
    ValueError
        If the arrays differ in shape, no window has two hits or the true values do not vary.
    """
    _validate(true_values, values, true_note, note)
    true_spread = _mean_spread(true_values, true_note)
    if not true_spread > 0:
        raise ValueError("the true values do not vary")
    return _mean_spread(values, note) / true_spread


def metrical_means(values: Array, note: Array) -> list[float | None]:
    """Return the mean of the hits' values at 1, e, & and a; None where there is no hit.

    Raises
    ------
    ValueError
        If the arrays differ in shape.
    """
    _validate(values, note)
    at = [_at_hits(values, note, slice(i, None, STEPS_PER_BEAT)) for i in range(STEPS_PER_BEAT)]
    return [float(hits.mean()) if len(hits) else None for hits in at]


def area_under_curve(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the share of pairs of a positive and a negative that `scores` put in order.

    Equal scores count half: .5 is chance, 1 tells them apart.

    Raises
    ------
    ValueError
        If there is no positive or no negative.
    """
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        raise ValueError("an area needs positives and negatives")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last_rank = np.cumsum(counts)
    mean_rank = last_rank - (counts - 1) / 2
    rank_sum = float(mean_rank[inverse][positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


def metrical_kl(
    true_values: Array, values: Array, true_note: Array, note: Array
) -> dict[str, float]:
    """Return the KL distance of hits' values at each metrical position 1, e, & and a.

    With means m and standard deviations s of the predicted (p) and the true (t) values at the hits
    of every fourth step from the position on: log(s_t / s_p) + (s_p^2 + (m_p - m_t)^2) / (2 s_t^2)
    - 1/2, the distance of two normal distributions.

    Raises
    ------
    ValueError
        If the arrays differ in shape, or a position has fewer than two hits or true values that
        do not vary.
    """
    _validate(true_values, values, true_note, note)
    distances = {}
    for index, position in enumerate(METRICAL_POSITIONS):
        every_fourth = slice(index, None, STEPS_PER_BEAT)
        true_at = _at_hits(true_values, true_note, every_fourth)
        at = _at_hits(values, note, every_fourth)
        if min(len(true_at), len(at)) < 2:
            raise ValueError(f"position {position} has fewer than two hits")
        true_sd, sd = true_at.std(), max(at.std(), _SMALLEST_SD)
        if true_sd < _SMALLEST_SD:
            raise ValueError(f"the true values at position {position} do not vary")
        squared = sd**2 + (at.mean() - true_at.mean()) ** 2
        distances[position] = float(np.log(true_sd / sd) + squared / (2 * true_sd**2) - 0.5)
    return distances


def mean_metrical_kl(true_values: Array, values: Array, true_note: Array, note: Array) -> float:
    """Return the mean of `metrical_kl` over the four positions."""
    return float(np.mean(list(metrical_kl(true_values, values, true_note, note).values())))


def _mean_spread(values: Array, note: Array) -> float:
    spreads = [
        window[hits].std(dtype=np.float64)
        for window, hits in zip(values, note > 0, strict=True)
        if hits.sum() >= 2
    ]
    if not spreads:
        raise ValueError("no window has two hits")
    return float(np.mean(spreads))


def _at_hits(values: Array, note: Array, steps: slice) -> NDArray[np.float64]:
    return values[:, steps][note[:, steps] > 0].astype(np.float64)
