"""Bars that begin elsewhere than the file says keep every hit, or say which they leave out."""

import mido
import numpy as np
import pytest
from handmade import groove_of, midi_of

from pocket_studio.errors import InvalidMidiError, InvalidRequestError
from pocket_studio.midi import DOWNBEATS, groove_to_midi, open_midi, read_track
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE

LOW, HIGH = DOWNBEATS


def beat(start, n_bars):
    """Kick and snare, a little late, from the step `start` on."""
    steps = range(start, start + 16 * n_bars, 4)
    return [(step + 0.2, (36, 38)[at % 2], 90) for at, step in enumerate(steps)]


def steps_of(track, drum):
    return np.flatnonzero(track.note[:, drum]).tolist()


@pytest.mark.parametrize("downbeat", range(LOW, HIGH + 1))
def test_a_loop_is_turned_and_keeps_all_its_hits(downbeat):
    content = midi_of((0, 36, 100), (4.2, 38, 90), (8, 36, 60), (31, 42, 30), end=32)
    plain, moved = read_track(content), read_track(content, downbeat=downbeat)
    for name in ("note", "velocity", "microtiming"):
        turned = np.roll(getattr(plain, name), -downbeat, axis=0)
        assert np.allclose(getattr(moved, name), turned, atol=1e-6), name
    assert moved.bar_meters == ("4/4", "4/4")
    assert moved.notices == plain.notices


@pytest.mark.parametrize("downbeat", [3, -3])
def test_a_loop_of_one_bar_is_turned_before_it_is_repeated(downbeat):
    track = read_track(midi_of((0, 36, 100), (5, 38, 90), end=16), downbeat=downbeat)
    kick, snare = -downbeat % 16, (5 - downbeat) % 16
    assert (steps_of(track, KICK), steps_of(track, SNARE)) == (
        [kick, kick + 16],
        [snare, snare + 16],
    )


def test_two_bars_that_end_on_no_bar_line_are_a_loop_too():
    track = read_track(midi_of((0, 36, 100), (3, 36, 100), (29, 38, 90)), downbeat=3)
    assert (track.n_bars, steps_of(track, KICK), steps_of(track, SNARE)) == (2, [0, 29], [26])


@pytest.mark.parametrize("late", [1, 3, 7])
def test_a_performance_that_began_late_is_aligned(late):
    track = read_track(midi_of(*beat(late, 4)), downbeat=late)
    plain = read_track(midi_of(*beat(0, 4)))
    assert np.array_equal(track.note, plain.note)
    assert np.allclose(track.microtiming, plain.microtiming, atol=0.01)
    assert track.notices == plain.notices


@pytest.mark.parametrize("early", [1, 3, 8])
def test_a_performance_that_began_early_is_aligned(early):
    track = read_track(midi_of((0, 42, 50), *beat(16 - early, 4)), downbeat=-early)
    assert steps_of(track, CLOSED_HAT) == [early]
    assert steps_of(track, KICK)[0] == 16


def test_what_is_left_out_before_the_downbeat_is_counted():
    track = read_track(midi_of((0, 36, 90), (1, 42, 90), (1, 71, 90), *beat(2, 3)), downbeat=2)
    assert "2 hits before the first downbeat were left out." in track.notices
    assert steps_of(track, KICK)[0] == 0
    # A hit that is early for the downbeat is its own.
    track = read_track(midi_of((1.7, 42, 90), *beat(2, 3)), downbeat=2)
    assert steps_of(track, CLOSED_HAT) == [0]
    assert not any("downbeat" in notice for notice in track.notices)


def test_tempos_move_with_the_notes_and_the_first_holds_from_the_start():
    changes = [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(150), time=480 * 4 + 360),
    ]  # at the start and on step 19
    # Notes are counted from the last change on.
    content = midi_of(*((step, 36, 90) for step in range(0, 40, 4)), meta=changes)
    bars = [read_track(content, downbeat=downbeat).bars for downbeat in (0, 3, -3)]
    tempos = [[bar.tempo_bpm for bar in of][:3] for of in bars]
    assert [tempo[0] for tempo in tempos] == [90, 90, 90]
    assert tempos[1] == [90, 150, 150]


def test_a_file_of_our_own_is_read_as_it_is_heard_when_its_bars_move():
    groove = groove_of((0, KICK, 1, 0), (4, SNARE, 0.8, 0), (7, CLOSED_HAT, 0.5, 0), swing=0.6)
    content = groove_to_midi(groove, 2)
    assert read_track(content).swing == 0.6
    moved = read_track(content, downbeat=4)
    assert moved.swing == 0.5
    assert "Its bars were moved: they were read as they are heard, without a swing." in (
        moved.notices
    )
    assert steps_of(moved, SNARE) == [0, 32]


@pytest.mark.parametrize("downbeat", [LOW - 1, HIGH + 1])
def test_a_downbeat_out_of_bounds_is_refused(downbeat):
    with pytest.raises(InvalidRequestError, match=f"from -8 to 7, not {downbeat}"):
        read_track(midi_of(*beat(0, 4)), downbeat=downbeat)


def test_a_file_that_is_over_before_its_downbeat_is_refused():
    with pytest.raises(InvalidMidiError, match="nothing sounds after the downbeat"):
        read_track(midi_of((0, 36, 90), end=90), downbeat=4)


def test_pitches_that_are_played_as_one_drum_are_named():
    content = midi_of(
        (0, 36, 90), (4, 38, 90), (8, 40, 90), (9, 41, 90), (10, 45, 80), (12, 37, 9), end=32
    )
    assert read_track(content).notices == (
        "Several pitches are played as one drum: snare (37, 38, 40); tom (41, 45).",
    )


def test_a_file_says_its_tempo_or_not():
    said = midi_of((0, 36, 90), meta=[mido.MetaMessage("set_tempo", tempo=400_000)])
    assert [open_midi(content).says_tempo for content in (said, midi_of((0, 36, 90)))] == [
        True,
        False,
    ]
