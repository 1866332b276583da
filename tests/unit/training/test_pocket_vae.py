from dataclasses import asdict, replace

import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.errors import CheckpointError
from pocket_studio.model.config import ModelConfig
from pocket_studio.training.parts import best_weights
from pocket_studio.training.pocket_vae import pocket_vae_parts, train
from pocket_studio.training.validation import choose_threshold, code_usage

from .conftest import CONFIG


@pytest.fixture(scope="module")
def trained(corpus, cache, unbroken):
    """What `train` makes of a folder in which all parts are finished."""
    return train(corpus, cache, CONFIG, unbroken, DETAILED)


def test_the_parts_are_the_two_steps_and_the_prior_over_the_codes():
    note, expression, prior = pocket_vae_parts(CONFIG, TINY)
    assert [part.kind for part in (note, expression, prior)] == ["note", "expression", "prior"]
    assert [part.epochs for part in (note, expression, prior)] == [3, 2, 2]
    assert prior.codes_of == note
    assert {part.model for part in (note, expression, prior)} == {TINY}


def test_the_checkpoint_is_the_parts_at_their_best(trained, parts, unbroken):
    weights = trained.model.state_dict()
    for part in parts:
        for name, tensor in best_weights(part, unbroken).items():
            assert torch.equal(weights.pop(name), tensor)
    assert not weights
    assert not trained.model.training
    assert trained.model.config == DETAILED


def test_threshold_and_usage_are_measured_on_their_parts_of_the_data(corpus, trained):
    validation, train_ = (corpus.indices("official", part) for part in ("validation", "train"))
    assert trained.note_threshold == choose_threshold(trained.model, corpus, validation)
    assert trained.code_usage == code_usage(trained.model, corpus, train_)


def test_the_checkpoint_says_how_it_was_trained(trained):
    assert trained.training == {
        **asdict(CONFIG),
        "archive_sha256": "made by hand",
        "extra_sha256": "",
        "epochs_run": {"note": 3, "expression": 2, "prior": 2},
    }


@pytest.mark.parametrize(
    ("config", "model"),
    [(replace(CONFIG, seed=6), DETAILED), (CONFIG, TINY), (CONFIG, ModelConfig())],
    ids=["seed", "sizes", "default sizes"],
)
def test_a_run_with_other_settings_is_refused(corpus, cache, unbroken, config, model):
    with pytest.raises(CheckpointError, match="other settings or data"):
        train(corpus, cache, config, unbroken, model)
