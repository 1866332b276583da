"""The losses of equations (3) to (5), each a sum over a window and a mean over the batch.

Each function returns the terms of one step of the cascade. The baselines' follow the same lines:
their weights make every row of Table 1 maximise one evidence lower bound with one noise for
velocity and microtiming (docs/decisions/0012-evaluation.md).
"""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_GENRES
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.research.baselines.conditions import Conditions
from pocket_studio.research.baselines.expression import ExpressionModule
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training.config import TrainingConfig

Terms = dict[str, Tensor]


def note_terms(
    model: PocketVAE, batch: Batch, detail_dropout: float, generator: torch.Generator
) -> tuple[Terms, Tensor]:
    """Return the terms of equation (3), and z_N [B, 8, D] for the codebook's update.

    `note`: binary cross-entropy of N_out in nats, summed over 224 cells; `commitment`: squared
    distance of z_N to its codes (and of what is left to the details), summed over 8 x 16.
    """
    h_p = model.skel_p(batch.template)
    z: Tensor = model.note.encoder(batch.note, batch.template, h_p)
    codes = model.note.nearest(z.detach())
    coarse = model.note.lookup(codes.without_detail())
    commitment = _squared(z - coarse)
    vectors = coarse
    if codes.details is not None:
        full = model.note.lookup(codes)
        commitment = commitment + _squared(z - full)
        dropped = torch.rand((len(z), 1, 1), generator=generator) < detail_dropout
        vectors = torch.where(dropped, coarse, full)
    straight_through = z + (vectors - z).detach()
    logits = model.note.decoder(straight_through, batch.template, h_p)
    return {"note": _note_error(logits, batch), "commitment": commitment}, z.detach()


def expression_terms(
    model: PocketVAE, batch: Batch, forcing: float, generator: torch.Generator
) -> Terms:
    """Return the terms of equation (4).

    `velocity` and `microtiming`: squared errors summed over the hits whose value is known;
    `velocity_kl` and `microtiming_kl`: divergence of the posteriors from N(0, 1) in nats.
    `forcing` in 0..1 is the teacher forcing ratio.
    """
    on_velocity, on_microtiming = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    forced = torch.rand(batch.note.shape[:2], generator=generator) < forcing
    velocity, velocity_kl = _played(model.vel, batch.velocity, on_velocity, forced, generator)
    microtiming, microtiming_kl = _played(
        model.time, batch.microtiming, on_microtiming, forced, generator
    )
    return {
        "velocity": _velocity_error(velocity, batch),
        "velocity_kl": velocity_kl,
        "microtiming": _microtiming_error(microtiming, batch),
        "microtiming_kl": microtiming_kl,
    }


def expression_loss(terms: Terms, config: TrainingConfig, annealing: float) -> Tensor:
    """Return L_vel + L_time of equation (5); `annealing` in 0..1 scales the KL weights."""
    return (
        terms["velocity"]
        + config.beta_velocity * annealing * terms["velocity_kl"]
        + terms["microtiming"]
        + config.beta_microtiming * annealing * terms["microtiming_kl"]
    )


def prior_terms(model: PocketVAE, batch: Batch) -> Terms:
    """Return the prior's cross-entropies, nats a code and nats a detail; NOTE stays fixed."""
    with torch.no_grad():
        codes = model.encode_notes(batch.note, batch.template)
        h_p = model.skel_p(batch.template)
    genre = one_hot_or_zeros(batch.genre, N_GENRES)
    logits, detail_logits = model.prior(codes, batch.template, genre, h_p)
    terms = {"prior": _cross_entropy(logits, codes.codes)}
    if codes.details is not None:
        terms["prior_detail"] = _cross_entropy(detail_logits, codes.details)
    return terms


def note_vae_terms(model: NoteVae, batch: Batch, generator: torch.Generator) -> Terms:
    """Return NOTE's cross-entropy as a regular VAE and its KL divergence, in nats a window."""
    mean, logvar = model.encode(batch.note, batch.template)
    logits = model.decode(_sampled(mean, logvar, generator), batch.template)
    return {"note": _note_error(logits, batch), "note_kl": _kl(mean, logvar)}


def one_step_terms(
    model: OneStepVae, batch: Batch, forcing: float, generator: torch.Generator
) -> Terms:
    """Return the one-step model's errors in N, V and M, and its KL divergence."""
    truth = torch.cat([batch.note, batch.velocity, batch.microtiming], -1)
    mean, logvar = model.encode(truth, batch.template)
    forced = torch.rand(batch.note.shape[:2], generator=generator) < forcing
    z = _sampled(mean, logvar, generator)
    logits, velocity, microtiming = model.decode(z, batch.template, truth, forced)
    return {
        "note": _note_error(logits, batch),
        "velocity": _velocity_error(velocity * batch.note, batch),
        "microtiming": _microtiming_error(microtiming * batch.note, batch),
        "kl": _kl(mean, logvar),
    }


def one_step_loss(terms: Terms, config: TrainingConfig, annealing: float) -> Tensor:
    """Return the bound that the one-step model shares with the two-step rows, in nats.

    Dividing equation (4) by beta shows the Gaussian noise that beta stands for; with the same
    noise, one KL divergence has weight 1.
    """
    return (
        terms["note"]
        + terms["velocity"] / config.beta_velocity
        + terms["microtiming"] / config.beta_microtiming
        + annealing * terms["kl"]
    )


def _played(
    module: ExpressionModule,
    truth: Tensor,
    conditions: Conditions,
    forced: Tensor,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    mean, logvar = module.encode(truth, conditions)
    z = _sampled(mean, logvar, generator)
    return module.decode(z, conditions, truth, forced), _kl(mean, logvar)


def _sampled(mean: Tensor, logvar: Tensor, generator: torch.Generator) -> Tensor:
    return mean + torch.randn(mean.shape, generator=generator) * (0.5 * logvar).exp()


def _kl(mean: Tensor, logvar: Tensor) -> Tensor:
    return 0.5 * (mean.square() + logvar.exp() - 1 - logvar).flatten(1).sum(1).mean()


def _squared(difference: Tensor) -> Tensor:
    return difference.square().sum((1, 2)).mean()


def _note_error(logits: Tensor, batch: Batch) -> Tensor:
    error = nn.functional.binary_cross_entropy_with_logits(logits, batch.note, reduction="none")
    return error.sum((1, 2)).mean()


def _velocity_error(velocity: Tensor, batch: Batch) -> Tensor:
    return _squared((velocity - batch.velocity) * batch.velocity_known.unsqueeze(1))


def _microtiming_error(microtiming: Tensor, batch: Batch) -> Tensor:
    return _squared((microtiming - batch.microtiming) * batch.microtiming_known.view(-1, 1, 1))


def _cross_entropy(logits: Tensor, codes: Tensor) -> Tensor:
    return nn.functional.cross_entropy(logits.flatten(0, 1), codes.flatten())
