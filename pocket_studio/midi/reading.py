"""MIDI files to tracks.

Reading goes through mido: it keeps ticks, so that microtiming is exact and a change of tempo does
not matter to the grid, and it takes drum hits that lack a note-off.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Final

import mido

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi.own import only_own
from pocket_studio.midi.placing import Hit, hits_to_track, tempo_of
from pocket_studio.music.grid import BEATS_PER_BAR, STEPS_PER_BEAT
from pocket_studio.music.groove import Track

MAX_MIDI_BYTES: Final = 512 * 1024  # 100,000 notes; mido reads about 100 KiB a second


def read_track(source: Path | bytes) -> Track:
    """Read the drums of a MIDI file onto the sixteenth grid (section 3.2).

    Hits go to the nearest sixteenth and keep their deviation as microtiming; of two hits of one
    drum in one cell the louder stays. A file that ends on a bar line is a loop of that length: a
    hit that rounds to its end wraps to its first step. In any other file a last bar (the third or
    later) that holds nothing but its first step closes the performance and is left out. A track of
    one bar is repeated to two. A file that the studio wrote is read as it was written, with its
    swing and without its lead (`own`).

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
    hits, meters, tempos_bpm = list(_hits(midi)), list(_meters(midi)), _tempos_bpm(midi)
    own, notices = only_own(_sequencer_events(midi))
    if own and hits and all(numerator == denominator for numerator, denominator in meters):
        tempo_bpm, tempo_notices = tempo_of(tempos_bpm)
        track = own.track(hits, _end_ticks(midi) * STEPS_PER_BEAT / midi.ticks_per_beat, tempo_bpm)
        if track:
            return replace(track, notices=(*track.notices, *tempo_notices))
        hits, notices = own.as_heard(hits)
    heard = hits_to_track(hits, meters, tempos_bpm, _end_bars(midi))
    return replace(heard, notices=(*notices, *heard.notices))


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


def _hits(midi: mido.MidiFile) -> Iterator[Hit]:
    steps_per_tick = STEPS_PER_BEAT / midi.ticks_per_beat
    for ticks, message in _timed(midi):
        if message.type == "note_on" and message.velocity > 0:
            position = ticks * steps_per_tick
            yield Hit(position, message.note, message.velocity, message.channel)


def _meters(midi: mido.MidiFile) -> Iterator[tuple[int, int]]:
    for _, message in _timed(midi):
        if message.type == "time_signature":
            yield message.numerator, message.denominator


def _tempos_bpm(midi: mido.MidiFile) -> list[float]:
    """Return the tempos of all tracks, the earliest first."""
    changes = [
        (ticks, message.tempo)
        for ticks, message in _timed(midi)
        if message.type == "set_tempo" and message.tempo > 0
    ]
    return [60e6 / tempo for _, tempo in sorted(changes, key=itemgetter(0))]


def _sequencer_events(midi: mido.MidiFile) -> list[bytes]:
    """Return the content of all sequencer-specific events."""
    messages = (message for track in midi.tracks for message in track)
    return [bytes(each.data) for each in messages if each.type == "sequencer_specific"]


def _end_ticks(midi: mido.MidiFile) -> int:
    return max((sum(int(message.time) for message in track) for track in midi.tracks), default=0)


def _end_bars(midi: mido.MidiFile) -> int | None:
    """Return the length in bars of a file that ends on a bar line, None of any other."""
    n_bars, rest = divmod(_end_ticks(midi), midi.ticks_per_beat * BEATS_PER_BAR)
    return None if rest else n_bars
