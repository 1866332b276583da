"""What the studio writes as MIDI it reads as it was, and believes the notes before the event."""

import io
import json

import mido
import numpy as np
from handmade import onsets, played_beat, saved
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.midi import (
    GENERAL_MIDI,
    LEADS,
    Section,
    groove_to_midi,
    read_track,
    song_to_midi,
)
from pocket_studio.midi.own import Own, data_to_own, own_to_data
from pocket_studio.music.grid import (
    N_STEPS,
    STEPS_PER_BAR,
    TICKS_PER_STEP,
    microtiming_to_ticks,
    step_to_tick,
)
from pocket_studio.music.groove import MAX_REPEATS
from pocket_studio.music.kit import N_DRUMS

from .strategies import few, grooves, note_maps, swings

leads = st.sampled_from(LEADS)
repeats = st.integers(1, MAX_REPEATS)
BAR = STEPS_PER_BAR * 120


def in_file(grooves, note_map, count_in=False):
    """What a file can hold of a song: {(step, drum): (velocity_midi, ticks)}.

    Of hits of one pitch at one tick the first of the loudest.
    """
    struck = {}
    end = N_STEPS * 120 * len(grooves)
    for first, groove in enumerate(grooves):
        for step, drum in np.argwhere(groove.note).tolist():
            ticks = microtiming_to_ticks(float(groove.microtiming[step, drum]))
            velocity = max(round(float(groove.velocity[step, drum]) * 127), 1)
            tick = first * N_STEPS * 120 + step_to_tick(step, groove.swing) + ticks
            place = tick if count_in else tick % end, note_map[drum]
            if velocity > struck.get(place, (0,))[0]:
                struck[place] = velocity, ticks, first * N_STEPS + step, drum
    return {(step, drum): (velocity, ticks) for velocity, ticks, step, drum in struck.values()}


def cells_of(track):
    return {
        (step, drum): (
            round(float(track.velocity[step, drum]) * 127),
            round(float(track.microtiming[step, drum]) * 60, 4),
        )
        for step, drum in np.argwhere(track.note).tolist()
    }


@few
@given(grooves(min_hits=1, ornamented=True), repeats, leads)
def test_grace_notes_take_no_hit_away(groove, n, lead):
    track = read_track(groove_to_midi(groove, n, lead))
    assert cells_of(track) == in_file([groove] * n, GENERAL_MIDI, lead != "none")
    loop = track.window(0)
    assert (loop.ornament <= groove.ornament).all(), "a note in the way may take one of a drag's"


@few
@given(grooves(min_hits=1, swing=swings), repeats, leads, note_maps)
def test_a_groove_comes_back_as_it_was(groove, n, lead, note_map):
    track = read_track(groove_to_midi(groove, n, lead, note_map))
    assert cells_of(track) == in_file([groove] * n, note_map, lead != "none")
    assert (track.tempo_bpm, track.swing) == (groove.tempo_bpm, groove.swing)
    assert track.n_steps == n * N_STEPS
    assert all("left out" in notice for notice in track.notices)
    assert len(track.notices) == (lead != "none")


@few
@given(grooves(min_hits=1, swing=swings), repeats, leads, note_maps)
def test_a_groove_that_was_read_is_written_as_the_same_file(groove, n, lead, note_map):
    first = groove_to_midi(groove, n, lead, note_map)
    if len(onsets(first)) < n * groove.n_hits:
        return  # hits fell together
    read = read_track(first).window(0)
    assert groove_to_midi(read, n, lead, note_map) == first


@few
@given(st.lists(grooves(min_hits=1), min_size=2, max_size=4), swings, leads, note_maps, st.data())
def test_a_song_of_one_swing_comes_back_as_its_bars(played, swing, lead, note_map, data):
    played = [type(groove)(*_matrices(groove), groove.tempo_bpm, swing) for groove in played]
    repeated = [data.draw(st.integers(1, 3)) for _ in played]
    sections = [Section(*each) for each in zip(played, repeated, strict=True)]
    track = read_track(song_to_midi(sections, lead, note_map))
    in_a_row = [section.groove for section in sections for _ in range(section.repeats)]
    assert cells_of(track) == in_file(in_a_row, note_map, lead != "none")
    assert (track.swing, track.tempo_bpm) == (swing, played[0].tempo_bpm)


def _matrices(groove):
    return groove.note, groove.velocity, groove.microtiming


@few
@given(grooves(min_hits=2, swing=swings), leads, st.data())
def test_edited_notes_win(groove, lead, data):
    """Whatever is done to the notes, every hit that is read is one that is heard."""
    midi = mido.MidiFile(file=io.BytesIO(groove_to_midi(groove, lead=lead)))
    notes = [message for message in midi.tracks[1] if message.type == "note_on"]
    for _ in range(data.draw(st.integers(1, 4))):
        message = data.draw(st.sampled_from(notes))
        if message.velocity:
            message.velocity = data.draw(st.integers(0, 127))
        message.time += data.draw(st.integers(0, 100))
        message.note = data.draw(st.sampled_from([message.note, 36, 42]))
    content = saved(midi)
    heard = {(tick, velocity) for tick, _, velocity, _ in onsets(content)}
    if not heard - {(beat * 480, velocity) for beat in range(4) for velocity in range(128)}:
        return
    track = read_track(content)
    # A crowded hit may be moved by an eighth of a step, which is said.
    moved = TICKS_PER_STEP // 8 if any("moved" in notice for notice in track.notices) else 0
    for (step, _), (velocity, ticks) in cells_of(track).items():
        tick = round(step_to_tick(step, track.swing) + ticks)
        # It may lie behind a lead that was left out, at the end of the loop, or a bar before the
        # one that was repeated.
        away = [0, BAR, track.n_steps * 120]
        if "One bar was repeated to make two." in track.notices:
            away.append(-BAR)
        assert any(
            (tick + each + by, velocity) in heard
            for each in away
            for by in range(-moved, moved + 1)
        )


places = st.tuples(st.integers(0, 9000), st.integers(0, 64), st.integers(0, N_DRUMS - 1))


@few
@given(
    st.floats(40, 240),
    st.none() | st.floats(0.5, 0.75),
    note_maps,
    leads,
    st.lists(places, max_size=5),
)
def test_what_a_file_says_of_itself_comes_back(tempo_bpm, swing, note_map, lead, listed):
    own = Own(tempo_bpm, swing, tuple(note_map), lead, tuple(listed))
    assert data_to_own(own_to_data(own)) == own


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
NAMES = ("version", "tempo_bpm", "swing", "note_map", "lead", "places")


@few
@given(st.dictionaries(st.sampled_from(NAMES), anything, min_size=1))
def test_anything_else_in_its_place_is_passed_over(wrong):
    midi = mido.MidiFile(file=io.BytesIO(groove_to_midi(played_beat(1))))
    (event,) = [each for each in midi.tracks[0] if each.type == "sequencer_specific"]
    tag, _, said = bytes(event.data).partition(b"{")
    changed = {**json.loads(b"{" + said), **wrong}
    event.data = tuple(tag + json.dumps(changed).encode())
    assert read_track(saved(midi)).note.sum() == played_beat(1).n_hits
