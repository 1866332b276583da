"""The checks of what callers pass; each raises an InvalidRequestError of one line."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.config import N_CODES

Beats = tuple[int | None, ...]

_Value = TypeVar("_Value")


def number_in(value: float, low: float, high: float, name: str) -> float:
    """Return `value` as a float if it is a number in low..high."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise InvalidRequestError(f"{name} must be a number")
    if not low <= value <= high:
        raise InvalidRequestError(f"{name} must be in {low:g}..{high:g}")
    return float(value)


def whole_in(value: int, low: int, high: int, name: str) -> int:
    """Return `value` as an int if it is a whole number in low..high."""
    if not _is_whole(value):
        raise InvalidRequestError(f"{name} must be a whole number")
    if not low <= value <= high:
        raise InvalidRequestError(f"{name} must be in {low}..{high}")
    return int(value)


def beats_in(values: ArrayLike | Iterable[int | None], low: int, high: int, name: str) -> Beats:
    """Return 8 `values` as a tuple if each is a whole number in low..high or None."""
    try:
        listed: list[Any] = list(islice(values, N_CODES + 1))  # type: ignore[arg-type]  # else refused
    except TypeError:
        listed = []
    if len(listed) != N_CODES or not all(
        value is None or (_is_whole(value) and low <= value <= high) for value in listed
    ):
        raise InvalidRequestError(
            f"{name} must be {N_CODES} whole numbers in {low}..{high}, None where not given"
        )
    return tuple(None if value is None else int(value) for value in listed)


def instance_of(value: _Value, kind: type, name: str) -> _Value:
    """Return `value` if it is a `kind`."""
    if not isinstance(value, kind):
        raise InvalidRequestError(f"{name} must be a {kind.__name__}")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
