"""The losses of equations (3) to (5), each a sum over a window and a mean over the batch."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pocket_studio.model.batch import Batch
from pocket_studio.model.conditions import Conditions, one_hot_or_zeros
from pocket_studio.model.config import N_GENRES
from pocket_studio.model.expression import ExpressionModule
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.config import TrainingConfig


@dataclass(frozen=True)
class Losses:
    """Terms of the loss, each a Tensor [].

    Attributes
    ----------
    note : binary cross-entropy of N_out in nats, summed over 224 cells
    commitment : squared distance of z_N to its codes, summed over 8 x 16
    velocity, microtiming : squared errors summed over the hits
    velocity_kl, microtiming_kl : KL divergence of the posteriors from N(0, 1) in nats
    z_note : encoder outputs [B, 8, D], for the codebook's update
    """

    note: Tensor
    commitment: Tensor
    velocity: Tensor
    microtiming: Tensor
    velocity_kl: Tensor
    microtiming_kl: Tensor
    z_note: Tensor

    def total(self, config: TrainingConfig, annealing: float) -> Tensor:
        """Return equation (5); `annealing` in 0..1 scales the KL weights."""
        return (
            self.note
            + config.commitment * self.commitment
            + self.velocity
            + config.beta_velocity * annealing * self.velocity_kl
            + self.microtiming
            + config.beta_microtiming * annealing * self.microtiming_kl
        )


def losses(model: PocketVAE, batch: Batch, forcing: float, generator: torch.Generator) -> Losses:
    """Return the loss terms of `batch`; `forcing` in 0..1 is the teacher forcing ratio."""
    h_p = model.skel(batch.template)
    z_note = model.note.encode(batch.note, batch.template, h_p)
    quantized = model.note.codebook(z_note)
    logits = model.note.decode(quantized.vectors, batch.template, h_p)
    note = nn.functional.binary_cross_entropy_with_logits(logits, batch.note, reduction="none")
    on_velocity, on_microtiming = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    forced = torch.rand(batch.note.shape[:2], generator=generator) < forcing
    velocity, velocity_kl = _expression(model.vel, batch.velocity, on_velocity, forced, generator)
    microtiming, microtiming_kl = _expression(
        model.time, batch.microtiming, on_microtiming, forced, generator
    )
    return Losses(
        note=note.sum((1, 2)).mean(),
        commitment=quantized.commitment,
        velocity=velocity,
        microtiming=microtiming,
        velocity_kl=velocity_kl,
        microtiming_kl=microtiming_kl,
        z_note=z_note.detach(),
    )


def prior_loss(model: PocketVAE, batch: Batch) -> Tensor:
    """Return the prior's cross-entropy, nats a code; NOTE chooses the codes and stays fixed."""
    with torch.no_grad():
        h_p = model.skel(batch.template)
        codes = model.note.codebook.nearest(model.note.encode(batch.note, batch.template, h_p))
    genre = one_hot_or_zeros(batch.genre, N_GENRES)
    logits = model.prior(codes, batch.template, genre, h_p)
    return nn.functional.cross_entropy(logits.flatten(0, 1), codes.flatten())


def _expression(
    module: ExpressionModule,
    truth: Tensor,
    conditions: Conditions,
    forced: Tensor,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    mean, logvar = module.encode(truth, conditions)
    noise = torch.randn(mean.shape, generator=generator)
    z = mean + noise * (0.5 * logvar).exp()
    error = (module.decode(z, conditions, truth, forced) - truth).square().sum((1, 2)).mean()
    kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum(1).mean()
    return error, kl
