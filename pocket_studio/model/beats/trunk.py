"""A transformer over the eight beats of a loop."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES


class Past:
    """What a layer has heard so far: keys and values [B, heads, n, size / heads]."""

    def __init__(self) -> None:
        self.n_beats = 0
        self._heard: tuple[Tensor, Tensor] | None = None

    def then(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Return all keys and values with those of new beats at the end, and keep them."""
        if self._heard is not None:
            key = torch.cat([self._heard[0], key], 2)
            value = torch.cat([self._heard[1], value], 2)
        self._heard, self.n_beats = (key, value), key.shape[2]
        return key, value


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

    def forward(self, inputs: Tensor, past: list[Past] | None = None) -> Tensor:
        """Return states [B, n, size] of `inputs` [B, n, input_size].

        They are the first n of 8 beats, or those after what is in `past` of each layer of a causal
        trunk, to which they are added: beat after beat gives the same as all at once.
        """
        first = past[0].n_beats if past else 0
        states = self.project(inputs) + self.place[first : first + inputs.shape[1]]
        for number, layer in enumerate(self.layers):
            states = layer(states, past[number] if past else None)
        normed: Tensor = self.norm(states)
        return normed

    def no_past(self) -> list[Past]:
        """Return the past of the first beat."""
        return [Past() for _ in self.layers]


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

    def forward(self, states: Tensor, past: Past | None) -> Tensor:
        n_windows, n_beats, size = states.shape
        parts = self.attend(self.attention_norm(states))
        parts = parts.view(n_windows, n_beats, 3, self.n_heads, size // self.n_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # [B, heads, n, size / heads] each
        first = past.n_beats if past else 0
        if past:
            key, value = past.then(key, value)
        last = first + n_beats
        bias = (self.bias + self.blocked)[:, first:last, :last]
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
