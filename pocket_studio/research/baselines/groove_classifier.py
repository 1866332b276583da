"""A classifier of played grooves: the genre (section 4.2), or whether a human played."""

import torch
from torch import Tensor, nn

from pocket_studio.music.kit import N_DRUMS

HIDDEN_SIZE = 64
N_LAYERS = 2


class GrooveClassifier(nn.Module):
    """Two-layer bidirectional GRU over N, V and M."""

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.gru = nn.GRU(
            3 * N_DRUMS,
            HIDDEN_SIZE,
            num_layers=N_LAYERS,
            batch_first=True,
            bidirectional=True,
            dropout=0.3,
        )
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(2 * HIDDEN_SIZE, n_classes)

    def forward(self, note: Tensor, velocity: Tensor, microtiming: Tensor) -> Tensor:
        """Return the logits [B, n_classes] of grooves given as N, V and M [B, T, 7]."""
        states, _ = self.gru(torch.cat([note, velocity, microtiming], -1))
        logits: Tensor = self.output(self.dropout(states.mean(1)))
        return logits
