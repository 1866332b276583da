from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.research.training.recipe import Recipe

from .conftest import CONFIG

WINDOWS = np.arange(3)


def recipe(heard, **others):
    """A recipe for a single layer, whose loss and scores note what they are given."""

    def loss(model, batch, config, progress, generator):
        heard.append((batch, config, progress, generator))
        return model.weight.sum(), {}

    def validate(_model, corpus, windows):
        heard.append((corpus, windows))
        return {"score": 0.0}

    return Recipe(lambda size: nn.Linear(size, 1), lambda m: {"layer": m}, loss, validate, **others)


def test_a_phase_is_the_recipe_of_one_model(corpus):
    heard, generator = [], torch.Generator()
    made = recipe(heard, settled=0.25, weight_decay=0.5)
    model = made.make(3)
    phase = made.phase(model, CONFIG, corpus, WINDOWS, epochs=7)
    assert (phase.epochs, phase.settled, phase.weight_decay) == (7, 0.25, 0.5)
    assert dict(phase.modules) == {"layer": model}
    assert phase.loss("a batch", 0.5, generator)[0] == model.weight.sum()
    assert phase.validate() == {"score": 0.0}
    assert heard == [("a batch", CONFIG, 0.5, generator), (corpus, WINDOWS)]


@pytest.mark.parametrize(
    ("dropout", "hides", "hidden"), [(1, True, True), (1, False, False), (0.9, True, False)]
)
def test_validation_hides_what_training_never_shows(corpus, dropout, hides, hidden):
    heard = []
    made = recipe(heard, hides=hides)
    config = replace(CONFIG, genre_dropout=dropout)
    made.phase(made.make(3), config, corpus, WINDOWS, 1).validate()
    seen, _ = heard[0]
    assert (seen.genre == NO_GENRE).all() == hidden
    assert np.array_equal(seen.velocity_pattern, corpus.velocity_pattern)
