import faulthandler
import io

import mido
import numpy as np
import pytest
from handmade import midi_of, onsets, played_beat, saved, spans, without_own
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import (
    GENERAL_MIDI,
    LEADS,
    Section,
    groove_to_midi,
    groove_to_pretty_midi,
    pretty_midi_to_groove,
    read_performance,
    read_track,
    song_to_midi,
)
from pocket_studio.music.grid import STEPS_PER_BAR, TICKS_PER_STEP, step_to_position
from pocket_studio.music.groove import MAX_REPEATS
from pocket_studio.music.kit import CLOSED_HAT

from .strategies import few, grooves, note_maps, swings

REAL = groove_to_midi(played_beat(3))
HANG_S = 120


@pytest.fixture(autouse=True)
def _no_hanging():
    """A reader that never ends takes the whole run down, with its traceback."""
    faulthandler.dump_traceback_later(HANG_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def assume_not_like_swing(groove, repeats=1):
    """Hits half a step early for an eighth are taken for swung sixteenths beside others."""
    n_early = ((groove.note > 0) & (groove.microtiming <= -0.75))[::2].sum()
    n_late = ((groove.note > 0) & (groove.microtiming >= 0.5))[1::2].sum()
    assume(not n_early or repeats * (n_early + n_late) < 2)


def assert_same_but_for_rounding(read, written):
    assert np.array_equal(read.note, written.note)
    assert np.abs(read.velocity - written.velocity).max() <= 1 / 127 + 1e-6
    assert np.abs(read.microtiming - written.microtiming).max() * 60 <= 1 + 1e-3
    assert abs(read.tempo_bpm - written.tempo_bpm) <= 2e-3


@few
@given(grooves(min_hits=1))
def test_groove_to_midi_to_groove(groove):
    assume_not_like_swing(groove)
    track = read_track(without_own(groove_to_midi(groove)))
    assert track.n_steps == 32
    assert track.notices == ()
    assert_same_but_for_rounding(track.window(0), groove)


@few
@given(grooves(min_hits=1))
def test_groove_to_pretty_midi_to_groove(groove):
    assume_not_like_swing(groove)
    assert_same_but_for_rounding(pretty_midi_to_groove(groove_to_pretty_midi(groove)), groove)


@few
@given(grooves(min_hits=1), st.integers(2, 4))
def test_every_repeat_is_the_groove(groove, repeats):
    assume_not_like_swing(groove, repeats)
    track = read_track(without_own(groove_to_midi(groove, repeats)))
    assert track.n_steps == repeats * 32
    for first_step in range(0, track.n_steps, 32):
        assert_same_but_for_rounding(track.window(first_step), groove)


@few
@given(grooves(min_hits=1), st.integers(1, 3))
def test_with_a_pre_roll_the_groove_is_one_bar_later_and_nothing_wraps(groove, repeats):
    assume_not_like_swing(groove, repeats)
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
    st.builds(Section, grooves(swing=swings, ornamented=True), st.integers(1, MAX_REPEATS)),
    min_size=1,
    max_size=3,
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


_POSITIONS = st.floats(0, 100) | st.integers(0, 400).map(lambda quarter: quarter / 4)
_NOTES = st.lists(
    st.tuples(_POSITIONS, st.sampled_from([35, 36, 38, 42, 46, 49, 27, 60]), st.integers(1, 127)),
    min_size=1,
    max_size=60,
)
_METERS = st.lists(
    st.tuples(st.integers(0, 100), st.sampled_from([(4, 4), (3, 4), (2, 4), (7, 8), (1, 4)])),
    max_size=3,
)


@few
@given(_NOTES, _METERS, st.none() | st.integers(0, 8).map(lambda bar: 16 * bar), st.booleans())
@example([(s / 2, 38, 60) for s in range(64)], [], 32, False)
@example([(31.58, 49, 120), (0, 36, 90)], [], None, False)
@example([(s + s % 2 * 0.5, 42, 60) for s in range(32)], [], 32, False)
def test_every_hit_is_in_the_groove_or_counted(notes, meters, end, as_paper):
    notes = sorted(notes)
    content = midi_of(*notes, meta=[], end=None if end is None or end < notes[-1][0] else end)
    midi = mido.MidiFile(file=io.BytesIO(content))
    for step, (numerator, denominator) in meters:
        meter = mido.MetaMessage(
            "time_signature", numerator=numerator, denominator=denominator, time=120 * step
        )
        midi.tracks.append(mido.MidiTrack([meter]))
    content = saved(midi)
    try:
        track = read_performance(content) if as_paper else read_track(content)
    except InvalidMidiError:
        return  # nothing was read, and it was said
    counted = sum(bar.n_hits + bar.n_together + bar.n_outside for bar in track.bars)
    was_repeated = any("One bar was repeated" in remark for remark in track.remarks)
    if was_repeated:
        counted -= track.bars[1].n_hits
    assert counted + track.n_closing == len(notes)
    for bar, described in enumerate(track.bars):
        in_cells = track.note[16 * bar : 16 * (bar + 1)].sum()
        assert in_cells == (described.n_hits if described.is_usable else 0)
        if track.can_start(bar):
            assert_counts_are_said(track, bar)


def assert_counts_are_said(track, bar):
    said = " ".join(track.notices_at(bar))
    two = track.bars[bar : bar + 2]
    n_together, n_outside = (sum(getattr(b, n) for b in two) for n in ("n_together", "n_outside"))
    assert (f"{n_together} hit" in said and "fell into one sixteenth" in said) or not n_together
    assert (f"{n_outside} hit" in said and "outside the seven drums" in said) or not n_outside
    assert f"closing bar with {track.n_closing} hit" in said or not track.n_closing


@few
@given(st.floats(0.5, 0.74), st.data())
def test_swung_sixteenths_stay_on_their_own_steps(swing, data):
    late = data.draw(st.lists(st.floats(-0.1, 0.1), min_size=32, max_size=32))
    notes = [(step_to_position(step, 0.0, swing) + 2 * abs(late[step]) * (step == 0)
              + late[step] * (step > 0), 42, 50 + step) for step in range(32)]  # fmt: skip
    track = read_track(midi_of(*notes, end=32))
    assert track.note[:, CLOSED_HAT].all()
    played = np.round(track.velocity[:, CLOSED_HAT] * 127)
    assert played.tolist() == [50 + step for step in range(32)]
    assert not any(bar.n_together for bar in track.bars)
