"""The bytes of a MIDI file, read as far as they make sense.

Files from the wild break the standard where drums do not care: wrong lengths and counts, odd key
signatures, chunks of other programs. Only what a drum track needs is decoded; everything else is
skipped by its length. mido decodes all of it, refuses a file for any of it, and takes
fifteen times as long (docs/decisions/0015-sound-and-files.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidMidiError

_MAX_TICK: Final = 2**40  # thousands of years; more is no file but noise

_HEADER: Final = 14
_WRAPPED_WITHIN: Final = 1024  # MacBinary has 128 bytes before the file, a mail a few more
_STATUS: Final = 0x80  # a byte from here on is one
_SYSTEM_BYTES: Final = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_MAX_METER_POWER: Final = 6  # a sixty-fourth
_SET_TEMPO, _TIME_SIGNATURE, _END_OF_TRACK = 0x51, 0x58, 0x2F
_TRACK_NAME, _INSTRUMENT_NAME = 0x03, 0x04
_TEXTS: Final = range(0x01, 0x10)
SEQUENCER_SPECIFIC: Final = 0x7F


@dataclass
class MidiTrack:
    """One track, times in ticks from its start.

    Attributes
    ----------
    notes : array [n, 4] of int
        Tick, pitch, velocity (1..127) and channel (0..15) of every note-on, in the file's order.
    programs : dict
        {channel: its first program}.
    tempos : list of (tick, microseconds a beat)
    meters : list of (tick, (numerator, denominator))
    texts : list of (tick, type, content)
        Meta events 1 to 15 (names, markers) and 127 (a program's own).
    end : int
        The last tick.
    faults : list of str
        What was passed over, one sentence each.
    broken_at : int, optional
        The byte of the file where it stops making sense.
    """

    notes: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    programs: dict[int, int] = field(default_factory=dict)
    tempos: list[tuple[int, int]] = field(default_factory=list)
    meters: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    texts: list[tuple[int, int, bytes]] = field(default_factory=list)
    end: int = 0
    faults: list[str] = field(default_factory=list)
    broken_at: int | None = None

    @property
    def name(self) -> str:
        """The track's name, else its instrument's, in one line; empty if it has none."""
        for wanted in (_TRACK_NAME, _INSTRUMENT_NAME):
            for _, kind, content in self.texts:
                if kind == wanted and (name := _one_line(content)):
                    return name
        return ""


@dataclass(frozen=True)
class MidiContent:
    """A file: its format (0, 1, 2), ticks a beat and tracks."""

    format: int
    ticks_per_beat: int
    tracks: tuple[MidiTrack, ...]


def parse(content: bytes) -> MidiContent:
    """Read a MIDI file, also one in an RMID or MacBinary wrapper, up to where it breaks.

    Raises
    ------
    InvalidMidiError
        If it is no MIDI file, has no track or counts time in something else than beats.
    """
    if not content:
        raise InvalidMidiError("the MIDI file is empty")
    within = len(content) if content.startswith(b"RIFF") else _WRAPPED_WITHIN
    start = content.find(b"MThd", 0, within)
    if start < 0 or content.startswith(b"PK"):
        raise InvalidMidiError("this is not a MIDI file")
    if len(content) < start + _HEADER:
        raise InvalidMidiError("the MIDI file is cut short in its header")
    kind = int.from_bytes(content[start + 8 : start + 10], "big")
    division = int.from_bytes(content[start + 12 : start + 14], "big")
    if not 0 < division < 0x8000:  # the top bit says frames
        counted = f"{256 - (division >> 8)} SMPTE frames a second" if division else "0 ticks a beat"
        raise InvalidMidiError(f"the MIDI file has no musical time ({counted})")
    tracks = tuple(_tracks(content, start))
    if not tracks:
        raise InvalidMidiError("the MIDI file is damaged or cut short: it has no track")
    if _has_other_line_ends(content) and any(track.broken_at for track in tracks):
        raise InvalidMidiError(
            "the MIDI file is damaged: a transfer as text put CR before each of its LF bytes"
        )
    return MidiContent(kind if kind <= 2 else 1, division, tracks)  # formats


def _has_other_line_ends(content: bytes) -> bool:
    return content.count(b"\n") == content.count(b"\r\n") > 0


def _tracks(content: bytes, start: int) -> Iterator[MidiTrack]:
    """Yield the tracks after the header at `start`; chunks that are none are skipped."""
    at = start + 8 + int.from_bytes(content[start + 4 : start + 8], "big")
    if not _is_boundary(content, at):
        at = _next_track(content, start + 8)
    while at < len(content):
        end = at + 8 + int.from_bytes(content[at + 4 : at + 8], "big")
        is_sound = _is_boundary(content, end)
        if content[at : at + 4] == b"MTrk":
            # A wrong length is not heeded: the track then ends where it says so itself.
            limit = end if is_sound else len(content)
            track, at_end, is_whole = _track(content, at + 8, limit)
            if not is_whole and not is_sound:
                track.broken_at = at_end
            yield track
            at = end if is_sound else _next_track(content, at_end)
        else:
            at = end if is_sound else _next_track(content, at + 4)


def _is_boundary(content: bytes, at: int) -> bool:
    """Return whether a chunk could start at `at`, or the file ends there."""
    name = content[at : at + 4]
    return at == len(content) or (at + 8 <= len(content) and name.isascii() and name.isalnum())


def _next_track(content: bytes, at: int) -> int:
    found = content.find(b"MTrk", at)
    return len(content) if found < 0 else found


def _track(content: bytes, start: int, limit: int) -> tuple[MidiTrack, int, bool]:
    """Read the events from `start` up to End of Track, `limit` or where they break.

    Returns the track, the byte where reading stopped and whether End of Track was there.
    """
    track = MidiTrack()
    packed: list[int] = []  # each note in one number: this loop is all the time that reading takes
    base = start if limit < len(content) else 0  # of many tracks none copies the whole file
    data = content[base:limit]
    at = event = start - base
    tick, status = 0, 0
    is_whole = False
    try:
        while at < len(data):
            event = at
            delta = data[at]
            at += 1
            if delta >= _STATUS:
                delta, at = _number(data, event)
            first = data[at]
            if first < _STATUS:
                first = status  # the last one goes on, across meta events and SysEx too
            else:
                at += 1
            if first < 0xA0:
                pitch = data[at]
                velocity = data[at + 1]
                at += 2
                if first < _STATUS:
                    raise ValueError
                tick += delta
                status = first
                if velocity and first >= 0x90:
                    if pitch > 127 or velocity > 127:  # as high as can be: some programs do that
                        pitch, velocity = min(pitch, 127), min(velocity, 127)
                    packed.append(tick << 18 | pitch << 11 | velocity << 4 | first & 15)
            elif first < 0xF0:
                at += 1 if 0xC0 <= first < 0xE0 else 2
                value = data[at - 1]
                tick += delta
                status = first
                if first & 0xF0 == 0xC0:
                    track.programs.setdefault(first & 15, value)
            else:
                after = _system(data, at, first, tick + delta, track)
                tick += delta
                if after is None:
                    is_whole = True
                    break
                at = after
    except (IndexError, ValueError):
        at = event
        track.broken_at = base + event
    if tick > _MAX_TICK:
        raise InvalidMidiError("the MIDI file is damaged: a pause in it has no end")
    track.end = tick
    if packed:
        track.notes = _unpacked(packed)
    return track, base + at, is_whole


def _unpacked(packed: list[int]) -> NDArray[np.int64]:
    numbers = np.array(packed, np.int64)
    columns = (numbers >> 18, numbers >> 11 & 127, numbers >> 4 & 127, numbers & 15)
    return np.stack(columns, axis=1)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the variable-length number at `at`, and the byte after it."""
    number = 0
    for place in range(at, at + 4):
        number = number << 7 | data[place] & 0x7F
        if data[place] < _STATUS:
            return number, place + 1
    raise ValueError


def _system(data: bytes, at: int, status: int, tick: int, track: MidiTrack) -> int | None:
    """Read a system or meta event; return the byte after it, None at End of Track."""
    if status not in (0xF0, 0xF7, 0xFF):
        return at + _SYSTEM_BYTES.get(status, 0)
    kind = 0
    if status == 0xFF:  # a meta event
        kind, at = data[at], at + 1
        if kind == _END_OF_TRACK:
            return None
    length, start = _number(data, at)
    end = start + length
    if end > len(data):
        end = data.find(0xF7, at) + 1 if status == 0xF0 else 0  # SysEx as played
        if not end:
            raise IndexError
    if status == 0xFF:
        _meta(kind, data[start:end], tick, track)
    return end


def _meta(kind: int, value: bytes, tick: int, track: MidiTrack) -> None:
    if kind == _SET_TEMPO:
        tempo = int.from_bytes(value[:3], "big")
        if len(value) < 3 or not tempo:  # bytes of a tempo
            track.faults.append("A tempo that is damaged was passed over.")
        else:
            track.tempos.append((tick, tempo))
    elif kind == _TIME_SIGNATURE:
        if len(value) < 2 or not value[0] or value[1] > _MAX_METER_POWER:
            track.faults.append("A time signature that is damaged was passed over.")
        else:
            track.meters.append((tick, (value[0], 2 ** value[1])))
    elif kind in _TEXTS or kind == SEQUENCER_SPECIFIC:
        track.texts.append((tick, kind, value))


def _one_line(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    return " ".join(words)[:80]
