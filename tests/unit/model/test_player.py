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


@pytest.mark.parametrize("name", ["velocity", "microtiming"])
def test_expression(model, batch, window, player, genre, name):
    z = np.random.default_rng(window).standard_normal(TINY.z_size).astype(np.float32)
    on_velocity, on_microtiming = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    module, conditions, decode = {
        "velocity": (model.vel, on_velocity, player.decode_velocity),
        "microtiming": (model.time, on_microtiming, player.decode_microtiming),
    }[name]
    with torch.no_grad():
        expected = module.decode(torch.from_numpy(z).repeat(6, 1), conditions)[window].numpy()
        h_n = model.skel(batch.note)[window].numpy()
        note = batch.note[window].numpy()
        pattern = conditions.pattern[window].numpy()
        assert pattern.shape == (32, PATTERN_CLASSES[name])
        assert decode(z, note, pattern, genre, h_n) == pytest.approx(expected, **CLOSE)
