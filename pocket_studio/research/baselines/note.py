"""NOTE: a conditional VQ-VAE that elaborates a template (section 3.4.2)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pocket_studio.model.codebook import Codebook
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.recurrent import split_start


@dataclass(frozen=True)
class Codes:
    """What NOTE says of two bars, a beat at a time.

    Attributes
    ----------
    codes : Tensor [B, 8] of int
        Indices into the codebook, 0..K-1.
    details : Tensor [B, 8] of int, or None
        Indices into the second codebook, -1 for no detail; None if the model has none.
    """

    codes: Tensor
    details: Tensor | None = None

    def without_detail(self) -> "Codes":
        """Return the codes alone."""
        details = None if self.details is None else torch.full_like(self.details, -1)
        return Codes(self.codes, details)


class NoteEncoder(nn.Module):
    """E_note(N | P, h_p): a bidirectional GRU, then convolutions that take 32 steps to 8 beats."""

    def __init__(self, config: ModelConfig, output_size: int) -> None:
        super().__init__()
        hidden, channels = config.note_hidden_size, config.note_channels
        self.start = nn.Linear(config.skel_size, 2 * hidden)
        self.gru = nn.GRU(2 * N_DRUMS, hidden, batch_first=True, bidirectional=True)
        self.convolutions = nn.Sequential(
            nn.Conv1d(2 * hidden, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv1d(channels, output_size, kernel_size=1),
        )

    def forward(self, note: Tensor, template: Tensor, h_p: Tensor) -> Tensor:
        """Return z_N [B, 8, D] of `note` and `template` [B, T, 7], `h_p` [B, 16]."""
        start = split_start(self.start(h_p), 2)
        states, _ = self.gru(torch.cat([note, template], -1), start)  # [B, T, 2 hidden]
        z: Tensor = self.convolutions(states.transpose(1, 2))  # [B, D, 8]
        return z.transpose(1, 2)


class NoteDecoder(nn.Module):
    """D_note(z_N | P, h_p): the encoder's operations in reverse."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden, channels = config.note_hidden_size, config.note_channels
        self.convolutions = nn.Sequential(
            nn.Conv1d(config.code_size, channels, kernel_size=1),
            nn.ReLU(),
            nn.ConvTranspose1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.start = nn.Linear(config.skel_size, 2 * hidden)
        self.gru = nn.GRU(channels + N_DRUMS, hidden, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * hidden, N_DRUMS)

    def forward(self, z: Tensor, template: Tensor, h_p: Tensor) -> Tensor:
        """Return the logits [B, T, 7] of N_out from z_N or its codes' vectors `z` [B, 8, D]."""
        beats: Tensor = self.convolutions(z.transpose(1, 2))  # [B, channels, T]
        start = split_start(self.start(h_p), 2)
        states, _ = self.gru(torch.cat([beats.transpose(1, 2), template], -1), start)
        logits: Tensor = self.output(states)
        return logits


class NoteModule(nn.Module):
    """Encoder, codebook H and decoder; optionally a second codebook for the first's remainder."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.encoder = NoteEncoder(config, config.code_size)
        self.codebook = Codebook(config.codebook_size, config.code_size)
        self.detail = Codebook(config.detail_size, config.code_size) if config.detail_size else None
        self.decoder = NoteDecoder(config)

    def nearest(self, z: Tensor) -> Codes:
        """Return the codes nearest to `z` [B, 8, D], and the details nearest to what is left."""
        codes = self.codebook.nearest(z)
        if self.detail is None:
            return Codes(codes)
        return Codes(codes, self.detail.nearest(z - self.codebook.lookup(codes)))

    def lookup(self, codes: Codes) -> Tensor:
        """Return the vectors [B, 8, D] that `codes` stand for."""
        vectors = self.codebook.lookup(codes.codes)
        if self.detail is None or codes.details is None:
            return vectors
        given = codes.details.unsqueeze(-1) >= 0
        return vectors + self.detail.lookup(codes.details.clamp_min(0)) * given

    @torch.no_grad()
    def update_codebooks(self, z: Tensor, generator: torch.Generator) -> None:
        """Move the codes towards the encoder outputs `z` [B, 8, D]; see `Codebook.update`."""
        self.codebook.update(z, generator)
        if self.detail is not None:
            # What the moved codes leave: the first update moves all of them to where the data are.
            self.detail.update(z - self.codebook.lookup(self.codebook.nearest(z)), generator)

    def encode(self, note: Tensor, template: Tensor, h_p: Tensor) -> Codes:
        """Return the codes of `note` and `template` [B, T, 7], `h_p` [B, 16]."""
        return self.nearest(self.encoder(note, template, h_p))

    def decode(self, codes: Codes, template: Tensor, h_p: Tensor) -> Tensor:
        """Return the logits [B, T, 7] of N_out."""
        logits: Tensor = self.decoder(self.lookup(codes), template, h_p)
        return logits
