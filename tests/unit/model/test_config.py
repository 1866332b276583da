from dataclasses import replace

import pytest
from handmade import TINY_BEATS

from pocket_studio.model.config import BeatConfig
from pocket_studio.model.pocket_vae import BeatPocketVAE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"z_size": 0}, "z_size must be a whole number"),
        ({"n_codebooks": 2.0}, "n_codebooks must be a whole number"),
        ({"dropout": 100}, "dropout must be a whole number in 0..99"),
        ({"note_size": 17}, "note_size must be a multiple of n_heads"),
        ({"coupling_size": 9}, "coupling_size must be a multiple of n_heads"),
        ({"z_size": 5}, "z_size must be even"),
        ({"prior_size": 8192}, "prior_size must be a whole number in 1..4096"),
    ],
)
def test_sizes_that_make_no_network_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(TINY_BEATS, **change)


def test_no_dropout_is_a_size_too():
    assert replace(TINY_BEATS, dropout=0).dropout == 0


def test_the_weights_fit_into_32_megabytes():
    weights = BeatPocketVAE(BeatConfig()).state_dict().values()
    assert sum(tensor.numel() * tensor.element_size() for tensor in weights) < 32 * 2**20
