"""One level for all clips of the listening test, so that nobody judges how loud they are."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.sound import SAMPLE_RATE

Pcm = NDArray[np.int16]

# Drum loops peak up to 25 dB above their loudness: at this level they stay below full scale.
TARGET_LUFS: Final = -26.0
_FULL_SCALE: Final = 32767.0

# ITU-R BS.1770-4, tables 1 and 2: the two K-weighting filters as (b, a), for 48 kHz.
_K_FILTERS: Final = (
    (
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (1.0, -1.69065929318241, 0.73248077421585),
    ),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)
_K_RATE: Final = 48000
_K_OFFSET_DB: Final = -0.691


def loudness_lufs(pcm: Pcm) -> float:
    """Return the loudness of the endlessly repeated loop `pcm` [n_frames, 2]; -inf for silence.

    The mean power of K-weighted sound after ITU-R BS.1770, without its gate: a loop has no
    beginning or end to leave out. As the loop is periodic, the filters are applied to its spectrum.
    """
    n_frames = len(pcm)
    power = (np.abs(np.fft.rfft(pcm / _FULL_SCALE, axis=0)) ** 2).sum(axis=1)
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(n_frames, 1 / SAMPLE_RATE) / _K_RATE)
    for b, a in _K_FILTERS:
        power *= np.abs(np.polyval(b[::-1], delay) / np.polyval(a[::-1], delay)) ** 2
    # Each line of a real spectrum stands for two; those that do not carry next to nothing.
    mean_square = 2.0 * float(power.sum()) / n_frames**2
    return _K_OFFSET_DB + 10.0 * np.log10(mean_square) if mean_square > 0.0 else -np.inf


def gain_to(pcm: Pcm, target_lufs: float = TARGET_LUFS) -> float:
    """Return what brings `pcm` [n_frames, 2] to `target_lufs`, or as near as it gets unclipped."""
    peak = float(np.abs(pcm.astype(np.float64)).max(initial=0.0))
    if peak == 0.0:
        return 1.0
    return float(min(10.0 ** ((target_lufs - loudness_lufs(pcm)) / 20.0), _FULL_SCALE / peak))
