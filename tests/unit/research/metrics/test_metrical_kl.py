from math import log

import numpy as np
import pytest

from pocket_studio.research.metrics import UndefinedScoreError, mean_metrical_kl, metrical_kl


def kl_case():
    """Two hits at each of the four positions over eight steps; true 0.4 and 0.6, mine else."""
    note, truth, value = (np.zeros((1, 8, 2), np.float32) for _ in range(3))
    note[0, :, 0] = 1
    truth[0, :4, 0], truth[0, 4:, 0] = 0.4, 0.6  # mean 0.5, sd 0.1
    value[0, :4, 0], value[0, 4:, 0] = 0.5, 0.9  # mean 0.7, sd 0.2
    return truth, value, note


def test_distances_by_hand():
    truth, value, note = kl_case()
    expected = log(0.1 / 0.2) + (0.2**2 + 0.2**2) / (2 * 0.1**2) - 0.5
    distances = metrical_kl(truth, value, note, note)
    assert distances == {position: pytest.approx(expected, rel=1e-4) for position in "1e&a"}
    assert mean_metrical_kl(truth, value, note, note) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("step", "position"), [(0, "1"), (1, "e"), (2, "&"), (3, "a")])
def test_each_position_looks_at_every_fourth_step(step, position):
    truth, _, note = kl_case()
    value = truth.copy()
    value[0, step::4, 0] += 0.1
    distances = metrical_kl(truth, value, note, note)
    assert mean_metrical_kl(truth, value, note, note) == pytest.approx(0.5 / 4, rel=1e-4)
    assert distances.pop(position) == pytest.approx(0.1**2 / (2 * 0.1**2), rel=1e-4)
    assert list(distances.values()) == pytest.approx([0, 0, 0], abs=1e-6)


def test_equal_data_have_no_distance():
    random = np.random.default_rng(0)
    note = np.ones((5, 32, 7), np.float32)
    value = random.uniform(0, 1, note.shape).astype(np.float32)
    assert mean_metrical_kl(value, value, note, note) == pytest.approx(0, abs=1e-9)


def test_only_hits_count():
    truth, value, note = kl_case()
    noisy = value.copy()
    noisy[0, :, 1] = 0.123
    assert metrical_kl(truth, noisy, note, note) == metrical_kl(truth, value, note, note)


def test_a_position_needs_two_hits():
    truth, value, note = kl_case()
    note[0, 2, 0] = 0
    with pytest.raises(UndefinedScoreError, match="position & has fewer than two hits"):
        metrical_kl(truth, value, note, note)


def test_true_values_must_vary():
    truth, value, note = kl_case()
    truth[0, 1::4, 0] = 0.5
    with pytest.raises(UndefinedScoreError, match="the true values at position e do not vary"):
        metrical_kl(truth, value, note, note)


def test_values_that_do_not_vary_are_far_and_finite():
    truth, value, note = kl_case()
    value[:] = 0.5
    assert 5 < mean_metrical_kl(truth, value, note, note) < 50
