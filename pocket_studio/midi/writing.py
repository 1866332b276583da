"""Grooves and songs to MIDI files, tick for tick."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import mido
import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.midi.note_maps import GENERAL_MIDI, NoteMap, validate_note_map
from pocket_studio.midi.own import (
    COUNT_TICKS,
    LEADS,
    MAX_PLACES,
    Own,
    Place,
    nearest_step,
    own_to_data,
)
from pocket_studio.midi.parts import DRUM_CHANNEL
from pocket_studio.music.grid import (
    BEATS_PER_BAR,
    N_STEPS,
    STRAIGHT,
    TICKS_PER_BEAT,
    TICKS_PER_STEP,
    microtiming_to_ticks,
    step_to_tick,
)
from pocket_studio.music.groove import Groove, Section, validate_tempo
from pocket_studio.music.kit import SIDE_STICK
from pocket_studio.music.ornaments import graces_of

_BAR_TICKS: Final = BEATS_PER_BAR * TICKS_PER_BEAT
_LOOP_TICKS: Final = N_STEPS * TICKS_PER_STEP
_HIT_TICKS: Final = TICKS_PER_STEP // 2
_COUNT_VELOCITIES: Final = (110, 90, 90, 90)


class _Note(NamedTuple):
    """A note to be written: when, velocity 1..127, and the cell it is of, None in a count-in.

    A grace note is of the cell of its hit.
    """

    tick: int
    pitch: int
    velocity: int
    cell: tuple[int, int] | None
    is_grace: bool = False


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
            notes.extend(_notes(section.groove, ticks, pitches, tempo))
            ticks += _LOOP_TICKS
    struck = _struck(notes, ticks)
    swings = {section.groove.swing for section in sections if section.groove.n_hits}
    swing = min(swings, default=STRAIGHT) if len(swings) < 2 else None
    places = _places(struck, swing, pitches)
    graces = tuple((note.tick, *note.cell) for note in struck if note.cell and note.is_grace)
    fits = max(len(places), len(graces)) <= MAX_PLACES
    own = Own(tempo, swing, pitches, lead, *((places, graces) if fits else ()))
    midi = mido.MidiFile(ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    midi.tracks.append(_track((*_timing(own), *markers), ticks))
    midi.tracks.append(_track(_drums(struck, ticks), ticks))
    content = io.BytesIO()
    midi.save(file=content)
    return content.getvalue()


def _notes(groove: Groove, first_tick: int, pitches: NoteMap, tempo_bpm: float) -> Iterator[_Note]:
    """Yield the notes of a groove that starts at `first_tick`; the first may lie before it."""
    first_step = first_tick // TICKS_PER_STEP
    for step, drum in np.argwhere(groove.note).tolist():
        late = microtiming_to_ticks(float(groove.microtiming[step, drum]))
        tick = first_tick + step_to_tick(step, groove.swing) + late
        cell = (first_step + step, drum)
        yield _Note(tick, pitches[drum], _midi(float(groove.velocity[step, drum])), cell)
        for before, velocity in graces_of(groove, step, drum, tempo_bpm):
            early = tick - round(before * TICKS_PER_STEP)
            yield _Note(early, pitches[drum], _midi(velocity), cell, is_grace=True)


def _midi(velocity: float) -> int:
    return min(max(round(velocity * 127), 1), 127)


def _count_in() -> Iterator[_Note]:
    for tick, velocity in zip(COUNT_TICKS, _COUNT_VELOCITIES, strict=True):
        yield _Note(tick, SIDE_STICK, velocity, None)


def _struck(notes: Iterable[_Note], n_ticks: int) -> list[_Note]:
    """Return `notes` in order, the early ones at the end of the loop.

    Of those of one pitch at one tick the loudest, a grace note last: a key goes down once.
    """
    loudest: dict[tuple[int, int], _Note] = {}
    for note in notes:
        if note.tick < 0 and note.cell:
            step, drum = note.cell
            after = step + (0 if note.is_grace else n_ticks // TICKS_PER_STEP)
            note = note._replace(tick=note.tick + n_ticks, cell=(after, drum))
        other = loudest.get((note.tick, note.pitch))
        if other is None or _rank(note) > _rank(other):
            loudest[note.tick, note.pitch] = note
    return [loudest[place] for place in sorted(loudest)]


def _rank(note: _Note) -> tuple[bool, int]:
    return not note.is_grace, note.velocity


def _places(notes: Iterable[_Note], swing: float | None, pitches: NoteMap) -> tuple[Place, ...]:
    """Return the places of those notes that a reader who knows swing and pitches would not find."""
    if swing is None:
        return ()
    return tuple(
        (note.tick, *note.cell)
        for note in notes
        if note.cell
        and not note.is_grace
        and note.cell != (nearest_step(note.tick, swing), pitches.index(note.pitch))
    )


def _timing(own: Own) -> Iterator[_Event]:
    yield 0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(own.tempo_bpm))
    yield 0, mido.MetaMessage("time_signature", numerator=4, denominator=4)
    yield 0, mido.MetaMessage("sequencer_specific", data=own_to_data(own))


def _ends(notes: Sequence[_Note], n_ticks: int) -> Iterator[tuple[int, int, int]]:
    """Yield the end of each note: half a step later, but by the next of its pitch or the file's."""
    next_of = dict.fromkeys((note.pitch for note in notes), n_ticks)
    for tick, pitch, *_ in reversed(notes):
        yield min(tick + _HIT_TICKS, next_of[pitch]), pitch, 0
        next_of[pitch] = tick


def _drums(notes: Sequence[_Note], n_ticks: int) -> Iterator[_Event]:
    yield 0, mido.MetaMessage("track_name", name="Drums")
    yield 0, mido.Message("program_change", channel=DRUM_CHANNEL, program=0)
    # Sorted, so that at one tick a note of a pitch ends before the next one begins.
    begins = (note[:3] for note in notes)
    for tick, pitch, velocity in sorted((*begins, *_ends(notes, n_ticks))):
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
