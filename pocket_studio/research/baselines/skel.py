"""SKEL: a template or a note matrix as one small vector (section 3.4.1)."""

from torch import Tensor, nn

from pocket_studio.music.kit import N_DRUMS
from pocket_studio.research.baselines.config import ModelConfig


class SkelModule(nn.Module):
    """Bidirectional GRU whose last states become h_p (of P) or h_n (of N) in R^16."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gru = nn.GRU(N_DRUMS, config.skel_hidden_size, batch_first=True, bidirectional=True)
        self.project = nn.Linear(2 * config.skel_hidden_size, config.skel_size)

    def forward(self, notes: Tensor) -> Tensor:
        """Encode `notes` [B, T, 7], P or N, as [B, 16]."""
        _, last = self.gru(notes)  # [2, B, hidden]
        skel: Tensor = self.project(last.transpose(0, 1).flatten(1))
        return skel
