"""Hits on the sixteenth grid: in which bars, and what of them is left out."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi.bars import (
    MAX_BARS,
    Meter,
    Span,
    loop_bars_of,
    spans_of,
    spans_until,
)
from pocket_studio.midi.cells import NO_CELL, Cells, cells_of
from pocket_studio.midi.downbeats import Tempo, move_downbeat
from pocket_studio.midi.leads import leads_of
from pocket_studio.midi.parts import Hits
from pocket_studio.music.grid import BARS, N_STEPS, STEPS_PER_BAR
from pocket_studio.music.kit import DRUM_TITLES, N_DRUMS
from pocket_studio.music.track import FOUR_FOUR, Bar, Track, clip_tempo, plural

DEFAULT_TEMPO_BPM: Final = 120.0
_LOOP_BARS: Final = (1, 2, 4, 8)  # as long as clips are that are meant to loop
_LONG_TAIL: Final = 4  # times as long as its music: the file's length says nothing of the loop's
_AT_START: Final = 0.5  # steps: a tempo that is set this late still is the bar's


def place(
    hits: Hits,
    meters: Sequence[Meter],
    tempos: Sequence[Tempo],
    end: float | None,
    *,
    as_paper: bool = False,
    downbeat: int = 0,
) -> Track:
    """Place `hits` as `read_track` does, or, `as_paper`, as `read_performance`.

    Parameters
    ----------
    hits : Hits
        At least one of them of the seven drums. What lies after 2000 bars is left out.
    meters : sequence of (position, numerator, denominator)
        All time signatures in the file's order, positions in steps; 4/4 before the first.
    tempos : sequence of (position, bpm)
        All tempos in the file's order; 120 if there is none.
    end : float, optional
        The position where the file ends, None if that says nothing.
    downbeat : int
        As of `read_track`.

    Raises
    ------
    InvalidMidiError
        If nothing sounds within 2000 bars or after the downbeat, or no two bars in 4/4 do.
    """
    hits, left_out = _within_limit(hits, meters)
    if downbeat:
        moved = move_downbeat(hits, meters, tempos, end, downbeat)
        hits, meters, tempos, end = moved.hits, moved.meters, moved.tempos, moved.end
        left_out += moved.remarks
    is_drum = hits.drum >= 0
    drums = hits.where(is_drum)
    spans, end = spans_until(meters, float(drums.position.max()), end)
    starts = np.array([span.start for span in spans])
    is_usable = np.array([span.meter == FOUR_FOUR for span in spans])
    bar_of_all = np.searchsorted(starts, hits.position + 0.5, "right") - 1
    cells = cells_of(drums, bar_of_all[is_drum], starts, is_usable)
    if not as_paper:
        cells.keep_swing()
    bar = np.where(cells.cell == NO_CELL, bar_of_all[is_drum], cells.cell // STEPS_PER_BAR)
    n_bars, wraps, closes = _ending(drums, bar, spans, end, as_paper)
    cells.cell[wraps] %= STEPS_PER_BAR
    bar[wraps] = 0
    cells.is_kept &= ~closes
    if not as_paper:
        cells.separate(n_bars * STEPS_PER_BAR)
        bar = np.where(cells.cell == NO_CELL, bar, cells.cell // STEPS_PER_BAR)
    has_cell = cells.is_kept.copy()
    cells.keep_loudest(yields=wraps & as_paper)
    leads = leads_of(hits, bar_of_all, starts)
    tempos = _by_position(tempos)

    def count(of: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(bar[of], minlength=n_bars)

    n_hits = np.where(is_usable[:n_bars], count(cells.is_kept), count(~closes)[:n_bars])
    n_together, n_moved = count(has_cell & ~cells.is_kept), count(cells.is_moved)
    outside = np.minimum(bar_of_all[~is_drum], n_bars - 1)
    n_outside = np.bincount(outside, minlength=n_bars)
    bars = [
        Bar(
            _tempo_bpm(tempos, span.start),
            span.meter,
            n_hits=int(n_hits[at]),
            n_together=int(n_together[at]),
            n_outside=int(n_outside[at]),
            n_moved=int(n_moved[at]),
            is_lead=at in leads,
        )
        for at, span in enumerate(spans[:n_bars])
    ]
    track = _track(_matrices(cells, n_bars), bars, leads, int(closes.sum()), len(tempos) - 1)
    reduced = [] if as_paper else _mapped_together(drums)
    return replace(track, remarks=(*left_out, *track.remarks, *reduced))


def _within_limit(hits: Hits, meters: Sequence[Meter]) -> tuple[Hits, list[str]]:
    """Return the hits of the first 2000 bars, and a notice of the others: a pause is damaged."""
    drums = hits.position[hits.drum >= 0]
    spans = spans_of(meters, float(drums.max()))
    limit = spans[MAX_BARS].start if len(spans) > MAX_BARS else inf
    n_after = int((drums >= limit).sum())
    if n_after == len(drums):
        raise InvalidMidiError(f"the MIDI file is longer than {MAX_BARS} bars")
    if not n_after:
        return hits, []
    notice = (
        f"Only the first {MAX_BARS} bars were read, without {plural(n_after, 'hit')} after them."
    )
    return hits.where(hits.position < limit), [notice]


def _mapped_together(drums: Hits) -> list[str]:
    """Return a notice of the drums that stand for several pitches of the file."""
    pitches = [np.unique(drums.pitch[drums.drum == drum]).tolist() for drum in range(N_DRUMS)]
    several = [
        f"{title.lower()} ({', '.join(map(str, of))})"
        for title, of in zip(DRUM_TITLES, pitches, strict=True)
        if len(of) > 1
    ]
    return [f"Several pitches are played as one drum: {'; '.join(several)}."] if several else []


def _ending(
    drums: Hits,
    bar: NDArray[np.int64],
    spans: Sequence[Span],
    end: float | None,
    as_paper: bool,
) -> tuple[int, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the length in bars, which hits wrap to the first step, and which are left out.

    A file that ends on a bar line is a loop of that length; so is a clip of 1, 2, 4 or 8 bars with
    nothing after them but hits that are early for the next bar, unless it ends on a later bar line,
    less than four times as far. Of any other file a last bar (the third or later) that has only its
    first step closes the performance.
    """
    none = np.zeros(len(bar), bool)
    last = int(bar.max())
    in_last = bar == last
    step = np.floor(drums.position + 0.5 - np.array([span.start for span in spans])[bar])
    is_on_line = not step[in_last].any()
    is_early = bool((drums.position[in_last] < spans[last].start).all())
    is_four_four = all(span.meter == FOUR_FOUR for span in spans[: last + 1])
    loop_bars = loop_bars_of(spans, end)
    is_clip = last in _LOOP_BARS and not last < loop_bars < _LONG_TAIL * last
    if is_clip and is_on_line and is_early and is_four_four and not as_paper:
        return last, in_last, none
    if loop_bars and (last < loop_bars or (last == loop_bars and is_on_line)):
        if last < loop_bars:
            return loop_bars, none, none
        if is_four_four:
            return loop_bars, in_last, none
    if last >= BARS and is_on_line and not in_last.all():
        return last, none, in_last
    return last + 1, none, none


