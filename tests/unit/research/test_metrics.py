"""Each formula against numbers worked out by hand."""

from math import log

import numpy as np
import pytest

from pocket_studio.research.metrics import (
    area_under_curve,
    mean_metrical_kl,
    mean_squared_error,
    mean_squared_error_at_hits,
    metrical_kl,
    metrical_means,
    note_exact,
    note_f1,
    note_f1_micro,
    spread_ratio,
)


def array(*cells, n=1, n_steps=4, n_drums=2):
    """Make an array [n, 4, 2] of cells (window, step, drum, value)."""
    values = np.zeros((n, n_steps, n_drums), np.float32)
    for *at, value in cells:
        values[tuple(at)] = value
    return values


NOTE = array((0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 1))
VARYING = array((0, 0, 0, 0.2), (0, 0, 1, 0.5), (0, 1, 0, 0.9))
OTHER = array((0, 0, 0, 1), (0, 1, 1, 1), (0, 2, 0, 1))


def test_note_f1_is_the_mean_over_sounding_steps():
    # step 0: 2*1/(2+1); step 1: 0; step 2: 0; step 3 is silent in both and left out
    assert note_f1(NOTE, OTHER) == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_note_f1_micro_counts_all_cells_together():
    assert note_f1_micro(NOTE, OTHER) == pytest.approx(2 * 1 / (3 + 3))


def test_perfect_and_silent_scores():
    silence = np.zeros_like(NOTE)
    for score in (note_f1, note_f1_micro, note_exact):
        assert score(NOTE, NOTE) == 1.0
        assert score(silence, silence) == 1.0
        assert score(NOTE, silence) == 0.0


def test_note_exact_needs_every_cell():
    both = np.concatenate([NOTE, NOTE, NOTE, NOTE])
    guess = np.concatenate([NOTE, OTHER, NOTE, 0 * NOTE])
    assert note_exact(both, guess) == 0.5


def test_mean_squared_errors():
    truth = array((0, 0, 0, 0.5), (0, 1, 0, 1.0))
    value = array((0, 0, 0, 0.7), (0, 1, 0, 0.6), (0, 3, 1, 0.8))
    note = array((0, 0, 0, 1), (0, 1, 0, 1))
    assert mean_squared_error(truth, value) == pytest.approx((0.04 + 0.16 + 0.64) / 8)
    assert mean_squared_error_at_hits(truth, value, note) == pytest.approx((0.04 + 0.16) / 2)


def test_spread_ratio_is_one_standard_deviation_over_another():
    note = array((0, 0, 0, 1), (0, 1, 0, 1))
    truth = array((0, 0, 0, 0.2), (0, 1, 0, 0.6))  # sd 0.2
    other_note = array((0, 2, 0, 1), (0, 3, 0, 1))
    value = array((0, 2, 0, 0.4), (0, 3, 0, 0.5))  # sd 0.05
    assert spread_ratio(truth, value, note, other_note) == pytest.approx(0.25)
    assert spread_ratio(truth, truth, note, note) == pytest.approx(1.0)


def test_spread_is_within_windows():
    note = array((0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 1, 0, 1), n=2)
    truth = array((0, 0, 0, 0.1), (0, 1, 0, 0.3), (1, 0, 0, 0.1), (1, 1, 0, 0.7), n=2)
    # Soft in one window and loud in the other, but flat in both: no spread at all.
    flat = array((0, 0, 0, 0.1), (0, 1, 0, 0.1), (1, 0, 0, 0.9), (1, 1, 0, 0.9), n=2)
    assert spread_ratio(truth, flat, note, note) == pytest.approx(0, abs=1e-6)
    # sds 0.1 and 0.3 of the true values, 0.1 and 0 of these: 0.05 / 0.2
    half = array((0, 0, 0, 0.1), (0, 1, 0, 0.3), (1, 0, 0, 0.9), (1, 1, 0, 0.9), n=2)
    assert spread_ratio(truth, half, note, note) == pytest.approx(0.25)


def test_windows_with_a_single_hit_have_no_spread():
    note = array((0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), n=2)
    truth = array((0, 0, 0, 0.2), (0, 1, 0, 0.6), (1, 0, 0, 0.9), n=2)
    assert spread_ratio(truth, truth, note, note) == pytest.approx(1.0)
    assert spread_ratio(truth, truth / 2, note, note) == pytest.approx(0.5)


