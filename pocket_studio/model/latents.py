"""What z of VEL and of TIME may be before anything is played: the prior of the conditional VAEs."""

import math
from typing import Final

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES, BeatConfig
from pocket_studio.model.trunk import Trunk

_MOST_BENT: Final = 1.5  # log of the largest scale: keeps the training from running away


class LatentPrior(nn.Module):
    """p(z | conditions): a normal distribution over all numbers of the eight beats, bent.

    The normal one is N(m(conditions), (A^T A)^-1): a drummer's feel goes on from beat to beat, and
    so must what is sampled. Real feels are no ellipsoid, though, and what is decoded from one is
    recognised as such (docs/decisions/0017-beats.md). So couplings, which can be undone, take the
    normal numbers to z (a normalising flow).
    """

    def __init__(self, told_size: int, config: BeatConfig) -> None:
        super().__init__()
        size, heads, dropout = config.expression_size, config.n_heads, config.dropout / 100
        self.context = Trunk(told_size, size, 1, heads, dropout)
        self.mean = nn.Linear(size, config.z_size)
        n = N_CODES * config.z_size
        self.diagonal = nn.Parameter(torch.zeros(n))  # logarithms of A's
        self.below = nn.Parameter(torch.zeros(n, n))  # A below its diagonal
        self.couplings = nn.ModuleList(
            _Coupling(size, config, first=number % 2 == 0) for number in range(config.n_couplings)
        )

    def log_density(self, z: Tensor, told: Tensor) -> Tensor:
        """Return log p(z | conditions) in nats [B], of z [B, 8, z] and the conditions a beat."""
        context = self.context(told)
        stretched = torch.zeros(len(z))
        for coupling in reversed(self._couplings()):
            z, log_scale = coupling.undo(z, context)
            stretched = stretched + log_scale
        root = self.root()
        whitened = (z - self.mean(context)).flatten(1) @ root.T
        normal = whitened.square().sum(1) + root.shape[0] * math.log(2 * math.pi)
        log_p: Tensor = self.diagonal.sum() - 0.5 * normal - stretched
        return log_p

    def sample(
        self, normal: Tensor, plain: Tensor, told: Tensor, guidance: Tensor | float, spread: Tensor
    ) -> Tensor:
        """Return z [B, 8, z] of `normal` random numbers [B, 8, z].

        `plain` and `told` are the conditions a beat without and with the genre, `guidance` how far
        the mean goes from where it is at the one (0) to the other (1) and beyond. What bends it
        goes no further than the other. `spread` is `spread()`.
        """
        n = told.shape[0]
        contexts = self.context(torch.cat([plain, told]))
        means = self.mean(contexts)
        apart = (normal.flatten(1) @ spread.T).view_as(normal)
        z: Tensor = means[:n] + guidance * (means[n:] - means[:n]) + apart
        share = torch.as_tensor(guidance).clamp(max=1)
        context = contexts[:n] + share * (contexts[n:] - contexts[:n])
        for coupling in self._couplings():
            z = coupling(z, context)
        return z

    def root(self) -> Tensor:
        """Return A [8 z, 8 z]; the precision of the normal distribution is A^T A."""
        return self.below.tril(-1) + self.diagonal.exp().diag()

    def spread(self) -> Tensor:
        """Return A^-1 [8 z, 8 z]: times normal numbers it gives how far they are from the mean."""
        root = self.root()
        inverse: Tensor = torch.linalg.solve_triangular(root, torch.eye(len(root)), upper=False)
        return inverse

    def _couplings(self) -> list["_Coupling"]:
        return [each for each in self.couplings if isinstance(each, _Coupling)]


class _Coupling(nn.Module):
    """Moves and scales half of each beat's numbers by what the other half and the conditions say.

    Attention from beat to beat lets all beats have their say.
    """

    def __init__(self, context_size: int, config: BeatConfig, *, first: bool) -> None:
        super().__init__()
        size, heads, dropout = config.coupling_size, config.n_heads, config.dropout / 100
        self.first = first  # which half says; the other one is moved
        self.trunk = Trunk(config.z_size // 2 + context_size, size, 1, heads, dropout)
        self.output = nn.Linear(size, config.z_size)
        nn.init.zeros_(self.output.weight)  # at first nothing is bent
        nn.init.zeros_(self.output.bias)

    def forward(self, z: Tensor, context: Tensor) -> Tensor:
        """Return z [B, 8, z], bent."""
        says, other = self._parted(z)
        shift, log_scale = self._said(says, context)
        return self._joined(says, other * log_scale.exp() + shift)

    def undo(self, z: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Return what was bent to `z`, and how much it was stretched, in nats [B]."""
        says, other = self._parted(z)
        shift, log_scale = self._said(says, context)
        return self._joined(says, (other - shift) * (-log_scale).exp()), log_scale.sum((1, 2))

    def _said(self, half: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        states = self.trunk(torch.cat([half, context], -1))
        shift, log_scale = _split(self.output(states))
        return shift, _MOST_BENT * (log_scale / _MOST_BENT).tanh()

    def _parted(self, z: Tensor) -> tuple[Tensor, Tensor]:
        one, two = _split(z)
        return (one, two) if self.first else (two, one)

    def _joined(self, says: Tensor, other: Tensor) -> Tensor:
        return torch.cat([says, other] if self.first else [other, says], -1)


def _split(numbers: Tensor) -> tuple[Tensor, Tensor]:
    n = numbers.shape[-1] // 2
    return numbers[..., :n], numbers[..., n:]  # a chunk is exported as a sequence
