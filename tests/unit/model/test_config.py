from dataclasses import fields

import pytest
from handmade import TINY

from pocket_studio.model.config import BEAT_SIZE, N_CODES, PATTERN_CLASSES, ModelConfig
from pocket_studio.model.pocket_vae import PocketVAE


def test_the_sizes_of_the_paper():
    config = ModelConfig()
    assert (config.skel_hidden_size, config.skel_size) == (128, 16)
    assert (config.note_hidden_size, config.codebook_size, config.code_size) == (256, 64, 16)
    assert (config.expression_hidden_size, config.z_size) == (256, 64)
    assert (N_CODES, BEAT_SIZE) == (8, 28)
    assert PATTERN_CLASSES == {"velocity": 5, "microtiming": 3}


@pytest.mark.parametrize("name", [field.name for field in fields(ModelConfig)])
@pytest.mark.parametrize("size", [0, -1, 4097, 16.0, "16", True, None])
def test_sizes_out_of_range_are_refused(name, size):
    with pytest.raises(ValueError, match=name):
        ModelConfig(**{name: size})


def test_sizes_reach_the_weights():
    shapes = {name: tuple(t.shape) for name, t in PocketVAE(TINY).state_dict().items()}
    assert shapes["note.codebook.vectors"] == (TINY.codebook_size, TINY.code_size)
    assert shapes["skel.project.weight"] == (TINY.skel_size, 2 * TINY.skel_hidden_size)
    assert shapes["vel.posterior.weight"][0] == 2 * TINY.z_size
    assert shapes["prior.output.weight"] == (TINY.codebook_size, TINY.prior_hidden_size)
