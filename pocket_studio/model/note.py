"""NOTE: a conditional VQ-VAE that elaborates a template (section 3.4.2)."""

import torch
from torch import Tensor, nn

from pocket_studio.kit import N_DRUMS
from pocket_studio.model.codebook import Codebook, Quantized
from pocket_studio.model.config import ModelConfig
from pocket_studio.model.recurrent import split_start


class NoteModule(nn.Module):
    """Encoder E_note(N | P, h_p), codebook H and decoder D_note(z_N | P, h_p).

    Two strided convolutions take 32 steps to 8 codes, a beat each; the decoder reverses them.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden, channels = config.note_hidden_size, config.note_channels
        self.encoder_start = nn.Linear(config.skel_size, 2 * hidden)
        self.encoder_gru = nn.GRU(2 * N_DRUMS, hidden, batch_first=True, bidirectional=True)
        self.encoder_convolutions = nn.Sequential(
            nn.Conv1d(2 * hidden, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv1d(channels, config.code_size, kernel_size=1),
        )
        self.codebook = Codebook(config.codebook_size, config.code_size)
        self.decoder_convolutions = nn.Sequential(
            nn.Conv1d(config.code_size, channels, kernel_size=1),
            nn.ReLU(),
            nn.ConvTranspose1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose1d(channels, channels, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.decoder_start = nn.Linear(config.skel_size, 2 * hidden)
        self.decoder_gru = nn.GRU(channels + N_DRUMS, hidden, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * hidden, N_DRUMS)

    def encode(self, note: Tensor, template: Tensor, h_p: Tensor) -> Tensor:
        """Return z_N [B, 8, D] of `note` and `template` [B, T, 7], `h_p` [B, 16]."""
        start = split_start(self.encoder_start(h_p), 2)
        states, _ = self.encoder_gru(torch.cat([note, template], -1), start)  # [B, T, 2 hidden]
        z: Tensor = self.encoder_convolutions(states.transpose(1, 2))  # [B, D, 8]
        return z.transpose(1, 2)

    def decode(self, quantized: Tensor, template: Tensor, h_p: Tensor) -> Tensor:
        """Return the logits [B, T, 7] of N_out from codes' vectors `quantized` [B, 8, D]."""
        beats: Tensor = self.decoder_convolutions(quantized.transpose(1, 2))  # [B, channels, T]
        start = split_start(self.decoder_start(h_p), 2)
        states, _ = self.decoder_gru(torch.cat([beats.transpose(1, 2), template], -1), start)
        logits: Tensor = self.output(states)
        return logits

    def forward(self, note: Tensor, template: Tensor, h_p: Tensor) -> tuple[Tensor, Quantized]:
        """Reconstruct `note`: the logits [B, T, 7] and what the codebook made of it."""
        quantized = self.codebook(self.encode(note, template, h_p))
        return self.decode(quantized.vectors, template, h_p), quantized
