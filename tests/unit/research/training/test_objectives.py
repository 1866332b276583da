from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from handmade import DETAILED, TINY, small_corpus

from pocket_studio.music.kit import KICK, SNARE
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus.batch import batches
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.objectives import (
    expression_loss,
    expression_terms,
    note_terms,
    note_vae_terms,
    one_step_loss,
    one_step_terms,
    prior_terms,
)


def made(kind, config=TINY):
    torch.manual_seed(0)
    return kind(config)


@pytest.fixture
def model():
    return made(PocketVAE)


@pytest.fixture
def detailed():
    return made(PocketVAE, DETAILED)


@pytest.fixture(scope="module")
def batch():
    return next(batches(small_corpus(), np.arange(8), 8))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def zero(*layers):
    with torch.no_grad():
        for layer in layers:
            layer.weight.zero_()
            layer.bias.zero_()


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


# NOTE, equation (3)


def test_note_is_summed_over_cells_in_nats(model, batch):
    zero(model.note.decoder.output)  # every cell at even odds
    terms, _ = note_terms(model, batch, 0.0, seeded())
    assert terms["note"].item() == pytest.approx(224 * log(2), rel=1e-5)


def test_commitment_is_the_squared_distance_to_the_codes(model, batch):
    terms, z = note_terms(model, batch, 0.0, seeded())
    assert not z.requires_grad
    distance = (z - model.note.lookup(model.note.nearest(z))).square().sum() / 8
    assert terms["commitment"].item() == pytest.approx(distance.item(), rel=1e-5)


def test_details_add_the_distance_of_what_is_left(detailed, batch):
    terms, z = note_terms(detailed, batch, 0.0, seeded())
    codes = detailed.note.nearest(z)
    distances = [
        (z - detailed.note.lookup(given)).square().sum().item() / 8
        for given in (codes, codes.without_detail())
    ]
    assert terms["commitment"].item() == pytest.approx(sum(distances), rel=1e-5)


@pytest.mark.parametrize("config", [TINY, DETAILED], ids=["codes", "codes and details"])
def test_the_straight_through_gradient_is_one(batch, config):
    """What reaches z_N is the gradient of the decoder at the codes' vectors."""
    model = made(PocketVAE, config)
    terms, z = note_terms(model, batch, 0.0, seeded())
    terms["note"].backward()
    vectors = model.note.lookup(model.note.nearest(z)).requires_grad_()
    h_p = model.skel_p(batch.template).detach()
    logits = model.note.decoder(vectors, batch.template, h_p)
    error = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, batch.note, reduction="sum"
    )
    (gradient,) = torch.autograd.grad(error / 8, vectors)
    # The encoder's last bias is added to z_N in every beat.
    found = model.note.encoder.convolutions[-1].bias.grad
    assert found.abs().sum() > 0
    assert torch.allclose(found, gradient.sum((0, 1)), atol=1e-5)


def test_dropped_details_are_not_decoded(detailed, batch):
    errors = {
        dropout: note_terms(detailed, batch, dropout, seeded())[0]["note"].item()
        for dropout in (0.0, 0.5, 1.0)
    }
    with torch.no_grad():
        codes = detailed.encode_notes(batch.note, batch.template)
        for dropout, given in ((0.0, codes), (1.0, codes.without_detail())):
            error = torch.nn.functional.binary_cross_entropy_with_logits(
                detailed.decode_notes(given, batch.template), batch.note, reduction="sum"
            )
            assert errors[dropout] == pytest.approx(error.item() / 8, rel=1e-4)
    assert len(set(errors.values())) == 3


def test_note_terms_train_note_and_its_skel_alone(detailed, batch):
    terms, _ = note_terms(detailed, batch, 0.5, seeded())
    (terms["note"] + terms["commitment"]).backward()
    trained = {
        name.partition(".")[0] for name, p in detailed.named_parameters() if p.grad is not None
    }
    assert trained == {"skel_p", "note"}
    assert all(p.grad.abs().sum() > 0 for p in detailed.note.parameters())


# VEL and TIME, equation (4)


