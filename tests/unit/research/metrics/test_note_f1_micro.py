import pytest

from pocket_studio.research.metrics import note_f1_micro

from .arrays import NOTE, OTHER, SILENCE


def test_it_counts_all_cells_together():
    assert note_f1_micro(NOTE, OTHER) == pytest.approx(2 * 1 / (3 + 3))


def test_perfect_and_silent():
    assert note_f1_micro(NOTE, NOTE) == note_f1_micro(SILENCE, SILENCE) == 1.0
    assert note_f1_micro(NOTE, SILENCE) == note_f1_micro(SILENCE, NOTE) == 0.0
