"""Bars that begin elsewhere than the file says: where a performance was not played to its click."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pocket_studio.errors import InvalidMidiError, InvalidRequestError
from pocket_studio.midi.bars import Meter, loop_bars_of, spans_until
from pocket_studio.midi.parts import Hits
from pocket_studio.music.grid import BARS
from pocket_studio.music.track import FOUR_FOUR, plural

DOWNBEATS: Final = (-8, 7)
"""The least and the greatest: half a bar to either side, so that bars keep their numbers."""

# A position in steps, and the tempo from there on.
Tempo = tuple[float, float]

_EARLY: Final = 0.5  # steps before the downbeat that still are its first step


@dataclass(frozen=True, eq=False)
class Moved:
    """What `place` takes, counted from another downbeat, and what that left out."""

    hits: Hits
    meters: list[Meter]
    tempos: list[Tempo]
    end: float | None
    remarks: tuple[str, ...] = ()


def move_downbeat(
    hits: Hits,
    meters: Sequence[Meter],
    tempos: Sequence[Tempo],
    end: float | None,
    downbeat: int,
) -> Moved:
    """Let bars begin `downbeat` sixteenths later, or earlier if it is negative.

    What comes before the first of them goes to the end of a loop, which is a file that ends on a
    bar line or has two bars at most. In any other it is left out. A change of meter or tempo moves
    with the notes; what holds from the start still does.

    Parameters
    ----------
    hits, meters, tempos, end
        As of `place`.
    downbeat : int
        -8..7.

    Raises
    ------
    InvalidRequestError
        If `downbeat` is out of bounds.
    InvalidMidiError
        If no drum sounds after it.
    """
    low, high = DOWNBEATS
    if not low <= downbeat <= high:
        raise InvalidRequestError(f"the downbeat must be from {low} to {high}, not {downbeat}")
    drums = hits.drum >= 0
    spans, end = spans_until(meters, float(hits.position[drums].max()), end)
    n_loop_bars = loop_bars_of(spans, end)
    n_bars = n_loop_bars or len(spans)
    position = hits.position - downbeat
    moved = Moved(
        replace(hits, position=position),
        [(_later(at, -downbeat), beats, unit) for at, beats, unit in meters],
        [(_later(at, -downbeat), tempo_bpm) for at, tempo_bpm in tempos],
        None if end is None else end - downbeat,
    )
    if (n_loop_bars or n_bars <= BARS) and all(span.meter == FOUR_FOUR for span in spans[:n_bars]):
        length = spans[n_bars - 1].end
        return replace(moved, hits=replace(hits, position=position % length), end=length)
    is_after = position >= -_EARLY
    n_before = int((drums & ~is_after).sum())
    if not (drums & is_after).any():
        raise InvalidMidiError("nothing sounds after the downbeat")
    if not n_before:
        return replace(moved, hits=moved.hits.where(is_after))
    were = "was" if n_before == 1 else "were"
    remark = f"{plural(n_before, 'hit')} before the first downbeat {were} left out."
    return replace(moved, hits=moved.hits.where(is_after), remarks=(remark,))


def _later(position: float, by: int) -> float:
    return max(0.0, position + by) if position else 0.0
