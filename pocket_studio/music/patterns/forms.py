"""What templates and patterns are: their types and classes, and the checks of arrays."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.errors import InvalidPatternError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import N_ORNAMENTS
from pocket_studio.music.kit import N_DRUMS

Template = NDArray[np.uint8]
Pattern = NDArray[np.int8]
PatternText = str | Mapping[str, str]  # for all drums, or one a drum

REST, HIT, GHOST, ACCENT = range(4)
AUTO: Final = -1
N_VELOCITY_CLASSES: Final = 5
PUSHED, ON, LAID_BACK = range(3)
N_MICROTIMING_CLASSES: Final = 3


def validate_template(template: ArrayLike) -> Template:
    """Return `template` as a uint8 copy.

    Raises
    ------
    InvalidPatternError
        If it is not a [32, 7] matrix of 0 (rest), 1 (hit), 2 (ghost) and 3 (accent).
    """
    values = _integers(template, "the template")
    if values.shape != (N_STEPS, N_DRUMS):
        raise InvalidPatternError(f"the template must have shape ({N_STEPS}, {N_DRUMS})")
    if ((values < REST) | (values > ACCENT)).any():
        raise InvalidPatternError(
            "the template must hold only 0 and 1, or 2 (ghost) and 3 (accent)"
        )
    return values.astype(np.uint8)


def validate_ornaments(ornaments: ArrayLike) -> Template:
    """Return `ornaments` as a uint8 copy.

    Raises
    ------
    InvalidPatternError
        If it is not a [32, 7] matrix of 0 (none), 1 (flam) and 2 (drag).
    """
    values = _integers(ornaments, "the ornaments")
    if values.shape != (N_STEPS, N_DRUMS) or ((values < 0) | (values >= N_ORNAMENTS)).any():
        raise InvalidPatternError(f"the ornaments must be {N_STEPS} x {N_DRUMS} of 0, 1 and 2")
    return values.astype(np.uint8)


def validate_velocity_pattern(pattern: ArrayLike | None) -> Pattern:
    """Return `pattern` as int8 classes [32, 7]: None is all unpainted, [32] is for every drum.

    Raises
    ------
    InvalidPatternError
        If it is not [32] or [32, 7] classes of -1 (AUTO) to 4.
    """
    return read_classes(pattern, "the velocity pattern", N_VELOCITY_CLASSES)


def validate_microtiming_pattern(pattern: ArrayLike | None) -> Pattern:
    """Return `pattern` as int8 classes [32, 7]: None is all unpainted, [32] is for every drum.

    Raises
    ------
    InvalidPatternError
        If it is not [32] or [32, 7] classes of -1 (AUTO) to 2.
    """
    return read_classes(pattern, "the microtiming pattern", N_MICROTIMING_CLASSES)


def read_classes(pattern: ArrayLike | None, name: str, n_classes: int) -> Pattern:
    """Return `pattern`, called `name` in errors, as [32, 7] of AUTO to `n_classes` - 1."""
    if pattern is None:
        return np.full((N_STEPS, N_DRUMS), AUTO, np.int8)
    values = _integers(pattern, name)
    if values.shape == (N_STEPS,):
        values = np.repeat(values[:, None], N_DRUMS, 1)
    if values.shape != (N_STEPS, N_DRUMS):
        raise InvalidPatternError(f"{name} must have shape ({N_STEPS},) or ({N_STEPS}, {N_DRUMS})")
    if ((values < AUTO) | (values >= n_classes)).any():
        raise InvalidPatternError(f"{name} must hold classes from {AUTO} to {n_classes - 1}")
    return values.astype(np.int8)


def _integers(values: ArrayLike, name: str) -> NDArray[np.int64]:
    try:
        numbers = np.asarray(values, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidPatternError(f"{name} must hold numbers") from None
    if not np.isfinite(numbers).all() or (np.abs(numbers) > 1000).any():
        raise InvalidPatternError(f"{name} is out of range")
    if (numbers != np.floor(numbers)).any():
        raise InvalidPatternError(f"{name} must hold whole numbers")
    return numbers.astype(np.int64)
