"""MIDI files to tracks.

Reading goes through mido: it keeps ticks, so that microtiming is exact and a change of tempo does
not matter to the grid, and it takes drum hits that lack a note-off.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final

import mido
import numpy as np

from pocket_studio.errors import InvalidMidiError
from pocket_studio.music.grid import (
    BARS,
    BEATS_PER_BAR,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    STEPS_PER_BAR,
    STEPS_PER_BEAT,
    position_to_step,
)
from pocket_studio.music.groove import Track
from pocket_studio.music.kit import N_DRUMS, pitch_to_drum

MAX_MIDI_BYTES: Final = 512 * 1024  # 100,000 notes; mido reads about 100 KiB a second
MAX_BARS: Final = 2000

_DRUM_CHANNEL: Final = 9  # "channel 10" counts from one
_DEFAULT_TEMPO_US: Final = 500_000
_MIN_DRUM_SHARE: Final = 0.9


@dataclass(frozen=True)
class _Hit:
    """One note-on: its position in steps, General MIDI pitch, velocity 1-127 and channel 0-15."""

    position: float
    pitch: int
    velocity: int
    channel: int


def read_track(source: Path | bytes) -> Track:
    """Read the drums of a MIDI file onto the sixteenth grid (section 3.2).

    Hits go to the nearest sixteenth and keep their deviation as microtiming; of two hits of one
    drum in one cell the louder stays. A file that ends on a bar line is a loop of that length: a
    hit that rounds to its end wraps to its first step. In any other file a last bar (the third or
    later) that holds nothing but its first step closes the performance and is left out. A track of
    one bar is repeated to two.

    Parameters
    ----------
    source : Path or bytes
        A standard MIDI file of at most 512 KiB, or its content.

    Returns
    -------
    Track
        Whole bars, at least two; `notices` says what was adapted.

    Raises
    ------
    InvalidMidiError
        If it cannot be read, is not MIDI, holds no drums, is not in 4/4 or is out of bounds.
    """
    midi = _parse(_content(source))
    hits, notices = _drum_hits(_hits(midi))
    _check_meter(midi)
    tempo_bpm, tempo_notices = _tempo(midi)
    cells = _cells(hits)
    n_bars = _bars(cells, _end_bars(midi))
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


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size if source.is_file() else -1
        except OSError as error:
            raise InvalidMidiError(f"cannot read {source.name}: {error.strerror}") from None
        if size < 0:
            raise InvalidMidiError(f"there is no file {source}")
    if size > MAX_MIDI_BYTES:
        raise InvalidMidiError(
            f"the MIDI file has {size // 1024} KiB; at most {MAX_MIDI_BYTES // 1024} are read"
        )
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise InvalidMidiError(f"cannot read {source.name}: {error.strerror}") from None


def _parse(content: bytes) -> mido.MidiFile:
    if not content:
        raise InvalidMidiError("the MIDI file is empty")
    if not content.startswith(b"MThd"):
        raise InvalidMidiError("this is not a MIDI file")
    try:
        midi = mido.MidiFile(file=io.BytesIO(content), clip=True)
    # mido lets whatever its byte reader meets escape: EOFError, IndexError, KeyError, OSError ...
    except Exception:
        raise InvalidMidiError("the MIDI file is damaged or cut short") from None
    if midi.ticks_per_beat <= 0:
        raise InvalidMidiError("the MIDI file has no musical time (0 ticks a beat or SMPTE frames)")
    return midi


def _timed(midi: mido.MidiFile) -> Iterator[tuple[int, mido.Message]]:
    """Yield each message of each track with its time in ticks from the start of the file."""
    for track in midi.tracks:
        ticks = 0
        for message in track:
            ticks += message.time
            yield ticks, message


def _hits(midi: mido.MidiFile) -> list[_Hit]:
    steps_per_tick = STEPS_PER_BEAT / midi.ticks_per_beat
    return [
        _Hit(ticks * steps_per_tick, message.note, message.velocity, message.channel)
        for ticks, message in _timed(midi)
        if message.type == "note_on" and message.velocity > 0
    ]


def _drum_hits(hits: list[_Hit]) -> tuple[list[_Hit], list[str]]:
    """Keep the hits of the seven drums: channel 10, or a whole file that reads as drums."""
    notices = []
    drums = [hit for hit in hits if hit.channel == _DRUM_CHANNEL]
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


def _check_meter(midi: mido.MidiFile) -> None:
    for _, message in _timed(midi):
        if message.type == "time_signature" and message.numerator != message.denominator:
            raise InvalidMidiError(
                f"the MIDI file is in {message.numerator}/{message.denominator}, not in 4/4"
            )


def _tempo(midi: mido.MidiFile) -> tuple[float, list[str]]:
    changes = [
        (ticks, message.tempo)
        for ticks, message in _timed(midi)
        if message.type == "set_tempo" and message.tempo > 0
    ]
    tempos_us = [tempo for _, tempo in sorted(changes, key=itemgetter(0))]
    tempo_us = tempos_us[0] if tempos_us else _DEFAULT_TEMPO_US
    tempo_bpm = round(60e6 / tempo_us, 3)
    notices = []
    if len(set(tempos_us)) > 1:
        notices.append(f"The tempo changes: the first one, {tempo_bpm:g} bpm, is used.")
    clipped = min(max(tempo_bpm, MIN_TEMPO_BPM), MAX_TEMPO_BPM)
    if clipped != tempo_bpm:
        notices.append(f"The tempo of {tempo_bpm:g} bpm was moved to {clipped:g}.")
    return clipped, notices


def _cells(hits: list[_Hit]) -> dict[tuple[int, int], tuple[int, float]]:
    """Return {(step, drum): (velocity 1-127, microtiming)}, the louder of two hits in a cell."""
    cells: dict[tuple[int, int], tuple[int, float]] = {}
    for hit in hits:
        drum = pitch_to_drum(hit.pitch)
        step, microtiming = position_to_step(hit.position)
        if drum is not None and hit.velocity > cells.get((step, drum), (0, 0.0))[0]:
            cells[step, drum] = (hit.velocity, microtiming)
    return cells


def _end_bars(midi: mido.MidiFile) -> int | None:
    """Return the length in bars of a file that ends on a bar line, None of any other."""
    end_ticks = max(sum(message.time for message in track) for track in midi.tracks)
    n_bars, rest = divmod(end_ticks, midi.ticks_per_beat * BEATS_PER_BAR)
    return None if rest else n_bars


def _bars(cells: dict[tuple[int, int], tuple[int, float]], end_bars: int | None) -> int:
    """Return the length in bars, wrapping hits at the end of a loop of `end_bars`."""
    last_bar, last_step = divmod(max(step for step, _ in cells), STEPS_PER_BAR)
    if end_bars and (last_bar, last_step) <= (end_bars, 0):
        for step, drum in [cell for cell in cells if cell[0] == end_bars * STEPS_PER_BAR]:
            cells.setdefault((0, drum), cells.pop((step, drum)))
        return end_bars
    last_steps = [step % STEPS_PER_BAR for step, _ in cells if step // STEPS_PER_BAR == last_bar]
    closes = last_bar >= BARS and len(last_steps) < len(cells) and not any(last_steps)
    return last_bar if closes else last_bar + 1
