"""Hits on the sixteenth grid: what of a performance is drums, in which cells, in which bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pocket_studio.errors import InvalidMidiError
from pocket_studio.music.grid import (
    BARS,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    STEPS_PER_BAR,
    position_to_step,
)
from pocket_studio.music.groove import Track
from pocket_studio.music.kit import N_DRUMS, pitch_to_drum

MAX_BARS: Final = 2000
DRUM_CHANNEL: Final = 9  # "channel 10" counts from one

_DEFAULT_TEMPO_BPM: Final = 120.0
_MIN_DRUM_SHARE: Final = 0.9


@dataclass(frozen=True)
class Hit:
    """One note-on: its position in steps, General MIDI pitch, velocity 1-127 and channel 0-15."""

    position: float
    pitch: int
    velocity: int
    channel: int


def hits_to_track(
    hits: Sequence[Hit],
    meters: Iterable[tuple[int, int]],
    tempos_bpm: Sequence[float],
    loop_bars: int | None,
) -> Track:
    """Place `hits` as `read_track` does.

    Parameters
    ----------
    hits : sequence of Hit
    meters : iterable of (numerator, denominator)
        All time signatures.
    tempos_bpm : sequence of float
        All tempos, the earliest first; 120 if there is none.
    loop_bars : int, optional
        The length of a loop, None of any other performance.

    Raises
    ------
    InvalidMidiError
        If there are no drums, it is not in 4/4 or too long.
    """
    drums, notices = _drum_hits(hits)
    _check_meters(meters)
    tempo_bpm, tempo_notices = tempo_of(tempos_bpm)
    cells = _cells(drums)
    n_bars = _bars(cells, loop_bars)
    if n_bars > MAX_BARS:
        raise InvalidMidiError(f"the MIDI file is longer than {MAX_BARS} bars")
    matrices = np.zeros((3, n_bars * STEPS_PER_BAR, N_DRUMS), np.float32)
    for (step, drum), (loudness, lateness) in cells.items():
        if step < n_bars * STEPS_PER_BAR:
            matrices[:, step, drum] = 1, loudness / 127, lateness
    if n_bars == 1:
        matrices = np.tile(matrices, (1, 2, 1))
        notices.append("One bar was repeated to make two.")
    note, velocity, microtiming = matrices
    return Track(note, velocity, microtiming, tempo_bpm, (*notices, *tempo_notices))


def _drum_hits(hits: Sequence[Hit]) -> tuple[Sequence[Hit], list[str]]:
    """Keep the hits of the seven drums: channel 10, or a whole file that reads as drums."""
    notices = []
    drums: Sequence[Hit] = [hit for hit in hits if hit.channel == DRUM_CHANNEL]
    if not drums and hits:
        known = sum(pitch_to_drum(hit.pitch) is not None for hit in hits)
        if known >= _MIN_DRUM_SHARE * len(hits):
            drums = hits
            notices.append("No notes on channel 10: the notes were read as General MIDI drums.")
    known_drums = [hit for hit in drums if pitch_to_drum(hit.pitch) is not None]
    if not known_drums:
        raise InvalidMidiError("the MIDI file has no drums on channel 10")
    if len(known_drums) < len(drums):
        notices.append(
            f"{len(drums) - len(known_drums)} hits outside the seven drums were left out."
        )
    return known_drums, notices


def _check_meters(meters: Iterable[tuple[int, int]]) -> None:
    for numerator, denominator in meters:
        if numerator != denominator:
            raise InvalidMidiError(f"the MIDI file is in {numerator}/{denominator}, not in 4/4")


def tempo_of(tempos_bpm: Sequence[float]) -> tuple[float, list[str]]:
    """Return the first of `tempos_bpm` with three decimals, kept in range, and notices."""
    tempo_bpm = round(tempos_bpm[0] if tempos_bpm else _DEFAULT_TEMPO_BPM, 3)
    notices = []
    if len(set(tempos_bpm)) > 1:
        notices.append(f"The tempo changes: the first one, {tempo_bpm:g} bpm, is used.")
    clipped = min(max(tempo_bpm, MIN_TEMPO_BPM), MAX_TEMPO_BPM)
    if clipped != tempo_bpm:
        notices.append(f"The tempo of {tempo_bpm:g} bpm was moved to {clipped:g}.")
    return clipped, notices


def _cells(hits: Sequence[Hit]) -> dict[tuple[int, int], tuple[int, float]]:
    """Return {(step, drum): (velocity 1-127, microtiming)}, the louder of two hits in a cell."""
    cells: dict[tuple[int, int], tuple[int, float]] = {}
    for hit in hits:
        drum = pitch_to_drum(hit.pitch)
        step, microtiming = position_to_step(hit.position)
        if drum is not None and hit.velocity > cells.get((step, drum), (0, 0.0))[0]:
            cells[step, drum] = (hit.velocity, microtiming)
    return cells


def _bars(cells: dict[tuple[int, int], tuple[int, float]], loop_bars: int | None) -> int:
    """Return the length in bars, wrapping hits at the end of a loop of `loop_bars`."""
    last_bar, last_step = divmod(max(step for step, _ in cells), STEPS_PER_BAR)
    if loop_bars and (last_bar, last_step) <= (loop_bars, 0):
        for step, drum in [cell for cell in cells if cell[0] == loop_bars * STEPS_PER_BAR]:
            cells.setdefault((0, drum), cells.pop((step, drum)))
        return loop_bars
    last_steps = [step % STEPS_PER_BAR for step, _ in cells if step // STEPS_PER_BAR == last_bar]
    closes = last_bar >= BARS and len(last_steps) < len(cells) and not any(last_steps)
    return last_bar if closes else last_bar + 1
