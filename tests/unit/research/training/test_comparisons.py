from dataclasses import replace

import numpy as np
import pytest
from handmade import DETAILED

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.research.training.comparisons import ANNEALED_SHARE, RECIPES
from pocket_studio.research.training.parts import (
    Part,
    best_weights,
    history,
    phase_of,
    train_part,
)

from .conftest import CONFIG


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        ({"genre_dropout": 1.0, "pattern_dropout": 1.0}, (False, False)),
        ({"genre_dropout": 0.0, "pattern_dropout": 1.0}, (True, False)),
        ({"genre_dropout": 0.3, "pattern_dropout": 0.3}, (True, True)),
    ],
    ids=["nothing", "genre", "both"],
)
def test_what_is_always_hidden_is_hidden_in_validation_too(corpus, tmp_path, hidden, told):
    part = Part("some", "expression", replace(CONFIG, **hidden), 2, DETAILED)
    scored = phase_of(part, corpus, tmp_path).validate()
    genre, patterns = told
    no_genre = np.full_like(corpus.genre, NO_GENRE)
    changed_genre = replace(corpus, genre=no_genre)
    auto = {
        name: np.full_like(getattr(corpus, name), -1)
        for name in ("velocity_pattern", "microtiming_pattern")
    }
    for other, is_told in ((changed_genre, genre), (replace(corpus, **auto), patterns)):
        without = phase_of(part, other, tmp_path).validate()
        assert (scored != without) == is_told


def test_a_batch_without_any_genre_leaves_the_classifier_in_one_piece(corpus, tmp_path):
    """Alone in the last batch, a window without a genre has nothing to be averaged over."""
    part = Part("classifier", "classifier", replace(CONFIG, batch_size=1), 2)
    train_part(part, corpus, tmp_path)
    assert (corpus.genre[corpus.indices(CONFIG.split, "train")] == NO_GENRE).any()
    for row in history(part, tmp_path):
        assert np.isfinite(row["classifier"])
    assert all(tensor.isfinite().all() for tensor in best_weights(part, tmp_path).values())


@pytest.mark.parametrize("kind", ["expression", "note_vae", "one_step"])
def test_what_is_annealed_counts_when_it_has_settled(corpus, tmp_path, kind):
    phase = phase_of(Part("some", kind, CONFIG, 2, DETAILED), corpus, tmp_path)
    assert phase.settled == ANNEALED_SHARE > 0


@pytest.mark.parametrize("kind", ["note", "prior", "classifier"])
def test_what_is_not_annealed_counts_from_the_start(kind):
    assert RECIPES[kind].settled == 0
