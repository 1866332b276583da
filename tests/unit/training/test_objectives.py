from math import log

import numpy as np
import pytest
import torch
from handmade import TINY, small_corpus

from pocket_studio.model.batch import batches
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.config import TrainingConfig
from pocket_studio.training.objectives import Losses, losses, prior_loss

TERMS = ("note", "commitment", "velocity", "microtiming", "velocity_kl", "microtiming_kl")


@pytest.fixture
def model():
    torch.manual_seed(0)
    return PocketVAE(TINY)


@pytest.fixture(scope="module")
def batch():
    return next(batches(small_corpus(), np.arange(8), 8))


def zero(*parameters):
    with torch.no_grad():
        for parameter in parameters:
            parameter.zero_()


def found(model, batch, forcing=1.0, seed=0):
    return losses(model, batch, forcing, torch.Generator().manual_seed(seed))


def test_note_is_summed_over_cells_in_nats(model, batch):
    zero(model.note.output.weight, model.note.output.bias)  # every cell at even odds
    assert found(model, batch).note.item() == pytest.approx(224 * log(2), rel=1e-5)


def test_velocity_and_microtiming_are_squared_errors_summed_over_hits(model, batch):
    zero(model.vel.output.weight, model.vel.output.bias)  # all 0.5
    zero(model.time.output.weight, model.time.output.bias)  # all 0
    terms = found(model, batch)
    expected = ((batch.velocity - 0.5) * batch.note).square().sum() / 8
    assert terms.velocity.item() == pytest.approx(expected.item(), rel=1e-5)
    assert terms.microtiming.item() == pytest.approx(batch.microtiming.square().sum().item() / 8)


def test_kl_of_a_known_posterior(model, batch):
    zero(model.vel.posterior.weight, model.vel.posterior.bias)
    assert found(model, batch).velocity_kl.item() == 0.0
    with torch.no_grad():
        model.vel.posterior.bias[: TINY.z_size] = 2.0  # N(2, 1) from N(0, 1): 2^2 / 2 a dimension
    assert found(model, batch).velocity_kl.item() == pytest.approx(2 * TINY.z_size)
    with torch.no_grad():
        model.vel.posterior.bias[: TINY.z_size] = 0.0
        model.vel.posterior.bias[TINY.z_size :] = log(4)  # variance 4
    expected = 0.5 * (4 - 1 - log(4)) * TINY.z_size
    assert found(model, batch).velocity_kl.item() == pytest.approx(expected, rel=1e-5)


def test_the_total_is_equation_5():
    terms = Losses(*(torch.tensor(float(10**i)) for i in range(6)), z_note=torch.zeros(0))
    config = TrainingConfig(commitment=0.5, beta_velocity=2.0, beta_microtiming=3.0)
    assert terms.total(config, 0.1).item() == pytest.approx(
        1 + 0.5 * 10 + 100 + 1000 + 0.1 * 2 * 10_000 + 0.1 * 3 * 100_000
    )
    assert terms.total(config, 0.0).item() == pytest.approx(1 + 5 + 100 + 1000)


def test_noise_and_forcing_come_from_the_generator(model, batch):
    first, again, other = (found(model, batch, 0.5, seed) for seed in (1, 1, 2))
    assert first.velocity == again.velocity
    assert first.velocity != other.velocity
    assert first.note == other.note


@pytest.mark.parametrize("term", TERMS)
def test_every_term_has_a_gradient(model, batch, term):
    getattr(found(model, batch), term).backward()
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_prior_loss_starts_at_even_odds_and_trains_the_prior_alone(model, batch):
    zero(model.prior.output.weight, model.prior.output.bias)
    loss = prior_loss(model, batch)
    assert loss.item() == pytest.approx(log(TINY.codebook_size), rel=1e-5)
    loss.backward()
    assert model.prior.output.bias.grad.abs().sum() > 0
    assert all(p.grad is None for p in model.note.parameters())
    assert all(p.grad is None for p in model.skel.parameters())