def test_velocity_and_microtiming_are_squared_errors_summed_over_hits(model, batch):
    zero(model.vel.output, model.time.output)  # all 0.5, all 0
    terms = expression_terms(model, batch, 1.0, seeded())
    expected = ((batch.velocity - 0.5) * batch.note).square().sum() / 8
    assert terms["velocity"].item() == pytest.approx(expected.item(), rel=1e-5)
    expected = batch.microtiming.square().sum() / 8
    assert terms["microtiming"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_kl_of_a_known_posterior(model, batch):
    def kl():
        return expression_terms(model, batch, 1.0, seeded())["velocity_kl"].item()

    posterior = model.vel.posterior
    zero(posterior)
    assert kl() == 0.0
    with torch.no_grad():
        posterior.bias[: TINY.z_size] = 2.0  # N(2, 1) from N(0, 1): 2^2 / 2 a dimension
    assert kl() == pytest.approx(2 * TINY.z_size)
    with torch.no_grad():
        posterior.bias[: TINY.z_size] = 0.0
        posterior.bias[TINY.z_size :] = log(4)  # variance 4
    assert kl() == pytest.approx(0.5 * (4 - 1 - log(4)) * TINY.z_size, rel=1e-5)


def test_the_expression_loss_is_equations_4_and_5():
    names = ("velocity", "velocity_kl", "microtiming", "microtiming_kl")
    terms = {name: torch.tensor(10.0**power) for power, name in enumerate(names)}
    config = TrainingConfig(beta_velocity=2.0, beta_microtiming=3.0)
    for annealing in (0.0, 0.1):
        expected = 1 + 100 + annealing * (2 * 10 + 3 * 1000)
        assert expression_loss(terms, config, annealing).item() == pytest.approx(expected)


def test_noise_and_forcing_come_from_the_generator(model, batch):
    first, again, other = (expression_terms(model, batch, 0.5, seeded(s)) for s in (1, 1, 2))
    assert same(first, again)
    assert first["velocity"] != other["velocity"]
    told, untold = (expression_terms(model, batch, forcing, seeded()) for forcing in (1.0, 0.0))
    assert told["microtiming"] != untold["microtiming"]


@pytest.mark.parametrize("term", ["velocity", "velocity_kl", "microtiming", "microtiming_kl"])
def test_expression_terms_train_their_own_module(model, batch, term):
    expression_terms(model, batch, 0.5, seeded())[term].backward()
    trained = {name.partition(".")[0] for name, p in model.named_parameters() if p.grad is not None}
    assert trained == {"skel_n", "vel" if "velocity" in term else "time"}


# What is not real


def test_made_up_kick_velocities_do_not_count(model, batch):
    known = batch.velocity_known.clone()
    known[:, KICK] = 0
    masked = replace(batch, velocity_known=known)
    zero(model.vel.output)  # all 0.5
    terms = expression_terms(model, masked, 1.0, seeded())
    others = batch.note.clone()
    others[..., KICK] = 0
    expected = ((batch.velocity - 0.5) * others).square().sum() / 8
    assert terms["velocity"].item() == pytest.approx(expected.item(), rel=1e-5)
    terms["velocity"].backward()
    gradient = model.vel.output.bias.grad
    assert gradient[KICK] == 0
    assert gradient[SNARE] != 0


def test_a_made_up_velocity_changes_no_error(model, batch):
    """With the encoder deaf and nothing told, it could only come in through the error itself."""
    known = batch.velocity_known.clone()
    known[:, KICK] = 0
    louder = batch.velocity.clone()
    louder[..., KICK] = batch.note[..., KICK]
    zero(model.vel.posterior)
    for changed, counts in ((known, False), (batch.velocity_known, True)):
        errors = [
            expression_terms(
                model, replace(batch, velocity=v, velocity_known=changed), 0.0, seeded()
            )["velocity"]
            for v in (batch.velocity, louder)
        ]
        assert (errors[0] != errors[1]) == counts


def test_unreal_microtiming_does_not_count(model, batch):
    known = torch.tensor([1.0, 1, 1, 0, 1, 0, 0, 0])
    zero(model.time.output)  # all 0
    terms = expression_terms(model, replace(batch, microtiming_known=known), 1.0, seeded())
    expected = batch.microtiming[known > 0].square().sum() / 8
    assert terms["microtiming"].item() == pytest.approx(expected.item(), rel=1e-5)
    unreal = replace(batch, microtiming_known=torch.zeros(8))
    terms = expression_terms(model, unreal, 0.5, seeded())
    assert terms["microtiming"].item() == 0
    terms["microtiming"].backward()
    assert not any(p.grad.any() for p in model.time.parameters() if p.grad is not None)
    assert terms["velocity"].item() > 0


# The prior


@pytest.mark.parametrize("config", [TINY, DETAILED], ids=["codes", "codes and details"])
def test_the_prior_starts_at_even_odds_and_is_trained_alone(batch, config):
    model = made(PocketVAE, config)
    zero(model.prior.output)
    if config.detail_size:
        zero(model.prior.detail_output)
    terms = prior_terms(model, batch)
    sizes = {"prior": config.codebook_size, "prior_detail": config.detail_size}
    for name, term in terms.items():
        assert term.item() == pytest.approx(log(sizes[name]), rel=1e-5)
    assert len(terms) == (2 if config.detail_size else 1)
    sum(terms.values()).backward()
    trained = {name.partition(".")[0] for name, p in model.named_parameters() if p.grad is not None}
    assert trained == {"prior"}
    assert model.prior.output.bias.grad.abs().sum() > 0


# Baselines


def test_note_vae_terms(batch):
    model = made(NoteVae)
    zero(model.decoder.output, model.encoder.convolutions[-1])
    terms = note_vae_terms(model, batch, seeded())
    assert terms["note"].item() == pytest.approx(224 * log(2), rel=1e-5)
    assert terms["note_kl"].item() == 0.0
    with torch.no_grad():
        model.encoder.convolutions[-1].bias[: TINY.code_size] = 2.0
    kl = note_vae_terms(model, batch, seeded())["note_kl"].item()
    assert kl == pytest.approx(2 * 8 * TINY.code_size)


def test_one_step_terms(batch):
    model = made(OneStepVae)
    zero(model.output, model.posterior)  # even odds, all 0.5, all 0
    terms = one_step_terms(model, batch, 0.5, seeded())
    assert terms["note"].item() == pytest.approx(224 * log(2), rel=1e-5)
    expected = ((batch.velocity - 0.5) * batch.note).square().sum() / 8
    assert terms["velocity"].item() == pytest.approx(expected.item(), rel=1e-5)
    expected = batch.microtiming.square().sum() / 8
    assert terms["microtiming"].item() == pytest.approx(expected.item(), rel=1e-5)
    assert terms["kl"].item() == 0.0


def test_one_step_terms_leave_out_what_is_not_real(batch):
    model = made(OneStepVae)
    unknown = replace(batch, velocity_known=torch.zeros(8, 7), microtiming_known=torch.zeros(8))
    terms = one_step_terms(model, unknown, 0.5, seeded())
    assert terms["velocity"].item() == terms["microtiming"].item() == 0
    assert terms["note"].item() > 0


def test_the_one_step_loss_weighs_errors_by_the_noise_that_beta_stands_for():
    names = ("note", "velocity", "microtiming", "kl")
    terms = {name: torch.tensor(10.0**power) for power, name in enumerate(names)}
    config = TrainingConfig(beta_velocity=0.5, beta_microtiming=0.25)
    loss = one_step_loss(terms, config, 0.1).item()
    assert loss == pytest.approx(1 + 10 / 0.5 + 100 / 0.25 + 0.1 * 1000)


@pytest.mark.parametrize(
    ("kind", "terms_of"),
    [
        (NoteVae, note_vae_terms),
        (OneStepVae, lambda model, batch, generator: one_step_terms(model, batch, 0.5, generator)),
    ],
    ids=["note_vae", "one_step"],
)
def test_baselines_are_trained_whole_with_the_generators_noise(batch, kind, terms_of):
    model = made(kind)
    first, again, other = (terms_of(model, batch, seeded(s)) for s in (1, 1, 2))
    assert same(first, again)
    assert first["note"] != other["note"]
    sum(first.values()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
