import numpy as np
import pytest

from pocket_studio.research.metrics import metrical_means


def test_means_by_hand():
    note, value = (np.zeros((2, 8, 2), np.float32) for _ in range(2))
    for window, step, drum, velocity in ((0, 0, 0, 0.2), (1, 4, 1, 0.6), (0, 3, 0, 0.5)):
        note[window, step, drum], value[window, step, drum] = 1, velocity
    note[0, 2, 0] = 1  # a hit whose value is 0 counts
    value[1, 1, 1] = 0.9  # a value without a hit does not
    assert metrical_means(value, note) == [pytest.approx(0.4), None, 0.0, pytest.approx(0.5)]
