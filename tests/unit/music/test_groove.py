from dataclasses import replace

import numpy as np
import pytest
from handmade import groove_of, played_beat, track_of

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove, Section, validate_swing, validate_tempo
from pocket_studio.music.kit import KICK, N_DRUMS, SNARE
from pocket_studio.music.track import Track

HIT = (4, SNARE)


def matrices():
    """One snare: note, velocity and microtiming."""
    values = np.zeros((3, N_STEPS, N_DRUMS))
    values[:, *HIT] = 1.0, 0.5, -0.25
    return values


def test_a_groove_keeps_what_it_is_given():
    groove = Groove(*matrices(), tempo_bpm=96)
    assert (groove.note[HIT], groove.velocity[HIT], groove.microtiming[HIT]) == (1, 0.5, -0.25)
    assert groove.n_hits == 1
    assert groove.tempo_bpm == 96.0
    assert groove.note.dtype == groove.velocity.dtype == groove.microtiming.dtype == np.float32


def test_a_groove_does_not_change_with_the_arrays_it_was_made_from():
    note, velocity, microtiming = matrices()
    groove = Groove(note, velocity, microtiming)
    velocity[HIT] = 0.9
    assert groove.velocity[HIT] == 0.5


@pytest.mark.parametrize("name", ["note", "velocity", "microtiming"])
def test_arrays_are_read_only(name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(Groove(*matrices()), name)[HIT] = 0


def test_fields_are_frozen():
    with pytest.raises(AttributeError):
        Groove(*matrices()).tempo_bpm = 90.0


@pytest.mark.parametrize(
    ("matrix", "cell", "value", "message"),
    [
        (0, HIT, 0.5, "only 0 and 1"),
        (0, HIT, 2, "only 0 and 1"),
        (0, HIT, np.nan, "note must be finite"),
        (1, HIT, np.nan, "velocity must be finite"),
        (2, HIT, np.inf, "microtiming must be finite"),
        (1, HIT, 1.01, "velocity must be in 0..1"),
        (1, HIT, -0.1, "velocity must be in 0..1"),
        (1, HIT, 0.0, "a note must have a velocity above 0"),
        (1, (0, 0), 0.5, "0 where there is no note"),
        (2, (0, 0), 0.5, "0 where there is no note"),
        (2, HIT, 1.01, "microtiming must be in -1..1"),
        (2, HIT, -1.01, "microtiming must be in -1..1"),
    ],
)
def test_values_out_of_range_are_refused(matrix, cell, value, message):
    values = matrices()
    values[matrix, *cell] = value
    with pytest.raises(InvalidGrooveError, match=message):
        Groove(*values)


@pytest.mark.parametrize(
    "note",
    [
        np.zeros((31, 7)),
        np.zeros((32, 8)),
        np.zeros(224),
        np.zeros((1, 32, 7)),
        [["x"] * 7] * 32,
        [[0] * 7, [0]],
        None,
    ],
    ids=["steps", "drums", "flat", "batch", "text", "ragged", "none"],
)
def test_other_shapes_and_types_are_refused(note):
    _, velocity, microtiming = matrices()
    with pytest.raises(InvalidGrooveError, match="note must"):
        Groove(note, velocity, microtiming)


@pytest.mark.parametrize(
    "tempo", [39.9, 240.1, float("nan"), float("inf"), -1, "fast", None, 10**400]
)
def test_tempo_out_of_range_is_refused(tempo):
    with pytest.raises(InvalidGrooveError, match="the tempo must be"):
        Groove(*matrices(), tempo_bpm=tempo)


@pytest.mark.parametrize("tempo", [40, 96.5, 240, np.float32(100)])
def test_tempo_in_range_is_a_float(tempo):
    assert validate_tempo(tempo) == float(tempo)
    assert type(validate_tempo(tempo)) is float


@pytest.mark.parametrize("swing", [0.49, 0.76, float("nan"), -1, "late", None, 10**400])
def test_swing_out_of_range_is_refused(swing):
    with pytest.raises(InvalidGrooveError, match="the swing must be"):
        Groove(*matrices(), swing=swing)


def test_swing_in_range_is_a_float():
    assert Groove(*matrices()).swing == 0.5
    assert [validate_swing(swing) for swing in (0.5, np.float32(0.75))] == [0.5, 0.75]
    assert type(validate_swing(np.float32(0.75))) is float


def test_swing_delays_every_second_sixteenth():
    groove = groove_of((4, SNARE, 0.5, -0.25), (5, SNARE, 0.5, -0.25), (31, KICK, 0.5, 1.0))
    played = [(4, SNARE), (5, SNARE), (31, KICK)]
    assert [groove.position(*hit) for hit in played] == [3.875, 4.875, 31.5]
    swung = replace(groove, swing=0.75)
    assert [swung.position(*hit) for hit in played] == [3.875, 5.375, 32.0]


def test_grooves_are_compared_by_value():
    groove = Groove(*matrices())
    assert groove == Groove(*matrices())
    assert groove != Groove(*matrices(), tempo_bpm=90)
    assert groove != Groove(*matrices(), swing=0.6)
    assert groove != groove_of((*HIT, 0.5, -0.2))
    assert groove != groove_of((*HIT, 0.6, -0.25))
    assert groove != groove_of((5, SNARE, 0.5, -0.25))
    assert groove != "groove"
    with pytest.raises(TypeError):
        hash(groove)


def test_a_track_gives_its_windows():
    first, second = played_beat(1, 96.0), played_beat(2, 96.0)
    track = track_of(first, second, tempo_bpm=96.0)
    assert track.n_steps == 64
    assert track.window(0) == first
    assert track.window(32) == second
    assert np.array_equal(track.window(16).note, track.note[16:48])


@pytest.mark.parametrize(
    ("first_hit", "first_step"), [(0, 0), (15, 0), (16, 16), (37, 32), (63, 32)]
)
def test_first_loop_passes_over_empty_bars(first_hit, first_step):
    values = np.zeros((3, 64, N_DRUMS))
    values[:, first_hit, KICK] = 1.0, 0.5, 0.25
    loop = Track(*values, tempo_bpm=100.0).first_loop()
    assert np.argwhere(loop.note).tolist() == [[first_hit - first_step, KICK]]
    assert loop.tempo_bpm == 100.0


def test_a_track_is_validated_like_a_groove():
    values = matrices()
    values[1, *HIT] = 2.0
    with pytest.raises(InvalidGrooveError, match="velocity"):
        Track(*values, tempo_bpm=100.0)
    with pytest.raises(InvalidGrooveError, match="same shape"):
        Track(matrices()[0], matrices()[1][:16], matrices()[2], tempo_bpm=100.0)


@pytest.mark.parametrize("n_steps", [0, 16, 31, 40])
def test_a_track_has_whole_bars_two_or_more(n_steps):
    with pytest.raises(InvalidGrooveError, match="whole bars"):
        Track(*np.zeros((3, n_steps, N_DRUMS)), tempo_bpm=100.0)


def test_a_tracks_tempo_is_validated():
    with pytest.raises(InvalidGrooveError, match="the tempo"):
        Track(*np.zeros((3, N_STEPS, N_DRUMS)), tempo_bpm=300.0)


def test_a_track_counts_the_hits_of_each_bar():
    values = np.zeros((3, 48, N_DRUMS))
    for cell in ((0, KICK), (15, SNARE), (15, KICK), (32, SNARE)):
        values[:, *cell] = 1.0, 0.5, 0.0
    assert Track(*values, tempo_bpm=100.0).bar_hits == (3, 0, 1)


@pytest.mark.parametrize("repeats", [0, -1, 9, 1.5])
def test_a_section_is_played_one_to_eight_times(repeats):
    assert Section(played_beat(0), 8).repeats == 8
    with pytest.raises(InvalidGrooveError, match="at least once, up to 8 times"):
        Section(played_beat(0), repeats)
