"""Small numbers to bytes and back, each in the base of its range: no bit goes to what cannot be.

The digits of one long number are the values. A layout is described once, as calls of a `Carrier`:
the writer carries the values it is given into the bytes, the reader gives those in the bytes.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR

_Item = TypeVar("_Item")


class Carrier(Protocol):
    """A writer or a reader of one layout."""

    def number(self, value: int, n_values: int) -> int:
        """Carry `value`, in 0..n_values - 1, and return what arrives."""


class Writer:
    """Keeps what it carries; `content` is all of it."""

    def __init__(self) -> None:
        self._digits: list[tuple[int, int]] = []

    def number(self, value: int, n_values: int) -> int:
        """Write `value` and return it."""
        self._digits.append((value, n_values))
        return value

    def content(self) -> bytes:
        """Return what was written."""
        total = 0
        for value, n_values in reversed(self._digits):
            total = total * n_values + value
        return total.to_bytes((total.bit_length() + 7) // 8, "little")


class Reader:
    """Gives what a writer wrote, whatever values it is told to carry."""

    def __init__(self, content: bytes) -> None:
        self._rest = int.from_bytes(content, "little")

    def number(self, value: int, n_values: int) -> int:  # noqa: ARG002 - a writer's argument
        """Read the next value."""
        self._rest, found = divmod(self._rest, n_values)
        return found

    @property
    def is_at_end(self) -> bool:
        """Whether nothing but zeros is left."""
        return not self._rest


def carry_bool(carrier: Carrier, value: bool) -> bool:
    """Carry true or false."""
    return bool(carrier.number(int(value), 2))


def carry_flag(carrier: Carrier, value: object) -> bool:
    """Carry whether `value` is there, that is, not None."""
    return carry_bool(carrier, value is not None)


def carry_optional(carrier: Carrier, value: int | None, low: int, end: int) -> int | None:
    """Carry `value`, in `low`..`end` - 1 or None."""
    # 0 stands for None, so that the others begin at 1.
    first = low - 1
    number = carrier.number(0 if value is None else value - first, end - first)
    return number + first if number else None


def carry_scaled(
    carrier: Carrier, value: float, low: float, high: float, per_unit: int = 100
) -> float:
    """Carry `value`, in `low`..`high`, rounded to 1 / `per_unit`."""
    lowest, highest = round(low * per_unit), round(high * per_unit)
    steps = carrier.number(round(value * per_unit) - lowest, highest - lowest + 1)
    return (lowest + steps) / per_unit


def carry_subset(
    carrier: Carrier, chosen: Sequence[_Item], items: Sequence[_Item]
) -> tuple[_Item, ...]:
    """Carry which of `items` are in `chosen`."""
    return tuple(item for item in items if carry_bool(carrier, item in chosen))


def carry_bars(carrier: Carrier, steps: Sequence[int], n_values: int) -> list[int]:
    """Carry 32 steps of 0..n_values - 1: not those of an empty row, nor a bar played twice."""
    twice = steps[:STEPS_PER_BAR] == steps[STEPS_PER_BAR:]
    n_bars = carrier.number((1 if twice else 2) if any(steps) else 0, 3)
    if not n_bars:
        return [0] * N_STEPS
    written = steps[: n_bars * STEPS_PER_BAR]
    return [carrier.number(step, n_values) for step in written] * (2 // n_bars)
