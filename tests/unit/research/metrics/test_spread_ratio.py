import pytest

from pocket_studio.research.metrics import UndefinedScoreError, spread_ratio

from .arrays import NOTE, SILENCE, VARYING, array


def test_it_is_one_standard_deviation_over_another():
    note = array((0, 0, 0, 1), (0, 1, 0, 1))
    truth = array((0, 0, 0, 0.2), (0, 1, 0, 0.6))  # sd 0.2
    other_note = array((0, 2, 0, 1), (0, 3, 0, 1))
    value = array((0, 2, 0, 0.4), (0, 3, 0, 0.5))  # sd 0.05
    assert spread_ratio(truth, value, note, other_note) == pytest.approx(0.25)
    assert spread_ratio(truth, truth, note, note) == pytest.approx(1.0)


def test_it_is_within_windows():
    note = array((0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 1, 0, 1), n=2)
    truth = array((0, 0, 0, 0.1), (0, 1, 0, 0.3), (1, 0, 0, 0.1), (1, 1, 0, 0.7), n=2)
    # Soft in one window and loud in the other, but flat in both: no spread at all.
    flat = array((0, 0, 0, 0.1), (0, 1, 0, 0.1), (1, 0, 0, 0.9), (1, 1, 0, 0.9), n=2)
    assert spread_ratio(truth, flat, note, note) == pytest.approx(0, abs=1e-6)
    # sds 0.1 and 0.3 of the true values, 0.1 and 0 of these: 0.05 / 0.2
    half = array((0, 0, 0, 0.1), (0, 1, 0, 0.3), (1, 0, 0, 0.9), (1, 1, 0, 0.9), n=2)
    assert spread_ratio(truth, half, note, note) == pytest.approx(0.25)


def test_windows_with_a_single_hit_have_none():
    note = array((0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), n=2)
    truth = array((0, 0, 0, 0.2), (0, 1, 0, 0.6), (1, 0, 0, 0.9), n=2)
    assert spread_ratio(truth, truth, note, note) == pytest.approx(1.0)
    assert spread_ratio(truth, truth / 2, note, note) == pytest.approx(0.5)


def test_where_nothing_varies_there_is_no_score():
    with pytest.raises(UndefinedScoreError, match="do not vary"):
        spread_ratio(NOTE, NOTE, NOTE, NOTE)
    with pytest.raises(UndefinedScoreError, match="no window has two hits"):
        spread_ratio(VARYING, SILENCE, NOTE, SILENCE)
