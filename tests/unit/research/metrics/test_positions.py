import numpy as np

from pocket_studio.research.metrics.positions import METRICAL_POSITIONS, hits_at


def test_each_position_has_the_hits_of_every_fourth_step():
    note, value = (np.zeros((2, 8, 2), np.float32) for _ in range(2))
    hits = ((0, 0, 0, 0.25), (1, 4, 1, 0.5), (0, 3, 0, 0.75), (0, 7, 1, 0.0))
    for window, step, drum, loudness in hits:
        note[window, step, drum], value[window, step, drum] = 1, loudness
    value[1, 1, 1] = 0.9  # no hit
    found = {name: hits_at(value, note, at).tolist() for at, name in enumerate(METRICAL_POSITIONS)}
    assert found == {"1": [0.25, 0.5], "e": [], "&": [], "a": [0.75, 0.0]}
    assert hits_at(value, note, 0).dtype == np.float64
