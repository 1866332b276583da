import numpy as np
import pytest
import torch
from handmade import TINY, played_beat

from pocket_studio.corpus import ANY_GENRE, GENRES
from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.patterns import template_of
from pocket_studio.performance import Studio
from pocket_studio.performance.drawing import spherical


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
    """A studio whose model has 16 codes and no details."""
    torch.manual_seed(0)
    model = PocketVAE(TINY).eval()
    usage = dict.fromkeys((ANY_GENRE, *GENRES), [1 / 16] * 16)
    return Studio(Checkpoint(model, 0.5, usage, {}))


def test_a_model_without_details_plays_locks_and_swaps(small):
    template = template_of(played_beat(1))
    take = small.groove(template, codes=[None, 15, *[None] * 6], seed=2)
    assert take.codes[1] == 15
    assert take.details == (-1,) * 8
    choices = small.code_choices(template, take.codes, take.details, 1)
    assert len(choices) == 16
    assert {choice.detail for choice in choices} == {-1}
    assert next(choice.leak for choice in choices if choice.code == 15) == (0,) * 8


def test_a_model_refuses_codes_it_does_not_have(small):
    template = template_of(played_beat(1))
    with pytest.raises(InvalidRequestError, match=r"codes must be 8 whole numbers in 0\.\.15"):
        small.groove(template, codes=[16, *[None] * 7])
    with pytest.raises(InvalidRequestError, match="details must be 8 whole numbers in -1"):
        small.groove(template, details=[0, *[None] * 7])
