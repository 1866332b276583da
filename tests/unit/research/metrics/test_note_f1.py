import pytest

from pocket_studio.research.metrics import note_f1

from .arrays import NOTE, OTHER, SILENCE


def test_it_is_the_mean_over_sounding_steps():
    # step 0: 2*1/(2+1); step 1: 0; step 2: 0; step 3 is silent in both and left out
    assert note_f1(NOTE, OTHER) == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_perfect_and_silent():
    assert note_f1(NOTE, NOTE) == note_f1(SILENCE, SILENCE) == 1.0
    assert note_f1(NOTE, SILENCE) == note_f1(SILENCE, NOTE) == 0.0
