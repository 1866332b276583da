"""Templates and patterns as text, one character a step."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidPatternError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns.forms import AUTO, Pattern, PatternText, Template

_AUTO_MARK: Final = "."
_TEMPLATE_MARKS: Final = ".xgX"  # in the order of REST, HIT, GHOST, ACCENT
_ORNAMENT_MARKS: Final = ".fd"
_VELOCITY_MARKS: Final = "12345"
_MICROTIMING_MARKS: Final = "<|>"


def template_to_rows(template: Template) -> dict[str, str]:
    """Write a template [32, 7] as {drum: 32 characters}: . rest, x hit, g ghost, X accent."""
    return {
        name: "".join(_TEMPLATE_MARKS[int(mark)] for mark in template[:, drum])
        for drum, name in enumerate(DRUMS)
    }


def rows_to_template(rows: Mapping[str, str]) -> Template:
    """Read what `template_to_rows` wrote; a drum that is left out has an empty row.

    Raises
    ------
    InvalidPatternError
        If a name is not in `kit.DRUMS` or a row is not 32 characters of `.`, x, g and X.
    """
    return _rows_to_matrix(rows, "the template", _TEMPLATE_MARKS)


def ornaments_to_rows(ornaments: Template) -> dict[str, str]:
    """Write ornaments [32, 7] as {drum: 32 characters}, f a flam and d a drag, of drums with any.

    They are as a `Template` but for what the numbers mean.
    """
    return {
        name: "".join(_ORNAMENT_MARKS[int(mark)] for mark in ornaments[:, drum])
        for drum, name in enumerate(DRUMS)
        if ornaments[:, drum].any()
    }


def rows_to_ornaments(rows: Mapping[str, str]) -> Template:
    """Read what `ornaments_to_rows` wrote.

    Raises
    ------
    InvalidPatternError
        If a name is not in `kit.DRUMS` or a row is not 32 characters of `.`, f and d.
    """
    return _rows_to_matrix(rows, "the ornament", _ORNAMENT_MARKS)


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


def _rows_to_matrix(rows: Mapping[str, str], called: str, marks: str) -> Template:
    if not isinstance(rows, Mapping):
        raise InvalidPatternError(f"{called} must be an object of rows by drum name")
    matrix = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    for name, row in rows.items():
        if name not in DRUMS:
            raise InvalidPatternError(f"{called}'s rows are named {', '.join(DRUMS)}")
        matrix[:, DRUMS.index(name)] = _marks(row, f"{called}'s {name} row", marks)
    return matrix


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
