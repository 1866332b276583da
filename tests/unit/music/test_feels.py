import numpy as np
import pytest
from handmade import groove_of, played_beat

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.feels import RowFeel, with_row_feels
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CLOSED_HAT, DRUMS, KICK, SNARE
from pocket_studio.music.shaping import Edit, shape

FULL = Groove(*(np.full((32, 7), value, np.float32) for value in (1, 0.5, 0)), tempo_bpm=60)
HALF_STEP_MS = 125  # at 60 bpm


def test_an_offset_moves_a_row_by_milliseconds_whatever_the_tempo():
    for tempo_bpm in (60, 120):
        groove = groove_of((0, KICK, 0.5, 0.1), (4, SNARE, 0.5, 0.1), tempo_bpm=tempo_bpm)
        felt = with_row_feels(groove, {"snare": RowFeel(offset_ms=-10)}, 0)
        moved_ms = (felt.microtiming - groove.microtiming) * HALF_STEP_MS * 60 / tempo_bpm
        assert moved_ms[4, SNARE] == pytest.approx(-10, abs=1e-4)
        assert moved_ms[0, KICK] == 0


def test_no_hit_leaves_its_half_step():
    groove = groove_of((0, KICK, 0.5, 0.9), tempo_bpm=240)
    assert with_row_feels(groove, {"kick": RowFeel(30)}, 0).microtiming[0, KICK] == 1


def test_loudness_scales_velocities_which_stay_audible():
    groove = groove_of((0, KICK, 0.5, 0), (4, KICK, 0.8, 0), (4, SNARE, 0.5, 0))
    felt = with_row_feels(groove, {"kick": RowFeel(loudness=1.5)}, 0)
    assert felt.velocity[0, KICK] == 0.75
    assert felt.velocity[4, KICK] == 1
    assert felt.velocity[4, SNARE] == 0.5
    silent = with_row_feels(groove, {"kick": RowFeel(loudness=0)}, 0)
    assert silent.velocity[0, KICK] == pytest.approx(1 / 127)


def test_a_loose_row_strays_both_ways_as_far_as_said_and_the_same_in_a_take():
    feels = dict.fromkeys(DRUMS, RowFeel(looseness=0.5))
    strays = []
    for seed in (0, 1, 8, 2**31 - 1):
        felt = with_row_feels(FULL, feels, seed)
        velocity = felt.velocity - FULL.velocity
        milliseconds = felt.microtiming * HALF_STEP_MS
        for stray, most in ((velocity / 0.2, 0.5), (milliseconds / 20, 0.5)):
            assert np.abs(stray).max() <= most
            assert abs(stray.mean()) < 0.05
            assert stray.std() == pytest.approx(0.5 / np.sqrt(6), rel=0.15)  # of two even shares
            strays.append(stray.ravel())
        assert with_row_feels(FULL, feels, seed) == felt
    unlike = np.abs(np.corrcoef(strays) - np.eye(len(strays)))
    assert unlike.max() < 0.2, "takes, loudness and timing stray each by themselves"


def test_a_feel_comes_after_the_amounts_and_before_edits():
    groove = groove_of((0, KICK, 0.5, 0.4), (4, KICK, 0.5, 0.4), tempo_bpm=60)
    shaped = shape(
        groove,
        microtiming_amount=0,
        row_feels={"kick": RowFeel(offset_ms=12.5)},
        edits=[Edit(4, KICK, 127, 30)],
    )
    assert shaped.microtiming[0, KICK] == pytest.approx(0.1)
    assert (shaped.velocity[4, KICK], shaped.microtiming[4, KICK]) == (1, 0.5)


def test_the_tempo_that_is_played_counts():
    groove = groove_of((0, KICK, 0.5, 0), tempo_bpm=60)
    shaped = shape(groove, row_feels={"kick": RowFeel(offset_ms=12.5)}, tempo_bpm=120)
    assert shaped.microtiming[0, KICK] == pytest.approx(0.2)


@pytest.mark.parametrize(
    "feel", [(31,), (-31,), (0, -0.1), (0, 2.1), (0, 1, 1.1), (float("nan"),), ("8",)]
)
def test_a_feel_out_of_range_is_refused(feel):
    with pytest.raises(InvalidGrooveError, match="a row's"):
        RowFeel(*feel)


def test_a_feel_of_no_drum_is_refused():
    groove = played_beat(1)
    assert groove.note[:, CLOSED_HAT].any()
    with pytest.raises(InvalidGrooveError, match="kick, snare"):
        with_row_feels(groove, {"cowbell": RowFeel(3)}, 0)
