"""How the luck of a loop's hits hangs together.

A drummer repeats himself: where a hit came out louder than likely, so does the same one in the next
beat, and who is late stays late for a while. What z leaves to chance is therefore not drawn hit by
hit. The numbers bring the correlations within a drum near those of the validation tracks
(docs/decisions/0017-beats.md).
"""

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR, STEPS_PER_BEAT

_APART = np.abs(np.subtract.outer(np.arange(N_STEPS), np.arange(N_STEPS)))
_OWN = np.eye(N_STEPS)
_SAME_IN_BEAT, _SAME_IN_BAR = _APART % STEPS_PER_BEAT == 0, _APART % STEPS_PER_BAR == 0

COVARIANCES = {
    "velocity": 0.5 * _SAME_IN_BEAT + 0.15 * _SAME_IN_BAR + 0.35 * _OWN,
    "microtiming": 0.15 + 0.6 * np.exp(-_APART / (2 * STEPS_PER_BEAT)) + 0.25 * _OWN,
}
"""Of two steps of one drum, [32, 32]; each has the variance 1."""

ROOTS: dict[str, NDArray[np.float32]] = {
    name: np.linalg.cholesky(covariance).astype(np.float32)
    for name, covariance in COVARIANCES.items()
}
