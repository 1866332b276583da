"""VEL and TIME over beats: conditional VAEs of a density for each hit (section 3.4.3)."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from pocket_studio.model.config import (
    BEAT_SIZE,
    BINS,
    CLASSES,
    LIMITS,
    N_CODES,
    N_GENRES,
    RANGES,
    BeatConfig,
)
from pocket_studio.model.latents import LatentPrior
from pocket_studio.model.trunk import Trunk, everywhere, one_hot_or_zeros, to_beats
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import N_DRUMS

LOGVAR_RANGE = (-8.0, 4.0)


@dataclass(frozen=True)
class Conditions:
    """What VEL or TIME is told besides z.

    Attributes
    ----------
    note : Tensor [B, 32, 7]
    pattern : Tensor [B, 32, 7] of int
        A class for each drum, AUTO where unpainted; only hits hear it.
    genre : Tensor [B, 6]
        One-hot, all zero for any genre.
    tempo : Tensor [B]
        As `pocket_vae.tempo_scale` gives it.
    held : Tensor [B, 32, 7] of {0, 1}
        Hits whose values are known beforehand; the others answer them.
    values : Tensor [B, 32, 7]
        The values of the held hits.
    """

    note: Tensor
    pattern: Tensor
    genre: Tensor
    tempo: Tensor
    held: Tensor
    values: Tensor


class ExpressionModule(nn.Module):
    """A conditional VAE of one value a hit: z a beat, and a density over bins for each hit."""

    limits: Tensor
    below: Tensor

    def __init__(self, config: BeatConfig, name: str) -> None:
        super().__init__()
        self.name, self.n_bins = name, BINS[name]
        self.low, self.high = RANGES[name]
        self.z_shape = (N_CODES, config.z_size)
        size, heads, dropout = config.expression_size, config.n_heads, config.dropout / 100
        told = BEAT_SIZE * (3 + CLASSES[name]) + N_GENRES + 1
        self.encoder = Trunk(told + BEAT_SIZE, size, config.encoder_layers, heads, dropout)
        self.posterior = nn.Linear(size, 2 * config.z_size)
        inputs = told + config.z_size
        self.decoder = Trunk(inputs, size, config.decoder_layers, heads, dropout)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(size, BEAT_SIZE * self.n_bins)
        self.prior = LatentPrior(told, config)
        limits = torch.tensor((*LIMITS[name], RANGES[name]))  # AUTO, -1, is the last
        self.register_buffer("limits", limits, persistent=False)
        places = (limits.double().flatten() - self.low) / (self.high - self.low) * self.n_bins
        below = (places.unsqueeze(-1) - torch.arange(self.n_bins)).clamp(0, 1)
        self.register_buffer("below", below, persistent=False)  # how much of each bin is, of 1

    def encode(self, values: Tensor, conditions: Conditions) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance [B, 8, z] of q(z | values, conditions)."""
        inputs = torch.cat([self._told(conditions), to_beats(values)], -1)
        mean, logvar = self.posterior(self.encoder(inputs)).chunk(2, -1)
        return mean, logvar.clamp(*LOGVAR_RANGE)

    def from_posterior(
        self, values: Tensor, conditions: Conditions, random: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Return a sample [B, 8, z] of q(z | values, conditions), and q's log-variance."""
        mean, logvar = self.encode(values, conditions)
        return mean + torch.randn(mean.shape, generator=random) * (0.5 * logvar).exp(), logvar

    def decode(self, z: Tensor, conditions: Conditions) -> Tensor:
        """Return the log-densities [B, 32, 7, bins] of each cell's value, given `z` [B, 8, z]."""
        states = self.decoder(torch.cat([self._told(conditions), z], -1))
        logits: Tensor = self.output(self.dropout(states))
        return logits.view(-1, N_STEPS, N_DRUMS, self.n_bins).log_softmax(-1)

    def divergence(self, z: Tensor, logvar: Tensor, conditions: Conditions) -> Tensor:
        """Return KL(q || prior) in nats [B], estimated at a sample `z` [B, 8, z] of q.

        `logvar` [B, 8, z] is q's log-variance, which says its entropy.
        """
        entropy = 0.5 * (logvar + 1 + math.log(2 * math.pi)).sum((1, 2))
        nats: Tensor = -entropy - self.prior.log_density(z, self._told(conditions))
        return nats

    def from_prior(
        self,
        normal: Tensor,
        conditions: Conditions,
        guidance: Tensor | float = 1.0,
        spread: Tensor | None = None,
    ) -> Tensor:
        """Return z [B, 8, z] of `normal` random numbers [B, 8, z].

        `guidance` is how far its mean goes from where it is without the genre (0) to where it is
        with it (1) and beyond; `spread` is `prior.spread()`, where it is at hand.
        """
        spread = self.prior.spread() if spread is None else spread
        untold = replace(conditions, genre=torch.zeros_like(conditions.genre))
        told = self._told(conditions)
        return self.prior.sample(normal, self._told(untold), told, guidance, spread)

    def bin_of(self, values: Tensor) -> Tensor:
        """Return which bin each of `values` is in."""
        scaled = (values - self.low) / (self.high - self.low) * self.n_bins
        return scaled.long().clamp(0, self.n_bins - 1)

    def mean_of(self, log_density: Tensor) -> Tensor:
        """Return the means [B, 32, 7] of `log_density` [B, 32, 7, bins]."""
        places = (torch.arange(self.n_bins) + 0.5) / self.n_bins
        return self.low + (self.high - self.low) * (log_density.exp() @ places)

    def sample(self, log_density: Tensor, noise: Tensor, pattern: Tensor) -> Tensor:
        """Return values [B, 32, 7] of hits whose luck is `noise` [B, 32, 7].

        A normal number is as far up its own distribution as the value is up the density, which is
        cut to the class that `pattern` asks for: 0 is the median. Where an edit elsewhere hardly
        changes the density, it hardly changes the value.
        """
        density = log_density.exp().double()
        density = density / density.sum(-1, keepdim=True)
        asked = pattern.where(pattern >= 0, CLASSES[self.name])  # AUTO is the last
        low, high = nn.functional.embedding(asked, self.limits.double()).unbind(-1)
        below = density @ self.below.T  # [B, 32, 7, 2 limits of each class]
        first = below.gather(-1, 2 * asked.unsqueeze(-1))
        last = below.gather(-1, 2 * asked.unsqueeze(-1) + 1)
        luck = torch.special.ndtr(noise).double()  # ONNX Runtime has no erf of doubles
        share = first + luck.unsqueeze(-1) * (last - first)
        upto = density.cumsum(-1)
        index = (upto < share).sum(-1, keepdim=True).clamp(max=self.n_bins - 1)
        inside = density.gather(-1, index)
        part = 1 - (upto.gather(-1, index) - share) / inside.clamp_min(1e-12)
        place = (index + part.clamp(0, 1)).squeeze(-1) / self.n_bins
        value = self.low + (self.high - self.low) * place
        if self.name == "velocity":  # 94% of the training hits in the top bin are the loudest
            value = torch.where(place > 1 - 1 / self.n_bins, self.high, value)
        limited: Tensor = value.maximum(low).minimum(high).float()
        return limited

    def _told(self, conditions: Conditions) -> Tensor:
        """Return the conditions as one vector a beat."""
        note, held = conditions.note, conditions.held * conditions.note
        pattern = one_hot_or_zeros(conditions.pattern, CLASSES[self.name]) * note.unsqueeze(-1)
        known = torch.cat([conditions.genre, conditions.tempo.unsqueeze(-1)], -1)
        steps = (note, held, conditions.values * held, pattern)
        return torch.cat([*map(to_beats, steps), everywhere(known)], -1)
