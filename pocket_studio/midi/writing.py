"""Grooves and songs to MIDI files, through pretty_midi."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from typing import Final

import mido
import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.midi.note_maps import GENERAL_MIDI, NoteMap, validate_note_map
from pocket_studio.music.grid import (
    BEATS_PER_BAR,
    N_STEPS,
    TICKS_PER_BEAT,
    TICKS_PER_STEP,
    microtiming_to_ticks,
    step_to_position,
)
from pocket_studio.music.groove import Groove, Section, validate_tempo
from pocket_studio.music.kit import SIDE_STICK

# It imports pyfluidsynth, which prints the library's place where CI is set: stdout is the caller's.
with contextlib.redirect_stdout(io.StringIO()):
    import pretty_midi

LEADS: Final = ("none", "pre_roll", "count_in")

_BAR_TICKS: Final = BEATS_PER_BAR * TICKS_PER_BEAT
_LOOP_TICKS: Final = N_STEPS * TICKS_PER_STEP
_HIT_TICKS: Final = TICKS_PER_STEP // 2
_COUNT_VELOCITIES: Final = (110, 90, 90, 90)

# A note to be written: its first tick, pitch and velocity 1..127.
_Note = tuple[int, int, int]


def groove_to_midi(
    groove: Groove, repeats: int = 1, lead: str = "none", note_map: Sequence[int] | None = None
) -> bytes:
    """Return `groove` as a standard MIDI file: channel 10, 480 ticks a beat, ends on the bar line.

    Parameters
    ----------
    groove : Groove
        The two bars to write, with their tempo and swing.
    repeats : int
        How often to write them, 1 to 8.
    lead : {"none", "pre_roll", "count_in"}
        Where a hit goes that is played before the first bar line. "none": to the end of the file,
        where it sounds right when the clip loops. "pre_roll": it stays in its place, in an empty
        bar before. "count_in": the same, and the bar counts four with the side stick (37).
    note_map : sequence of 7 int, optional
        The pitch of each drum, 0..127; General MIDI if left out.

    Raises
    ------
    InvalidGrooveError
        If `repeats` is out of range.
    InvalidRequestError
        If there is no such `lead` or the note map is not seven pitches.
    """
    return song_to_midi([Section(groove, repeats)], lead, note_map, groove.tempo_bpm)


def song_to_midi(
    sections: Sequence[Section],
    lead: str = "none",
    note_map: Sequence[int] | None = None,
    tempo_bpm: float | None = None,
) -> bytes:
    """Return sections one after the other as one MIDI file, a marker where a named one starts.

    Parameters
    ----------
    sections : sequence of Section
        At least one. Early hits of all but the first lie before their section's bar line.
    lead, note_map
        As in `groove_to_midi`.
    tempo_bpm : float, optional
        One tempo for all, 40..240; that of the first section if left out.

    Raises
    ------
    InvalidRequestError
        If there is no section or no such `lead`, or the note map is not seven pitches.
    InvalidGrooveError
        If the tempo is out of range.
    """
    if not sections:
        raise InvalidRequestError("a song needs at least one section")
    if lead not in LEADS:
        raise InvalidRequestError(f"the lead must be one of {', '.join(LEADS)}")
    pitches = GENERAL_MIDI if note_map is None else validate_note_map(note_map)
    tempo = validate_tempo(sections[0].groove.tempo_bpm if tempo_bpm is None else tempo_bpm)
    notes = list(_count_in()) if lead == "count_in" else []
    markers = []
    ticks = 0 if lead == "none" else _BAR_TICKS
    for section in sections:
        markers.append((ticks, section.name))
        for _ in range(section.repeats):
            notes.extend(_notes(section.groove, ticks, pitches))
            ticks += _LOOP_TICKS
    wrapped = [(start % ticks, pitch, velocity) for start, pitch, velocity in notes]
    return _finished(_midi_of(wrapped, ticks, tempo), ticks, markers)


def _notes(groove: Groove, first_tick: int, pitches: NoteMap) -> Iterator[_Note]:
    """Yield the notes of a groove that starts at `first_tick`; the first may lie before it."""
    for step, drum in np.argwhere(groove.note).tolist():
        on_grid = round(step_to_position(step, 0.0, groove.swing) * TICKS_PER_STEP)
        late = microtiming_to_ticks(float(groove.microtiming[step, drum]))
        velocity = min(max(round(float(groove.velocity[step, drum]) * 127), 1), 127)
        yield first_tick + on_grid + late, pitches[drum], velocity


def _count_in() -> Iterator[_Note]:
    for beat, velocity in enumerate(_COUNT_VELOCITIES):
        yield beat * TICKS_PER_BEAT, SIDE_STICK, velocity


def _midi_of(notes: Sequence[_Note], n_ticks: int, tempo_bpm: float) -> pretty_midi.PrettyMIDI:
    seconds_per_tick = 60.0 / (tempo_bpm * TICKS_PER_BEAT)
    midi = pretty_midi.PrettyMIDI(resolution=TICKS_PER_BEAT, initial_tempo=tempo_bpm)
    midi.time_signature_changes.append(pretty_midi.TimeSignature(4, 4, 0))
    drums = pretty_midi.Instrument(program=0, is_drum=True, name="Drums")
    for start, pitch, velocity in notes:
        end = min(start + _HIT_TICKS, n_ticks)
        drums.notes.append(
            pretty_midi.Note(velocity, pitch, start * seconds_per_tick, end * seconds_per_tick)
        )
    midi.instruments.append(drums)
    return midi


def _finished(
    midi: pretty_midi.PrettyMIDI, n_ticks: int, markers: Sequence[tuple[int, str]]
) -> bytes:
    """Return the file's bytes with markers, its tracks ending at `n_ticks` for DAWs that loop."""
    buffer = io.BytesIO()
    midi.write(buffer)
    buffer.seek(0)
    written = mido.MidiFile(file=buffer, charset="utf-8")
    passed = 0  # the first track holds the tempo and the meter, all at 0
    for ticks, name in markers:
        if name:
            marker = mido.MetaMessage("marker", text=name, time=ticks - passed)
            written.tracks[0].insert(-1, marker)
            passed = ticks
    for track in written.tracks:
        length = sum(message.time for message in track)
        track[-1].time = max(track[-1].time + n_ticks - length, 0)
    ended = io.BytesIO()
    written.save(file=ended)
    return ended.getvalue()
