"""The numpy player plays what the torch modules play."""

import numpy as np
import pytest
import torch
from handmade import TINY

from pocket_studio.model.conditions import one_hot_or_zeros
from pocket_studio.model.config import N_GENRES, PATTERN_CLASSES
from pocket_studio.model.player import Player

pytestmark = pytest.mark.parametrize("window", [0, 3, 5])
CLOSE = {"abs": 2e-5}


@pytest.fixture
def player(model):
    return Player(model)


@pytest.fixture
def template(batch, window):
    return batch.template[window].numpy()


@pytest.fixture
def h_p(player, template):
    return player.skel(template)


@pytest.fixture
def genre(batch, window):
    return one_hot_or_zeros(batch.genre[window], N_GENRES).numpy()


def test_skel(model, batch, window, h_p):
    with torch.no_grad():
        expected = model.skel(batch.template[[window]])[0].numpy()
    assert h_p == pytest.approx(expected, **CLOSE)


def test_notes(model, batch, window, player, template, h_p):
    codes = np.random.default_rng(window).integers(0, TINY.codebook_size, 8)
    with torch.no_grad():
        vectors = model.note.codebook.lookup(torch.from_numpy(codes)[None])
        expected = model.note.decode(vectors, batch.template[[window]], torch.from_numpy(h_p)[None])
        logits = player.decode_notes(codes, template, h_p)
    assert logits == pytest.approx(expected[0].numpy(), **CLOSE)


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_codes(model, window, player, template, genre, h_p, temperature):
    gumbel = np.random.default_rng(window).gumbel(size=(8, TINY.codebook_size)).astype(np.float32)
    with torch.no_grad():
        expected = model.prior.sample(
            *(torch.from_numpy(a)[None] for a in (template, genre, h_p, gumbel)), temperature
        )
    sampled = player.sample_codes(template, genre, h_p, gumbel, temperature)
    assert sampled.tolist() == expected[0].tolist()


def test_expression(model, batch, window, player, genre):
    z = np.random.default_rng(window).standard_normal((2, TINY.z_size)).astype(np.float32)
    conditions = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    patterns = tuple(condition.pattern[window].numpy() for condition in conditions)
    assert [p.shape for p in patterns] == [(32, n) for n in PATTERN_CLASSES.values()]
    with torch.no_grad():
        expected = [
            module.decode(torch.from_numpy(z_).repeat(6, 1), condition)[window].numpy()
            for module, z_, condition in zip((model.vel, model.time), z, conditions, strict=True)
        ]
        given = np.concatenate((model.skel(batch.note)[window].numpy(), genre))
    played = player.decode_expression(tuple(z), batch.note[window].numpy(), patterns, given)
    for values, truth in zip(played, expected, strict=True):
        assert values == pytest.approx(truth, **CLOSE)
