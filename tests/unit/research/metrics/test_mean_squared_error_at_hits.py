import pytest

from pocket_studio.research.metrics import UndefinedScoreError, mean_squared_error_at_hits

from .arrays import NOTE, SILENCE, array


def test_it_is_over_the_true_hits():
    note = array((0, 0, 0, 1), (0, 1, 0, 1))
    truth = array((0, 0, 0, 0.5), (0, 1, 0, 1.0))
    value = array((0, 0, 0, 0.7), (0, 1, 0, 0.6), (0, 3, 1, 0.8))  # one is where nobody plays
    assert mean_squared_error_at_hits(truth, value, note) == pytest.approx((0.04 + 0.16) / 2)


def test_without_hits_there_is_no_score():
    with pytest.raises(UndefinedScoreError, match="no hits"):
        mean_squared_error_at_hits(NOTE, NOTE, SILENCE)