def _matrices(cells: Cells, n_bars: int) -> NDArray[np.float32]:
    """Return N, V and M [3, n_steps, 7]."""
    matrices = np.zeros((3, n_bars * STEPS_PER_BAR, N_DRUMS), np.float32)
    at = cells.cell[cells.is_kept], cells.drum[cells.is_kept]
    matrices[0][at] = 1
    matrices[1][at] = cells.velocity[cells.is_kept] / 127
    matrices[2][at] = np.clip(cells.lateness[cells.is_kept], -1, 1)
    return matrices


def _by_position(tempos: Sequence[Tempo]) -> list[Tempo]:
    """Return the tempos where they change, the earliest first; there is at least one."""
    by_position = {position: round(bpm, 3) for position, bpm in sorted(tempos, key=itemgetter(0))}
    if min(by_position, default=inf) >= N_STEPS:
        by_position[0.0] = DEFAULT_TEMPO_BPM
    ordered = sorted(by_position.items())
    return [ordered[0], *(now for before, now in pairwise(ordered) if before[1] != now[1])]


def _tempo_bpm(tempos: Sequence[Tempo], start: float) -> float:
    """Return the tempo of the bar at `start`; the first one holds before it is set, too."""
    at = bisect_right(tempos, start + _AT_START, key=itemgetter(0)) - 1
    return tempos[max(at, 0)][1]


def _track(
    matrices: NDArray[np.float32],
    bars: list[Bar],
    leads: dict[int, str],
    n_closing: int,
    n_tempo_changes: int,
) -> Track:
    remarks = []
    if len(bars) == 1:
        matrices = np.tile(matrices, (1, 2, 1))
        bars = [bars[0], Bar(bars[0].tempo_bpm, bars[0].meter, bars[0].n_hits)]
        remarks.append("One bar was repeated to make two.")
    _check(bars)
    first = next((at for at in range(len(bars)) if at not in leads and bars[at].n_hits), 0)
    if leads and not any(_sounds(bars[at : at + BARS]) for at in range(first, len(bars) - 1)):
        bars = [replace(bar, is_lead=False) for bar in bars]  # nothing would be left
        leads = {}
    remarks += [f"Bar {at + 1} is a {kind}." for at, kind in leads.items()]
    unusable = [bar for bar in bars if not bar.is_usable]
    if unusable:
        n_hits = sum(bar.n_hits for bar in unusable)
        remarks.append(
            f"{len(unusable)} of {len(bars)} bars, with {n_hits} hits, cannot be used: "
            f"they are in {', '.join(sorted({bar.meter for bar in unusable}))}, not in 4/4."
        )
    note, velocity, microtiming = matrices
    track = Track(
        *(note, velocity, microtiming, clip_tempo(bars[0].tempo_bpm)),
        *(tuple(remarks), tuple(bars), n_closing, n_tempo_changes),
    )
    return replace(track, tempo_bpm=clip_tempo(bars[track.first_bar].tempo_bpm))


def _sounds(bars: Sequence[Bar]) -> bool:
    """Return whether `bars` can be a groove that is not silent."""
    return all(bar.is_usable for bar in bars) and any(bar.n_hits for bar in bars)


def _check(bars: Sequence[Bar]) -> None:
    if any(_sounds(bars[at : at + BARS]) for at in range(len(bars) - 1)):
        return
    meters = {bar.meter for bar in bars}
    if len(meters) == 1:
        raise InvalidMidiError(f"the MIDI file is in {meters.pop()}, not in 4/4")
    unusable = [at for at, bar in enumerate(bars) if not bar.is_usable]
    at = next((at for at in unusable if bars[at].n_hits), unusable[0])
    raise InvalidMidiError(
        f"no two bars in a row that sound are in 4/4: bar {at + 1} is in {bars[at].meter}"
    )
