"""A row's own feel: what the player does to all hits of one drum, without the model.

The page does the same in JavaScript (web/core/shaping.js).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.grid import N_STEPS, steps_to_seconds
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS

MIN_VELOCITY: Final = 1 / 127
ROW_FEEL_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "offset_ms": (-30.0, 30.0),
    "loudness": (0.0, 2.0),
    "looseness": (0.0, 1.0),
}

_LOOSE_VELOCITY: Final = 0.2  # how far a hit of full looseness may stray, about a class
_LOOSE_MS: Final = 20.0
_DRAWS: Final = 4  # a cell's: two for its velocity, two for its timing


@dataclass(frozen=True)
class RowFeel:
    """What is done to each hit of a drum.

    Attributes
    ----------
    offset_ms : float
        -30..30, positive = late.
    loudness : float
        0..2; scales the velocities, which the level of a mix does not.
    looseness : float
        0..1; how far each hit strays by itself, at 1 up to 20 ms and a fifth of full velocity.

    Raises
    ------
    InvalidGrooveError
        If a value is out of its range.
    """

    offset_ms: float = 0.0
    loudness: float = 1.0
    looseness: float = 0.0

    def __post_init__(self) -> None:
        for name, (low, high) in ROW_FEEL_RANGES.items():
            value = getattr(self, name)
            if not isinstance(value, int | float) or not low <= value <= high:
                raise InvalidGrooveError(f"a row's {name} must be {low:g} to {high:g}")

    @property
    def is_neutral(self) -> bool:
        """Whether it leaves a row as it is."""
        return all(getattr(self, field.name) == field.default for field in fields(self))


def with_row_feels(groove: Groove, feels: Mapping[str, RowFeel], seed: int) -> Groove:
    """Let the rows of `groove` be played with their own feel; the others stay.

    Parameters
    ----------
    groove : Groove
        Its tempo says how far a millisecond is; no hit leaves the half step beside its own.
    feels : Mapping of drum name to RowFeel
    seed : int
        0..2147483647; the same one strays the same way.

    Raises
    ------
    InvalidGrooveError
        If there is no such drum.
    """
    velocity, microtiming = (
        matrix.astype(np.float64) for matrix in (groove.velocity, groove.microtiming)
    )
    half_step_ms = 1000 * steps_to_seconds(0.5, groove.tempo_bpm)
    strays = _strays(seed)
    for name, feel in feels.items():
        if name not in DRUMS:
            raise InvalidGrooveError(f"a row's name must be one of {', '.join(DRUMS)}")
        if feel.is_neutral:
            continue
        row = np.s_[:, DRUMS.index(name)]
        louder, later = feel.looseness * strays[row].T
        played = feel.loudness * velocity[row] + _LOOSE_VELOCITY * louder
        moved = microtiming[row] + (feel.offset_ms + _LOOSE_MS * later) / half_step_ms
        velocity[row] = np.clip(played, MIN_VELOCITY, 1) * groove.note[row]
        microtiming[row] = np.clip(moved, -1, 1) * groove.note[row]
    return replace(
        groove,
        velocity=velocity.astype(np.float32),
        microtiming=microtiming.astype(np.float32),
    )


def _strays(seed: int) -> NDArray[np.float64]:
    """Return how each cell strays in velocity and timing, [32, 7, 2] in -1..1, mostly little.

    The numbers are made of whole ones of 32 bits, so that the page has the same.
    """
    count = np.arange(1, N_STEPS * N_DRUMS * _DRAWS + 1, dtype=np.uint32)
    bits = np.uint32(seed) * np.ones_like(count) * np.uint32(0x6C8E9CF5)
    bits += count * np.uint32(0x9E3779B1)
    for shift, factor in ((16, 0x5BD1A94F), (15, 0x3B9AF2E5), (16, 1)):
        bits = (bits ^ (bits >> np.uint32(shift))) * np.uint32(factor)
    shares = bits.reshape(N_STEPS, N_DRUMS, 2, 2) / 2**32
    return shares[..., 0] - shares[..., 1]
