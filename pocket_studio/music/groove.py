"""The values that flow through the program: a two-bar groove and a song of them."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.grid import (
    MAX_SWING,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    N_STEPS,
    STRAIGHT,
    step_to_position,
)
from pocket_studio.music.kit import N_DRUMS

Matrix = NDArray[np.float32]

MAX_REPEATS: Final = 8
N_ORNAMENTS: Final = 3


def validate_tempo(tempo_bpm: float) -> float:
    """Return `tempo_bpm` as a float.

    Raises
    ------
    InvalidGrooveError
        If it is not a finite number in 40..240 beats a minute.
    """
    try:
        tempo = float(tempo_bpm)
    except (TypeError, ValueError, OverflowError):
        raise InvalidGrooveError("the tempo must be a number of beats a minute") from None
    if not MIN_TEMPO_BPM <= tempo <= MAX_TEMPO_BPM:
        raise InvalidGrooveError(
            f"the tempo must be {MIN_TEMPO_BPM:.0f} to {MAX_TEMPO_BPM:.0f} beats a minute"
        )
    return tempo


def validate_swing(swing: float) -> float:
    """Return `swing` as a float.

    Raises
    ------
    InvalidGrooveError
        If it is not a finite number in 0.5..0.75.
    """
    try:
        value = float(swing)
    except (TypeError, ValueError, OverflowError):
        raise InvalidGrooveError("the swing must be a number") from None
    if not STRAIGHT <= value <= MAX_SWING:
        raise InvalidGrooveError(f"the swing must be {STRAIGHT:g} to {MAX_SWING:g} of an eighth")
    return value


def matrix_of(values: ArrayLike, name: str, n_steps: int | None) -> Matrix:
    """Return a read-only float32 copy of `values`, shape [n_steps, 7] (any length if None).

    Raises
    ------
    InvalidGrooveError
        If they are no such matrix of finite numbers; `name` says which.
    """
    try:
        matrix = np.array(values, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        raise InvalidGrooveError(f"{name} must be a matrix of numbers") from None
    if matrix.ndim != 2 or matrix.shape[1] != N_DRUMS or n_steps not in (None, matrix.shape[0]):
        wanted = "steps" if n_steps is None else n_steps
        raise InvalidGrooveError(f"{name} must have shape ({wanted}, {N_DRUMS})")
    if not np.isfinite(matrix).all():
        raise InvalidGrooveError(f"{name} must be finite")
    matrix.setflags(write=False)
    return matrix


def validate_hits(note: Matrix, velocity: Matrix, microtiming: Matrix) -> None:
    """Check that the matrices N, V and M fit together.

    Raises
    ------
    InvalidGrooveError
        If a shape or range is wrong.
    """
    if not note.shape == velocity.shape == microtiming.shape:
        raise InvalidGrooveError("note, velocity and microtiming must have the same shape")
    if not np.isin(note, (0.0, 1.0)).all():
        raise InvalidGrooveError("note must hold only 0 and 1")
    rests = note == 0
    if velocity[rests].any() or microtiming[rests].any():
        raise InvalidGrooveError("velocity and microtiming must be 0 where there is no note")
    if velocity.min(initial=0.0) < 0 or velocity.max(initial=0.0) > 1:
        raise InvalidGrooveError("velocity must be in 0..1")
    if (velocity[~rests] <= 0).any():
        raise InvalidGrooveError("a note must have a velocity above 0")
    if np.abs(microtiming).max(initial=0.0) > 1:
        raise InvalidGrooveError("microtiming must be in -1..1")


def validate_ornament(ornament: Matrix, note: Matrix) -> None:
    """Check that `ornament` fits the matrix N.

    Raises
    ------
    InvalidGrooveError
        If its shape differs, a value is not 0, 1 or 2, or one has no hit.
    """
    if ornament.shape != note.shape or not np.isin(ornament, range(N_ORNAMENTS)).all():
        raise InvalidGrooveError("ornament must hold only 0, 1 and 2, in the shape of note")
    if ornament[note == 0].any():
        raise InvalidGrooveError("ornament must be 0 where there is no note")


def _no_ornament() -> Matrix:
    return np.zeros((N_STEPS, N_DRUMS), np.float32)


@dataclass(frozen=True, eq=False)
class Groove:
    """Two bars of drums: the paper's N, V and M (section 3.2).

    Arrays are copied and made read-only, so a groove never changes once made.

    Attributes
    ----------
    note : array [32, 7] of {0, 1}
        Whether a drum (columns, in the order of `kit.DRUMS`) is hit at a sixteenth (rows).
    velocity : array [32, 7]
        In (0, 1] at hits (MIDI velocity / 127), 0 elsewhere.
    microtiming : array [32, 7]
        In [-1, 1] = minus to plus half a sixteenth, positive = late, 0 where there is no hit.
    tempo_bpm : float
        Quarter notes a minute, 40..240.
    swing : float
        Where in its eighth every second sixteenth lies, 0.5 (straight) to 0.75. Like the tempo it
        is no part of what the model plays.
    ornament : array [32, 7]
        At hits 0 (none), 1 (a flam: one grace note before it) or 2 (a drag: two), 0 elsewhere. No
        part of what the model plays either.

    Raises
    ------
    InvalidGrooveError
        If a shape, range or type is wrong.
    """

    note: Matrix
    velocity: Matrix
    microtiming: Matrix
    tempo_bpm: float = 120.0
    swing: float = STRAIGHT
    ornament: Matrix = field(default_factory=_no_ornament)

    def __post_init__(self) -> None:
        for name in ("note", "velocity", "microtiming", "ornament"):
            object.__setattr__(self, name, matrix_of(getattr(self, name), name, N_STEPS))
        validate_hits(self.note, self.velocity, self.microtiming)
        validate_ornament(self.ornament, self.note)
        object.__setattr__(self, "tempo_bpm", validate_tempo(self.tempo_bpm))
        object.__setattr__(self, "swing", validate_swing(self.swing))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Groove):
            return NotImplemented
        return (
            (self.tempo_bpm, self.swing) == (other.tempo_bpm, other.swing)
            and np.array_equal(self.note, other.note)
            and np.array_equal(self.velocity, other.velocity)
            and np.array_equal(self.microtiming, other.microtiming)
            and np.array_equal(self.ornament, other.ornament)
        )

    __hash__ = None  # type: ignore[assignment]  # compared by value, so not hashable

    @property
    def n_hits(self) -> int:
        """Number of hits in the two bars."""
        return int(self.note.sum())

    def position(self, step: int, drum: int) -> float:
        """Return where the hit of `drum` at `step` is played, in steps from the loop's start.

        In -0.5..32: a hit before the loop's start or at its end wraps around.
        """
        return step_to_position(step, float(self.microtiming[step, drum]), self.swing)


@dataclass(frozen=True)
class Section:
    """A part of a song: a groove, how often it is played in a row (1 to 8) and what it is called.

    Raises
    ------
    InvalidGrooveError
        If `repeats` is not a whole number from 1 to 8.
    """

    groove: Groove
    repeats: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        if self.repeats not in range(1, MAX_REPEATS + 1):
            raise InvalidGrooveError(f"a groove is played at least once, up to {MAX_REPEATS} times")
