import numpy as np
import pytest

from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import N_DRUMS


@pytest.fixture
def make_groove():
    """Return a maker of grooves from hits (step, drum, velocity, microtiming)."""

    def make(*hits, tempo_bpm=120.0):
        matrices = np.zeros((3, N_STEPS, N_DRUMS), np.float32)
        for step, drum, velocity, microtiming in hits:
            matrices[:, step, drum] = 1.0, velocity, microtiming
        return Groove(*matrices, tempo_bpm=tempo_bpm)

    return make
