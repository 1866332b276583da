"""Where the bars of a file lie: a new one at each change of meter, 4/4 where four quarters fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pocket_studio.music.grid import STEPS_PER_BAR, STEPS_PER_BEAT
from pocket_studio.music.track import FOUR_FOUR

MAX_BARS: Final = 2000

# A change of meter: its position in steps, numerator, denominator.
Meter = tuple[float, int, int]

_NEAR: Final = 1e-6  # of a step: less than a tick
_STEPS_PER_WHOLE: Final = 4 * STEPS_PER_BEAT


@dataclass(frozen=True)
class Span:
    """Where a bar lies, from `start` up to `end` in steps, and its meter (as in `track.Bar`)."""

    start: float
    end: float
    meter: str


def spans_of(meters: Sequence[Meter], until: float) -> list[Span]:
    """Return all bars that start at or before the position `until`.

    A meter counts from where it stands, the later of two at one place; one that is said again
    changes nothing. Bars of four quarters are 4/4, whatever they are called; bars next to each
    other that are a whole part of it (two of 2/4, four of 1/4) are taken as one, and one of eight
    quarters as two. At most `MAX_BARS` and one more are returned.
    """
    spans: list[Span] = []
    for start, end, numerator, denominator in _segments(meters, until):
        meter = f"{numerator}/{denominator}"
        length = _length(numerator, denominator)
        whole = _whole(length)
        n_whole, rest = divmod(end - start + _NEAR, whole)
        at = start
        for _ in range(int(min(n_whole, MAX_BARS + 1 - len(spans)))):
            spans.append(Span(at, at + whole, FOUR_FOUR if whole == STEPS_PER_BAR else meter))
            at += whole
        while rest > 2 * _NEAR and len(spans) <= MAX_BARS:
            taken = min(length, rest)
            spans.append(Span(at, at + taken, meter if taken == length else _cut(taken)))
            at += taken
            rest -= taken
    return spans


def spans_until(
    meters: Sequence[Meter], last: float, end: float | None
) -> tuple[list[Span], float | None]:
    """Return all bars up to the last hit and, if they are not too many, the `end`."""
    spans = spans_of(meters, last + 0.5)
    if end is None or end < last:
        return spans, None
    longer = spans_of(meters, max(end, last + 0.5))
    is_too_long = len(longer) > MAX_BARS and longer[MAX_BARS].start + _NEAR < end
    return (spans, None) if is_too_long else (longer, end)


def loop_bars_of(spans: Sequence[Span], end: float | None) -> int:
    """Return how many bars end at `end`, 0 if none does."""
    if end is None:
        return 0
    ends = [at for at, span in enumerate(spans, 1) if abs(span.end - end) < _NEAR]
    return ends[-1] if ends else 0


def _length(numerator: int, denominator: int) -> float:
    return _STEPS_PER_WHOLE * numerator / denominator


def _whole(length: float) -> float:
    """Return the length of what is taken as one bar of a meter whose bars are `length` steps."""
    fits = not STEPS_PER_BAR % length or not length % STEPS_PER_BAR
    return STEPS_PER_BAR if fits else length


def _segments(meters: Sequence[Meter], until: float) -> Iterator[tuple[float, float, int, int]]:
    """Yield (start, end, numerator, denominator) of each stretch in one meter."""
    changes: dict[float, tuple[int, int]] = {0.0: (4, 4)}
    for position, numerator, denominator in sorted(meters, key=lambda meter: meter[0]):
        changes[position] = numerator, denominator
    kept: list[Meter] = []
    for position, meter in changes.items():
        if position <= until and (not kept or kept[-1][1:] != meter):
            kept.append((position, *meter))
    for at, (start, numerator, denominator) in enumerate(kept, 1):
        whole = _whole(_length(numerator, denominator))
        last = start + whole * ((until - start) // whole + 1)
        yield start, kept[at][0] if at < len(kept) else last, numerator, denominator


def _cut(length: float) -> str:
    """Return the meter of a bar that is cut short after `length` steps."""
    part = Fraction(length / _STEPS_PER_WHOLE).limit_denominator(64)
    denominator = max(part.denominator, 4)
    if not part or denominator % part.denominator or abs(part - length / _STEPS_PER_WHOLE) > _NEAR:
        return "a broken meter"
    return f"{part.numerator * denominator // part.denominator}/{denominator}"