def test_metrical_means_by_hand():
    note, value = (np.zeros((2, 8, 2), np.float32) for _ in range(2))
    for window, step, drum, velocity in ((0, 0, 0, 0.2), (1, 4, 1, 0.6), (0, 3, 0, 0.5)):
        note[window, step, drum], value[window, step, drum] = 1, velocity
    note[0, 2, 0] = 1  # a hit whose value is 0 counts
    value[1, 1, 1] = 0.9  # a value without a hit does not
    assert metrical_means(value, note) == [pytest.approx(0.4), None, 0.0, pytest.approx(0.5)]


def test_area_under_curve_counts_ordered_pairs():
    positive = np.array([True, True, False, False, False])
    # Of six pairs: .9 beats all three; .4 beats .1, ties .4 and loses to .5.
    scores = np.array([0.9, 0.4, 0.1, 0.4, 0.5])
    assert area_under_curve(scores, positive) == pytest.approx((3 + 1 + 0.5) / 6)
    assert area_under_curve(-scores, positive) == pytest.approx(1.5 / 6)
    assert area_under_curve(scores, ~positive) == pytest.approx(1.5 / 6)


def test_area_under_curve_from_chance_to_certainty():
    positive = np.arange(10) >= 5
    assert area_under_curve(np.arange(10.0), positive) == 1
    assert area_under_curve(-np.arange(10.0), positive) == 0
    assert area_under_curve(np.zeros(10), positive) == 0.5


@pytest.mark.parametrize("positive", [True, False])
def test_area_under_curve_needs_both_kinds(positive):
    with pytest.raises(ValueError, match="positives and negatives"):
        area_under_curve(np.arange(4.0), np.full(4, positive))


def kl_case():
    """Two hits at each of the four positions over eight steps; true 0.4 and 0.6, mine else."""
    note, truth, value = (np.zeros((1, 8, 2), np.float32) for _ in range(3))
    note[0, :, 0] = 1
    truth[0, :4, 0], truth[0, 4:, 0] = 0.4, 0.6  # mean 0.5, sd 0.1
    value[0, :4, 0], value[0, 4:, 0] = 0.5, 0.9  # mean 0.7, sd 0.2
    return truth, value, note


def test_metrical_kl_by_hand():
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
    assert distances.pop(position) == pytest.approx(0.1**2 / (2 * 0.1**2), rel=1e-4)
    assert list(distances.values()) == pytest.approx([0, 0, 0], abs=1e-6)


def test_kl_of_equal_data_is_zero():
    random = np.random.default_rng(0)
    note = np.ones((5, 32, 7), np.float32)
    value = random.uniform(0, 1, note.shape).astype(np.float32)
    assert mean_metrical_kl(value, value, note, note) == pytest.approx(0, abs=1e-9)


def test_kl_looks_only_at_hits():
    truth, value, note = kl_case()
    noisy = value.copy()
    noisy[0, :, 1] = 0.123
    assert metrical_kl(truth, noisy, note, note) == metrical_kl(truth, value, note, note)


def test_kl_needs_two_hits_a_position():
    truth, value, note = kl_case()
    note[0, 2, 0] = 0
    with pytest.raises(ValueError, match="position & has fewer than two hits"):
        metrical_kl(truth, value, note, note)


def test_kl_needs_true_values_that_vary():
    truth, value, note = kl_case()
    truth[0, 1::4, 0] = 0.5
    with pytest.raises(ValueError, match="the true values at position e do not vary"):
        metrical_kl(truth, value, note, note)


def test_kl_of_values_that_do_not_vary_is_large_and_finite():
    truth, value, note = kl_case()
    value[:] = 0.5
    assert 5 < mean_metrical_kl(truth, value, note, note) < 50


def test_scores_that_have_nothing_to_score_say_so():
    silence = np.zeros_like(NOTE)
    with pytest.raises(ValueError, match="no hits"):
        mean_squared_error_at_hits(NOTE, NOTE, silence)
    with pytest.raises(ValueError, match="do not vary"):
        spread_ratio(NOTE, NOTE, NOTE, NOTE)
    with pytest.raises(ValueError, match="no window has two hits"):
        spread_ratio(VARYING, silence, NOTE, silence)


@pytest.mark.parametrize(
    ("score", "n_arrays"),
    [
        (note_f1, 2),
        (note_f1_micro, 2),
        (note_exact, 2),
        (mean_squared_error, 2),
        (mean_squared_error_at_hits, 3),
        (spread_ratio, 4),
        (metrical_means, 2),
    ],
)
def test_arrays_of_different_shapes_are_refused(score, n_arrays):
    with pytest.raises(ValueError, match="one shape"):
        score(*[NOTE] * (n_arrays - 1), NOTE[:, :2])
    with pytest.raises(ValueError, match="one shape"):
        score(*[NOTE[0]] * n_arrays)
