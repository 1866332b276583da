import numpy as np
import pytest

from pocket_studio.research.metrics import UndefinedScoreError, area_under_curve


def test_ordered_pairs_are_counted():
    positive = np.array([True, True, False, False, False])
    # Of six pairs: .9 beats all three; .4 beats .1, ties .4 and loses to .5.
    scores = np.array([0.9, 0.4, 0.1, 0.4, 0.5])
    assert area_under_curve(scores, positive) == pytest.approx((3 + 1 + 0.5) / 6)
    assert area_under_curve(-scores, positive) == pytest.approx(1.5 / 6)
    assert area_under_curve(scores, ~positive) == pytest.approx(1.5 / 6)


def test_from_chance_to_certainty():
    positive = np.arange(10) >= 5
    assert area_under_curve(np.arange(10.0), positive) == 1
    assert area_under_curve(-np.arange(10.0), positive) == 0
    assert area_under_curve(np.zeros(10), positive) == 0.5


@pytest.mark.parametrize("positive", [True, False])
def test_both_kinds_are_needed(positive):
    with pytest.raises(UndefinedScoreError, match="positives and negatives"):
        area_under_curve(np.arange(4.0), np.full(4, positive))


def test_what_is_no_list_of_scores_is_refused():
    positive = np.array([True, False])
    for scores in (np.arange(3.0), np.zeros((2, 1))):
        with pytest.raises(ValueError, match="one shape"):
            area_under_curve(scores, positive)
    with pytest.raises(ValueError, match="finite"):
        area_under_curve(np.array([0.5, np.nan]), positive)
