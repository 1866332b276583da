import numpy as np

from pocket_studio.research.metrics import note_exact

from .arrays import NOTE, OTHER, SILENCE


def test_it_needs_every_cell():
    both = np.concatenate([NOTE, NOTE, NOTE, NOTE])
    guess = np.concatenate([NOTE, OTHER, NOTE, SILENCE])
    assert note_exact(both, guess) == 0.5


def test_perfect_and_silent():
    assert note_exact(NOTE, NOTE) == note_exact(SILENCE, SILENCE) == 1.0
    assert note_exact(NOTE, SILENCE) == 0.0
