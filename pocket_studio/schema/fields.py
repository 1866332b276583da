"""The checks of JSON fields: each returns a typed value or raises InvalidRequestError, one line.

They take whatever a JSON reader may give: any type, numbers of any size, NaN and infinity.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, TypeVar

from pocket_studio.errors import InvalidRequestError

Json = dict[str, Any]

_Value = TypeVar("_Value")


def read_object(value: object, name: str) -> Mapping[str, Any]:
    """Return `value` if it is an object."""
    if not isinstance(value, Mapping):
        raise InvalidRequestError(f"{name} must be an object")
    return value


def read_list(value: object, name: str, max_length: int) -> Sequence[Any]:
    """Return `value` if it is a list of up to `max_length`."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > max_length:
        raise InvalidRequestError(f"{name} must be a list of up to {max_length}")
    return value


def read_text(value: object, name: str, max_length: int) -> str:
    """Return `value` if it is a text of up to `max_length` characters, none of them half a pair."""
    halves = isinstance(value, str) and any("\ud800" <= mark <= "\udfff" for mark in value)
    if not isinstance(value, str) or len(value) > max_length or halves:
        raise InvalidRequestError(f"{name} must be a text of up to {max_length} characters")
    return value


def read_flag(value: object, name: str) -> bool:
    """Return `value` if it is true or false."""
    if not isinstance(value, bool):
        raise InvalidRequestError(f"{name} must be true or false")
    return value


def read_choice(value: object, choices: Sequence[str], name: str) -> str:
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidRequestError(f"{name} must be one of {', '.join(choices)}")
    return value


def read_number(value: object, name: str, low: float, high: float) -> float:
    """Return `value` as a float if it is a number in `low`..`high`."""
    # In Python True is an int and comparing a huge int with a float may overflow: test both first.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and isfinite(_clipped(value)) and low <= _clipped(value) <= high:
        return _clipped(value)
    raise InvalidRequestError(f"{name} must be a number from {low:.12g} to {high:.12g}")


def read_integer(value: object, name: str, low: int, high: int) -> int:
    """Return `value` as an int if it is a whole number in `low`..`high`."""
    # A browser knows one kind of number, so 7.0 is as good as 7.
    number = read_number(value, name, low, high)
    if number != int(number):
        raise InvalidRequestError(f"{name} must be a whole number from {low} to {high}")
    return int(number)


def read_optional(
    fields: Mapping[str, Any], key: str, parse: Callable[[object], _Value], default: _Value
) -> _Value:
    """Return `parse` of the field `key`, or `default` if it is absent or null."""
    value = fields.get(key)
    return default if value is None else parse(value)


def _clipped(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")
