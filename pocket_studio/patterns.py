"""Template P, velocity pattern C_V and microtiming pattern C_M (section 3.2, Figure 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.errors import InvalidPatternError
from pocket_studio.grid import MAX_MICROTIMING_TICKS, N_STEPS, STEPS_PER_BAR
from pocket_studio.groove import Groove
from pocket_studio.kit import CYMBALS, DRUMS, KICK, N_DRUMS, SNARE

Template = NDArray[np.uint8]
Pattern = NDArray[np.int8]
PatternText = str | Mapping[str, str]  # for all drums, or one a drum

AUTO: Final = -1
N_VELOCITY_CLASSES: Final = 5
PUSHED, ON, LAID_BACK = range(3)
N_MICROTIMING_CLASSES: Final = 3

SALIENT_VELOCITY: Final = 40 / 127
TWO_FOUR_STEPS: Final = tuple(
    bar * STEPS_PER_BAR + step for bar in range(N_STEPS // STEPS_PER_BAR) for step in (4, 12)
)
# What nobody hears as early or late: 5 ticks are 5 ms at 120 bpm. Without it "on" would be a class
# that human playing never fills, and painting it would mean nothing.
ON_TICKS: Final = 5
ON_MICROTIMING: Final = ON_TICKS / MAX_MICROTIMING_TICKS

# The least and the most of each class that stay in it as MIDI velocities and ticks.
VELOCITY_LIMITS: Final = tuple(
    ((127 * level // N_VELOCITY_CLASSES + 1) / 127, (127 * (level + 1) // N_VELOCITY_CLASSES) / 127)
    for level in range(N_VELOCITY_CLASSES)
)
MICROTIMING_LIMITS: Final = (
    (-1.0, -(ON_TICKS + 1) / MAX_MICROTIMING_TICKS),
    (-ON_MICROTIMING, ON_MICROTIMING),
    ((ON_TICKS + 1) / MAX_MICROTIMING_TICKS, 1.0),
)

_HIT, _REST, _AUTO_MARK = "x", ".", "."  # the text forms, one character a step
_VELOCITY_MARKS: Final = "12345"
_MICROTIMING_MARKS: Final = "<|>"


@dataclass(frozen=True)
class Followed:
    """How much of a painted pattern came out.

    Attributes
    ----------
    n_asked : int
        Painted steps; the other counts are of these.
    n_silent : int
        Steps at which nothing came out that could follow.
    n_same, n_within_one : int
        Steps with the class asked for, and with that or the next one.
    """

    n_asked: int
    n_silent: int
    n_same: int
    n_within_one: int


def template_of(groove: Groove) -> Template:
    """Reduce `groove` to the plain beat that a user would sketch (section 3.2, Figure 1a).

    Kicks louder than 40 of 127 stay. So do snares on two and four, which are no ghost notes, and
    other snares at least as loud as the mean of those. The dominant cymbal plays straight
    sixteenths if it has more than 24 hits, else straight eighths. Toms and other cymbals go.

    Returns
    -------
    array [32, 7] of {0, 1}
    """
    template = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    template[:, KICK] = groove.velocity[:, KICK] > SALIENT_VELOCITY
    template[:, SNARE] = _salient_snares(groove)
    cymbal = dominant_cymbal(groove)
    if cymbal is not None:
        sixteenths = groove.note[:, cymbal].sum() > 3 / 4 * N_STEPS
        template[:: 1 if sixteenths else 2, cymbal] = 1
    return template


def dominant_cymbal(groove: Groove) -> int | None:
    """Return the cymbal with the most hits (the first in drum order if equal), None without any."""
    counts = groove.note[:, CYMBALS].sum(axis=0)
    return CYMBALS[int(counts.argmax())] if counts.any() else None


def _salient_snares(groove: Groove) -> NDArray[np.bool_]:
    velocity = groove.velocity[:, SNARE].astype(np.float64)
    salient = velocity > SALIENT_VELOCITY
    backbeats = salient & np.isin(np.arange(N_STEPS), TWO_FOUR_STEPS)
    if backbeats.any():
        rounding = 1e-6  # snares as loud as equal backbeats must not fall below their mean
        salient = backbeats | (velocity >= velocity[backbeats].mean() - rounding)
    return salient


def velocity_pattern_of(groove: Groove) -> Pattern:
    """Return the velocity classes of the dominant cymbal (section 3.2, Figure 1b).

    Returns
    -------
    array [32] of int
        0 (velocity up to 0.2) to 4 (above 0.8); AUTO at a step without that cymbal.
    """
    pattern = np.full(N_STEPS, AUTO, np.int8)
    cymbal = dominant_cymbal(groove)
    if cymbal is not None:
        hit = groove.note[:, cymbal] > 0
        pattern[hit] = velocity_to_class(groove.velocity[hit, cymbal])
    return pattern


def velocity_to_class(velocity: ArrayLike) -> NDArray[np.int8]:
    """Map velocities in (0, 1] to classes 0..4, whose upper ends are 0.2, 0.4, 0.6, 0.8 and 1."""
    classes = np.ceil(np.asarray(velocity, np.float64) * N_VELOCITY_CLASSES - 1e-6) - 1
    clipped: Pattern = np.clip(classes, 0, N_VELOCITY_CLASSES - 1).astype(np.int8)
    return clipped


def microtiming_pattern_of(groove: Groove) -> Pattern:
    """Return the sign of the mean microtiming of each step's hits (section 3.2, Figure 1c).

    Returns
    -------
    array [32] of int
        PUSHED or LAID_BACK if the mean is more than 5 ticks early or late, else ON; AUTO at a
        step without a hit.
    """
    n_hits = groove.note.sum(axis=1)
    mean = groove.microtiming.sum(axis=1) / np.maximum(n_hits, 1)
    classes = np.select([mean < -ON_MICROTIMING, mean > ON_MICROTIMING], [PUSHED, LAID_BACK], ON)
    return np.where(n_hits > 0, classes, AUTO).astype(np.int8)


def followed(asked: Pattern, got: Pattern) -> Followed:
    """Compare the pattern `asked` for with the one `got`, both classes [32] of one kind.

    Raises
    ------
    InvalidPatternError
        If one of them is no pattern.
    """
    wanted = _pattern(asked, "the pattern asked for", N_VELOCITY_CLASSES)
    found = _pattern(got, "the pattern got", N_VELOCITY_CLASSES)
    painted, silent = wanted != AUTO, found == AUTO
    counts = painted & ~silent
    distance = np.abs(wanted - found)
    return Followed(
        n_asked=int(painted.sum()),
        n_silent=int((painted & silent).sum()),
        n_same=int((counts & (distance == 0)).sum()),
        n_within_one=int((counts & (distance <= 1)).sum()),
    )


def validate_template(template: ArrayLike) -> Template:
    """Return `template` as a uint8 copy.

    Raises
    ------
    InvalidPatternError
        If it is not a [32, 7] matrix of 0 and 1.
    """
    values = _integers(template, "the template")
    if values.shape != (N_STEPS, N_DRUMS):
        raise InvalidPatternError(f"the template must have shape ({N_STEPS}, {N_DRUMS})")
    if ((values != 0) & (values != 1)).any():
        raise InvalidPatternError("the template must hold only 0 and 1")
    return values.astype(np.uint8)


def validate_velocity_pattern(pattern: ArrayLike | None) -> Pattern:
    """Return `pattern` as int8 classes [32, 7]: None is all unpainted, [32] is for every drum.

    Raises
    ------
    InvalidPatternError
        If it is not [32] or [32, 7] classes of -1 (AUTO) to 4.
    """
    return _pattern(pattern, "the velocity pattern", N_VELOCITY_CLASSES)


def validate_microtiming_pattern(pattern: ArrayLike | None) -> Pattern:
    """Return `pattern` as int8 classes [32, 7]: None is all unpainted, [32] is for every drum.

    Raises
    ------
    InvalidPatternError
        If it is not [32] or [32, 7] classes of -1 (AUTO) to 2.
    """
    return _pattern(pattern, "the microtiming pattern", N_MICROTIMING_CLASSES)


def _pattern(pattern: ArrayLike | None, name: str, n_classes: int) -> Pattern:
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


def template_to_rows(template: Template) -> dict[str, str]:
    """Write a template [32, 7] as {drum: 32 characters of x and .}."""
    return {
        name: "".join(_HIT if hit else _REST for hit in template[:, drum])
        for drum, name in enumerate(DRUMS)
    }


def rows_to_template(rows: Mapping[str, str]) -> Template:
    """Read {drum: 32 characters of x and .}; a drum that is left out has an empty row.

    Raises
    ------
    InvalidPatternError
        If a name is not in `kit.DRUMS` or a row is not 32 characters of x and `.`.
    """
    if not isinstance(rows, Mapping):
        raise InvalidPatternError("the template must be an object of rows by drum name")
    template = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    for name, row in rows.items():
        if name not in DRUMS:
            raise InvalidPatternError(f"the template's rows are named {', '.join(DRUMS)}")
        marks = _marks(row, f"the template's {name} row", _REST + _HIT)
        template[:, DRUMS.index(name)] = marks
    return template


def velocity_pattern_to_text(pattern: Pattern) -> PatternText:
    """Write classes as 1 (soft) to 5 (loud) and `.` for AUTO.

    One text if `pattern` is [32], or [32, 7] and the same for every drum; else {drum: text} of the
    drums that have any.
    """
    return _pattern_to_text(pattern, _VELOCITY_MARKS)


def text_to_velocity_pattern(text: PatternText | None) -> Pattern:
    """Read what `velocity_pattern_to_text` wrote as [32, 7]; None is all unpainted.

    Raises
    ------
    InvalidPatternError
        If it is anything else.
    """
    return _text_to_pattern(text, "the velocity pattern", _VELOCITY_MARKS)


def microtiming_pattern_to_text(pattern: Pattern) -> PatternText:
    """Write classes as < (pushed), | (on), > (laid back) and `.` for AUTO.

    One text or one a drum, as `velocity_pattern_to_text` does.
    """
    return _pattern_to_text(pattern, _MICROTIMING_MARKS)


def text_to_microtiming_pattern(text: PatternText | None) -> Pattern:
    """Read what `microtiming_pattern_to_text` wrote as [32, 7]; None is all unpainted.

    Raises
    ------
    InvalidPatternError
        If it is anything else.
    """
    return _text_to_pattern(text, "the microtiming pattern", _MICROTIMING_MARKS)


def _pattern_to_text(pattern: Pattern, marks: str) -> PatternText:
    def text(row: Pattern) -> str:
        return "".join((_AUTO_MARK + marks)[value + 1] for value in row)

    if pattern.ndim == 1 or (pattern == pattern[:, :1]).all():
        return text(pattern.reshape(N_STEPS, -1)[:, 0])
    rows = zip(DRUMS, pattern.T, strict=True)
    return {name: text(row) for name, row in rows if (row != AUTO).any()}


def _text_to_pattern(text: PatternText | None, name: str, marks: str) -> Pattern:
    if text is None:
        return np.full((N_STEPS, N_DRUMS), AUTO, np.int8)
    rows = text if isinstance(text, Mapping) else dict.fromkeys(DRUMS, text)
    pattern = np.full((N_STEPS, N_DRUMS), AUTO, np.int8)
    for drum, row in rows.items():
        if drum not in DRUMS:
            raise InvalidPatternError(f"the rows of {name} are named {', '.join(DRUMS)}")
        pattern[:, DRUMS.index(drum)] = _marks(row, name, _AUTO_MARK + marks) - 1
    return pattern


def _marks(text: str, name: str, marks: str) -> NDArray[np.int64]:
    if not isinstance(text, str) or len(text) != N_STEPS or not set(text) <= set(marks):
        raise InvalidPatternError(f"{name} must be {N_STEPS} characters of {marks}")
    return np.array([marks.index(mark) for mark in text], np.int64)
