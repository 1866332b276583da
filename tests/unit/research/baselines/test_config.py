from dataclasses import fields

import pytest
from handmade import DETAILED, TINY

from pocket_studio.model.config import BEAT_SIZE, CLASSES, N_CODES
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.pocket_vae import PocketVAE


def test_the_sizes_of_the_paper():
    config = ModelConfig()
    assert (config.skel_hidden_size, config.skel_size) == (128, 16)
    assert (config.note_hidden_size, config.codebook_size, config.code_size) == (256, 64, 16)
    assert (config.expression_hidden_size, config.z_size) == (256, 64)
    assert (N_CODES, BEAT_SIZE) == (8, 28)
    assert config.detail_size == 0
    assert CLASSES == {"velocity": 5, "microtiming": 3}


NAMES = [field.name for field in fields(ModelConfig)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [-1, 4097, 16.0, "16", True, None])
def test_sizes_out_of_range_are_refused(name, size):
    with pytest.raises(ValueError, match=name):
        ModelConfig(**{name: size})


@pytest.mark.parametrize("name", sorted({*NAMES} - {"detail_size"}))
def test_only_the_second_codebook_may_be_left_out(name):
    with pytest.raises(ValueError, match=rf"{name} must be a whole number in 1\.\.4096"):
        ModelConfig(**{name: 0})


def test_sizes_reach_the_weights():
    shapes = {name: tuple(t.shape) for name, t in PocketVAE(TINY).state_dict().items()}
    assert shapes["note.codebook.vectors"] == (TINY.codebook_size, TINY.code_size)
    assert shapes["skel_p.project.weight"] == shapes["skel_n.project.weight"]
    assert shapes["skel_p.project.weight"] == (TINY.skel_size, 2 * TINY.skel_hidden_size)
    assert shapes["vel.posterior.weight"][0] == 2 * TINY.z_size
    assert shapes["prior.output.weight"] == (TINY.codebook_size, TINY.prior_hidden_size)


def test_a_second_codebook_adds_weights_and_changes_no_shape_but_the_priors_input():
    without, given = (
        {name: tuple(t.shape) for name, t in PocketVAE(config).state_dict().items()}
        for config in (TINY, DETAILED)
    )
    assert {name for name in without if without[name] != given[name]} == {"prior.gru.weight_ih_l0"}
    added = {name.rsplit(".", 1)[0] for name in given.keys() - without.keys()}
    parts = ("detail_embedding", "detail_hidden", "detail_output")
    assert added == {"note.detail", *(f"prior.{part}" for part in parts)}
    assert given["note.detail.vectors"] == (DETAILED.detail_size, DETAILED.code_size)
