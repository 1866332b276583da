"""Grooves and songs to MIDI files, tick for tick."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import mido
import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.midi.note_maps import GENERAL_MIDI, MAX_PITCH, NoteMap, validate_note_map
from pocket_studio.midi.placing import DRUM_CHANNEL
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

LEADS: Final = ("none", "pre_roll", "count_in")

_BAR_TICKS: Final = BEATS_PER_BAR * TICKS_PER_BEAT
_LOOP_TICKS: Final = N_STEPS * TICKS_PER_STEP
_HIT_TICKS: Final = TICKS_PER_STEP // 2
_COUNT_VELOCITIES: Final = (110, 90, 90, 90)

# A note to be written: its first tick, pitch and velocity 1..127.
_Note = tuple[int, int, int]
# A message and its tick from the start of the file.
_Event = tuple[int, mido.Message | mido.MetaMessage]


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
        if section.name:
            markers.append((ticks, mido.MetaMessage("marker", text=section.name)))
        for _ in range(section.repeats):
            notes.extend(_notes(section.groove, ticks, pitches))
            ticks += _LOOP_TICKS
    struck = _struck((start % ticks, pitch, velocity) for start, pitch, velocity in notes)
    midi = mido.MidiFile(ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    midi.tracks.append(_track((*_timing(tempo), *markers), ticks))
    midi.tracks.append(_track(_drums(struck, ticks), ticks))
    content = io.BytesIO()
    midi.save(file=content)
    return content.getvalue()


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


def _timing(tempo_bpm: float) -> Iterator[_Event]:
    yield 0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo_bpm))
    yield 0, mido.MetaMessage("time_signature", numerator=4, denominator=4)


def _struck(notes: Iterable[_Note]) -> list[_Note]:
    """Return `notes` in order; of those of one pitch at one tick the loudest: a key goes down once."""
    loudest: dict[tuple[int, int], int] = {}
    for tick, pitch, velocity in notes:
        loudest[tick, pitch] = max(velocity, loudest.get((tick, pitch), 0))
    return sorted((tick, pitch, velocity) for (tick, pitch), velocity in loudest.items())


def _ends(notes: Sequence[_Note], n_ticks: int) -> Iterator[_Note]:
    """Yield the end of each note: half a step later, but by the next of its pitch or the file's."""
    next_of = dict.fromkeys(range(MAX_PITCH + 1), n_ticks)
    for tick, pitch, _ in reversed(notes):
        yield min(tick + _HIT_TICKS, next_of[pitch]), pitch, 0
        next_of[pitch] = tick


def _drums(notes: Sequence[_Note], n_ticks: int) -> Iterator[_Event]:
    yield 0, mido.MetaMessage("track_name", name="Drums")
    yield 0, mido.Message("program_change", channel=DRUM_CHANNEL, program=0)
    # Sorted, so that at one tick a note of a pitch ends before the next one begins.
    for tick, pitch, velocity in sorted((*notes, *_ends(notes, n_ticks))):
        note = {"channel": DRUM_CHANNEL, "note": pitch, "velocity": velocity}
        # All three were checked above; mido's checks are a third of the time.
        yield tick, mido.Message("note_on", skip_checks=True, **note)


def _track(events: Iterable[_Event], n_ticks: int) -> mido.MidiTrack:
    """Return a track of `events`, in order of time, that ends at `n_ticks` for DAWs that loop."""
    track = mido.MidiTrack()
    passed = 0
    for tick, message in (*events, (n_ticks, mido.MetaMessage("end_of_track"))):
        message.time = tick - passed
        track.append(message)
        passed = tick
    return track
