"""A transformer over the eight beats of a loop."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES


class Trunk(nn.Module):
    """Layers of attention from beat to beat, each with a bias a pair of beats and head.

    A `causal` one sees only the beats before.
    """

    def __init__(
        self,
        input_size: int,
        size: int,
        n_layers: int,
        n_heads: int,
        dropout: float,
        *,
        causal: bool = False,
    ) -> None:
        super().__init__()
        self.project = nn.Linear(input_size, size)
        self.place = nn.Parameter(0.02 * torch.randn(N_CODES, size))
        self.layers = nn.ModuleList(_Layer(size, n_heads, dropout, causal) for _ in range(n_layers))
        self.norm = nn.LayerNorm(size)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return states [B, n, size] of `inputs` [B, n, input_size], the first n of 8 beats."""
        states = self.project(inputs) + self.place[: inputs.shape[1]]
        for layer in self.layers:
            states = layer(states)
        normed: Tensor = self.norm(states)
        return normed


class _Layer(nn.Module):
    blocked: Tensor

    def __init__(self, size: int, n_heads: int, dropout: float, causal: bool) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.attention_norm, self.feed_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.attend, self.attended = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.feed, self.fed = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)
        self.bias = nn.Parameter(torch.zeros(n_heads, N_CODES, N_CODES))
        self.dropout = nn.Dropout(dropout)
        later = torch.ones(N_CODES, N_CODES).triu(1) if causal else torch.zeros(N_CODES, N_CODES)
        self.register_buffer("blocked", -1e9 * later, persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        n_windows, n_beats, size = states.shape
        parts = self.attend(self.attention_norm(states))
        parts = parts.view(n_windows, n_beats, 3, self.n_heads, size // self.n_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # [B, heads, n, size / heads] each
        bias = (self.bias + self.blocked)[:, :n_beats, :n_beats]
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, bias.unsqueeze(0))
        mixed = mixed.transpose(1, 2).reshape(n_windows, n_beats, size)
        states = states + self.dropout(self.attended(mixed))
        fed = self.fed(nn.functional.gelu(self.feed(self.feed_norm(states))))
        result: Tensor = states + self.dropout(fed)
        return result


def to_beats(steps: Tensor) -> Tensor:
    """Return `steps` [B, 32, ...] as one vector a beat [B, 8, n]."""
    return steps.reshape(len(steps), N_CODES, -1)


def everywhere(known: Tensor) -> Tensor:
    """Return what is `known` [B, n] of a window at each of its beats [B, 8, n]."""
    return known.unsqueeze(1).expand(-1, N_CODES, -1)
