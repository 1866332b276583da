import faulthandler

import numpy as np
import pytest
from handmade import midi_of, onsets, played_beat, spans, without_own
from hypothesis import example, given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import (
    GENERAL_MIDI,
    LEADS,
    Section,
    groove_to_midi,
    groove_to_pretty_midi,
    pretty_midi_to_groove,
    read_track,
    song_to_midi,
)
from pocket_studio.music.grid import STEPS_PER_BAR, TICKS_PER_STEP
from pocket_studio.music.groove import MAX_REPEATS

from .strategies import few, grooves, note_maps, swings

REAL = groove_to_midi(played_beat(3))
HANG_S = 120


@pytest.fixture(autouse=True)
def _no_hanging():
    """A reader that never ends takes the whole run down, with its traceback."""
    faulthandler.dump_traceback_later(HANG_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def assert_same_but_for_rounding(read, written):
    assert np.array_equal(read.note, written.note)
    assert np.abs(read.velocity - written.velocity).max() <= 1 / 127 + 1e-6
    assert np.abs(read.microtiming - written.microtiming).max() * 60 <= 1 + 1e-3
    assert abs(read.tempo_bpm - written.tempo_bpm) <= 2e-3


@few
@given(grooves(min_hits=1))
def test_groove_to_midi_to_groove(groove):
    track = read_track(without_own(groove_to_midi(groove)))
    assert track.n_steps == 32
    assert track.notices == ()
    assert_same_but_for_rounding(track.window(0), groove)


@few
@given(grooves(min_hits=1))
def test_groove_to_pretty_midi_to_groove(groove):
    assert_same_but_for_rounding(pretty_midi_to_groove(groove_to_pretty_midi(groove)), groove)


@few
@given(grooves(min_hits=1), st.integers(2, 4))
def test_every_repeat_is_the_groove(groove, repeats):
    track = read_track(without_own(groove_to_midi(groove, repeats)))
    assert track.n_steps == repeats * 32
    for first_step in range(0, track.n_steps, 32):
        assert_same_but_for_rounding(track.window(first_step), groove)


@few
@given(grooves(min_hits=1), st.integers(1, 3))
def test_with_a_pre_roll_the_groove_is_one_bar_later_and_nothing_wraps(groove, repeats):
    track = read_track(without_own(groove_to_midi(groove, repeats, lead="pre_roll")))
    assert track.n_steps == STEPS_PER_BAR + repeats * 32
    for first_step in range(STEPS_PER_BAR, track.n_steps, 32):
        assert_same_but_for_rounding(track.window(first_step), groove)


@few
@given(grooves(), note_maps)
def test_a_note_map_changes_the_pitches_and_nothing_else(groove, note_map):
    """Of drums that share a pitch and a tick the loudest is written."""
    expected = {}
    for tick, pitch, velocity, _ in onsets(groove_to_midi(groove)):
        place = tick, note_map[GENERAL_MIDI.index(pitch)]
        expected[place] = max(velocity, expected.get(place, 0))
    written = onsets(groove_to_midi(groove, note_map=note_map))
    assert {(tick, pitch): velocity for tick, pitch, velocity, _ in written} == expected
    assert len(written) == len(expected)


songs = st.lists(
    st.builds(Section, grooves(swing=swings), st.integers(1, MAX_REPEATS)), min_size=1, max_size=3
)


@few
@given(songs, st.sampled_from(LEADS), note_maps)
def test_notes_of_one_pitch_never_overlap(sections, lead, note_map):
    content = song_to_midi(sections, lead, note_map)
    written = spans(content)
    assert [(start, pitch) for start, _, pitch in written] == [
        (tick, pitch) for tick, pitch, *_ in onsets(content)
    ]
    assert all(1 <= end - start <= TICKS_PER_STEP // 2 for start, end, _ in written)


@few
@given(grooves())
def test_writing_does_not_change_the_groove(groove):
    before = (groove.note.copy(), groove.velocity.copy(), groove.microtiming.copy())
    assert groove_to_midi(groove) == groove_to_midi(groove)
    for matrix, copy in zip(
        (groove.note, groove.velocity, groove.microtiming), before, strict=True
    ):
        assert np.array_equal(matrix, copy)


def read_or_message(content):
    try:
        return read_track(content)
    except InvalidMidiError as error:
        return str(error)


def assert_track_or_one_line(content):
    """Any content is a valid track or a one-line InvalidMidiError; nothing else escapes."""
    result = read_or_message(content)
    if isinstance(result, str):
        assert len(result.splitlines()) == 1
    else:
        assert result.n_steps >= 32
        assert result.n_steps % 16 == 0
        assert result.first_loop().n_hits >= 1


@few
@given(st.binary(max_size=300))
@example(b"MThd")
@example(b"RIFF")
def test_arbitrary_bytes(content):
    assert_track_or_one_line(content)


@few
@given(st.binary(max_size=300))
def test_arbitrary_bytes_in_a_track(events):
    header = b"MThd" + bytes([0, 0, 0, 6, 0, 0, 0, 1, 1, 0xE0])
    assert_track_or_one_line(header + b"MTrk" + len(events).to_bytes(4, "big") + events)


@few
@given(st.integers(0, len(REAL)))
def test_truncated_file(n_bytes):
    assert_track_or_one_line(REAL[:n_bytes])


@few
@given(
    st.lists(st.tuples(st.integers(0, len(REAL) - 1), st.integers(0, 255)), min_size=1, max_size=12)
)
def test_mutated_file(changes):
    content = bytearray(REAL)
    for position, value in changes:
        content[position] = value
    assert_track_or_one_line(bytes(content))


@few
@given(
    st.lists(
        st.tuples(st.floats(0, 200), st.sampled_from([36, 38, 42, 49]), st.integers(1, 127)),
        min_size=1,
        max_size=8,
    )
)
@example([(32.0, 36, 100)])
@example([(31.9, 36, 100), (47.8, 38, 1)])
def test_any_drum_hits_make_a_track(notes):
    track = read_track(midi_of(*sorted(notes)))
    assert track.first_loop().n_hits >= 1
