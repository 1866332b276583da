"""Area under the ROC curve of a discriminator (section 4.1): whether it hears who plays.

Convention: the share of pairs of a positive and a negative that the scores put in order; a pair of
equal scores counts half.
Range: 0..1; .5 is chance, 1 tells them apart, 0 takes each for the other. No unit.
"""

import numpy as np
from numpy.typing import NDArray

from pocket_studio.research.metrics.inputs import UndefinedScoreError


def area_under_curve(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the share of pairs of a positive and a negative that `scores` put in order.

    Parameters
    ----------
    scores : array [n]
        Larger is more positive.
    positive : array [n] of bool

    Returns
    -------
    float
        0..1.

    Raises
    ------
    UndefinedScoreError
        If there is no positive or no negative.
    ValueError
        If the arrays are not of one shape [n], or a score is not finite.
    """
    if scores.ndim != 1 or scores.shape != positive.shape:
        raise ValueError("an area needs arrays of one shape [n]")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite")
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        raise UndefinedScoreError("an area needs positives and negatives")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last_rank = np.cumsum(counts)
    mean_rank = last_rank - (counts - 1) / 2
    rank_sum = float(mean_rank[inverse][positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
