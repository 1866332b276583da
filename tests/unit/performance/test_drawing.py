import numpy as np
import pytest
import torch
from handmade import TINY_BEATS, played_beat

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.model.trained import checkpoint_of
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.patterns import template_of
from pocket_studio.performance import Studio
from pocket_studio.performance.drawing import random_numbers, said_of, spherical, split_detail


def test_an_arc_keeps_the_length():
    one, other = np.array([2.0, 0, 0], np.float32), np.array([0, 2.0, 0], np.float32)
    middle = spherical(one, other, 0.5)
    assert middle == pytest.approx(np.array([2**0.5, 2**0.5, 0]), abs=1e-6)
    third = spherical(one, other, 1 / 3)
    assert third == pytest.approx(2 * np.array([np.cos(np.pi / 6), 0.5, 0]), abs=1e-6)
    assert middle.dtype == np.float32


def test_the_length_goes_evenly_from_one_to_the_other():
    one, other = np.array([1.0, 0], np.float32), np.array([0, 3.0], np.float32)
    lengths = [np.linalg.norm(spherical(one, other, amount)) for amount in (0, 0.25, 0.5, 1)]
    assert lengths == pytest.approx([1, 1.5, 2, 3])


def test_an_arc_is_exact_at_its_ends():
    random = np.random.default_rng(0)
    for _ in range(20):
        one, other = random.standard_normal((2, 64)).astype(np.float32)
        assert np.array_equal(spherical(one, other, 0), one)
        assert np.array_equal(spherical(one, other, 1), other)
        assert np.array_equal(spherical(one, 2 * one, 1), 2 * one)


@pytest.fixture(scope="module")
def small():
    """A studio whose model has 8 codes and two details of 8 each."""
    torch.manual_seed(0)
    usage = dict.fromkeys((ANY_GENRE, *GENRES), [1 / 8] * 8)
    return Studio(checkpoint_of(BeatPocketVAE(TINY_BEATS), usage, {}))


def test_a_smaller_model_plays_locks_and_swaps(small):
    template = template_of(played_beat(1))
    take = small.groove(template, codes=[None, 7, *[None] * 6], seed=2)
    assert take.codes[1] == 7
    assert all(0 <= detail < 64 for detail in take.details)
    choices = small.code_choices(template, take.codes, take.details, 1, seed=2)
    assert sorted(choice.code for choice in choices) == list(range(8))
    present = next(choice for choice in choices if choice.code == 7)
    assert (present.detail, present.leak) == (take.details[1], (0,) * 8)


def test_a_model_refuses_codes_it_does_not_have(small):
    template = template_of(played_beat(1))
    with pytest.raises(InvalidRequestError, match=r"codes must be 8 whole numbers in 0\.\.7"):
        small.groove(template, codes=[8, *[None] * 7])
    with pytest.raises(InvalidRequestError, match=r"details must be 8 whole numbers in -1\.\.63"):
        small.groove(template, details=[64, *[None] * 7])


def test_one_number_stands_for_both_details():
    assert split_detail(3953, 64, 2) == [61, 49]
    assert split_detail(-1, 64, 2) == [-1, -1]
    said = np.array([[5, 61, 49], [7, -1, -1], [0, 0, 63]])
    codes, details = said_of(said, 64)
    assert codes.tolist() == [5, 7, 0]
    assert details.tolist() == [3953, -1, 63]
    for row, detail in zip(said, details.tolist(), strict=True):
        assert split_detail(detail, 64, 2) == row[1:].tolist()


def test_each_cell_has_its_own_luck():
    gumbel, noise, luck = random_numbers(TINY_BEATS, 5)
    assert gumbel.shape == (8, 3, 8)
    assert noise.shape == (2, 8, 4)
    assert luck.shape == (2, 32, 7)
    assert len(np.unique(luck)) == luck.size
    for one, again, other in zip(
        (gumbel, noise, luck),
        random_numbers(TINY_BEATS, 5),
        random_numbers(TINY_BEATS, 6),
        strict=True,
    ):
        assert np.array_equal(one, again)
        assert np.isclose(one, other).mean() < 0.01  # one in thousands is near by chance
