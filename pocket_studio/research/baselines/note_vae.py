"""NOTE as a regular conditional VAE, the "2-step (VAE)" of Table 1."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.note import NoteDecoder, NoteEncoder
from pocket_studio.research.baselines.skel import SkelModule


class NoteVae(nn.Module):
    """NOTE with a Gaussian z_N in R^(8 x 16) in place of the codebook; all else is the same."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.code_size = config.code_size
        self.skel_p = SkelModule(config)
        self.encoder = NoteEncoder(config, 2 * config.code_size)
        self.decoder = NoteDecoder(config)

    def encode(self, note: Tensor, template: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance [B, 8, D] of q(z_N | N, P); both [B, T, 7]."""
        z = self.encoder(note, template, self.skel_p(template))
        mean, logvar = z.chunk(2, -1)
        return mean, logvar.clamp(-10, 10)

    def decode(self, z: Tensor, template: Tensor) -> Tensor:
        """Return the logits [B, T, 7] of N_out from `z` [B, 8, D]."""
        logits: Tensor = self.decoder(z, template, self.skel_p(template))
        return logits

    def sample(self, template: Tensor, generator: torch.Generator) -> Tensor:
        """Return the logits [B, T, 7] of new notes for `template`, from z_N ~ N(0, 1)."""
        z = torch.randn((len(template), N_CODES, self.code_size), generator=generator)
        return self.decode(z, template)
