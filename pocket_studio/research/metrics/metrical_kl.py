"""Metrical KL distance, the paper's columns (section 4.2): whether values are spread as humans'.

Convention: at each metrical position the hits' values are taken for normally distributed, and the
distance is that of the two normal distributions, the prediction's from the humans'. It does not
compare hit with hit, so that new grooves have it too. The paper's number is the mean of the four.
Range: at least 0, without bound; 0 is best. No unit: MIDI velocities and ticks, as the authors
work them out, give the same numbers.
"""

from typing import Final

import numpy as np

from pocket_studio.research.metrics.inputs import Array, UndefinedScoreError, validate
from pocket_studio.research.metrics.positions import METRICAL_POSITIONS, hits_at

_SMALLEST_SD: Final = 1e-6


def metrical_kl(
    true_values: Array, values: Array, true_note: Array, note: Array
) -> dict[str, float]:
    """Return the KL distance of hits' values at each metrical position 1, e, & and a.

    With means m and standard deviations s of the predicted (p) and the true (t) values at the hits
    of every fourth step from the position on: log(s_t / s_p) + (s_p^2 + (m_p - m_t)^2) / (2 s_t^2)
    - 1/2. An s_p below 1e-6 counts as 1e-6.

    Parameters
    ----------
    true_values, values : array [n, steps, drums]
        Velocities, or microtimings.
    true_note, note : array [n, steps, drums] of {0, 1}
        The hits that carry them.

    Returns
    -------
    dict of str to float
        By position, each at least 0.

    Raises
    ------
    UndefinedScoreError
        If a position has fewer than two hits or true values that do not vary.
    ValueError
        If the arrays differ in shape, have no window, or are out of range.
    """
    validate(note=(true_note, note), values=(true_values, values))
    distances = {}
    for index, position in enumerate(METRICAL_POSITIONS):
        true_at, at = hits_at(true_values, true_note, index), hits_at(values, note, index)
        if min(len(true_at), len(at)) < 2:
            raise UndefinedScoreError(f"position {position} has fewer than two hits")
        true_sd, sd = true_at.std(), max(at.std(), _SMALLEST_SD)
        if true_sd < _SMALLEST_SD:
            raise UndefinedScoreError(f"the true values at position {position} do not vary")
        squared = sd**2 + (at.mean() - true_at.mean()) ** 2
        distances[position] = float(np.log(true_sd / sd) + squared / (2 * true_sd**2) - 0.5)
    return distances


def mean_metrical_kl(true_values: Array, values: Array, true_note: Array, note: Array) -> float:
    """Return the mean of `metrical_kl` over the four positions, with its arguments and errors."""
    return float(np.mean(list(metrical_kl(true_values, values, true_note, note).values())))
