"""The codebook H of the NOTE module (section 3.4.2)."""

import torch
from torch import Tensor, nn

EMA_DECAY = 0.99
DEAD_SHARE = 0.025  # of an even share of the uses, below which a code is restarted
_EPSILON = 1e-5


class Codebook(nn.Module):
    """K vectors of D dimensions, learnt as exponential moving averages of what they encode.

    The average takes the place of the paper's codebook loss (eq. 3). A code that is hardly used
    restarts at a random encoder output of the batch.
    """

    vectors: Tensor
    uses: Tensor
    sums: Tensor
    started: Tensor

    def __init__(self, n_codes: int, code_size: int) -> None:
        super().__init__()
        vectors = torch.randn(n_codes, code_size)
        self.register_buffer("vectors", vectors)
        self.register_buffer("uses", torch.ones(n_codes))
        self.register_buffer("sums", vectors.clone())
        self.register_buffer("started", torch.zeros((), dtype=torch.bool))

    def nearest(self, z: Tensor) -> Tensor:
        """Return the index [B, S] of the code nearest to each vector of `z` [B, S, D]."""
        return self._distances(z).argmin(-1)

    def lookup(self, codes: Tensor) -> Tensor:
        """Return the vectors [B, S, D] of `codes` [B, S]."""
        return self.vectors[codes]

    @torch.no_grad()
    def update(self, z: Tensor, generator: torch.Generator) -> None:
        """Move the codes towards the encoder outputs `z` [B, S, D] that they stand for.

        The first call starts every code at an encoder output, so that none lies where there is no
        data; `generator` chooses where codes restart.
        """
        z = z.flatten(0, 1)
        if not self.started:
            self._restart(torch.ones(len(self.vectors), dtype=torch.bool), z, generator)
            self.started.fill_(value=True)
        one_hot = nn.functional.one_hot(self.nearest(z), len(self.vectors)).to(z)
        self.uses.lerp_(one_hot.sum(0), 1 - EMA_DECAY)
        self.sums.lerp_(one_hot.T @ z, 1 - EMA_DECAY)
        self.vectors.copy_(self.sums / self.uses.clamp_min(_EPSILON).unsqueeze(1))
        dead = self.uses < DEAD_SHARE * self.uses.mean()
        if dead.any():
            self._restart(dead, z, generator)

    def _distances(self, z: Tensor) -> Tensor:
        """Return squared distances [B, S, K], up to what is the same for all codes."""
        return self.vectors.square().sum(1) - 2 * z @ self.vectors.T

    def _restart(self, which: Tensor, z: Tensor, generator: torch.Generator) -> None:
        chosen = torch.randint(len(z), (int(which.sum()),), generator=generator)
        even = self.uses.mean()
        self.vectors[which] = z[chosen]
        self.sums[which] = even * z[chosen]
        self.uses[which] = even
