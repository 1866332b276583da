"""A transformer over the eight beats of a loop."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from numpy.typing import NDArray
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
        self.n_heads = n_heads
        self.project = nn.Linear(input_size, size)
        self.place = nn.Parameter(0.02 * torch.randn(N_CODES, size))
        self.layers = nn.ModuleList(_Layer(size, n_heads, dropout, causal) for _ in range(n_layers))
        self.norm = nn.LayerNorm(size)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return states [B, n, size] of `inputs` [B, n, input_size], the first n of 8 beats."""
        n_beats = inputs.shape[1]
        states = (self.project(inputs) + self.place[:n_beats]).flatten(0, 1)
        for layer in self.layers:
            states, _, _ = layer(states, n_beats, None)
        normed: Tensor = self.norm(states)
        return normed.view(-1, n_beats, normed.shape[1])

    def after(self, inputs: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Return the states [B, n, size] of further beats, and the past with them in it.

        Beat after beat gives a causal trunk the same states as all beats at once.

        Parameters
        ----------
        inputs : Tensor [B, n, size]
            What `project` makes of them.
        past : Tensor [layers, 2, B, heads, n_before, size / heads]
            Keys and values of the beats before.
        """
        first, n_beats = past.shape[4], inputs.shape[1]
        states = (inputs + self.place[first : first + n_beats]).flatten(0, 1)
        heard = []
        for number, layer in enumerate(self.layers):
            states, *pair = layer(states, n_beats, past[number])
            heard.append(torch.stack(pair))
        return self.norm(states).view(inputs.shape[0], n_beats, -1), torch.stack(heard)

    def no_past(self, inputs: Tensor) -> Tensor:
        """Return the past of the first beat of `inputs` [B, ...], as `after` takes it."""
        size = self.place.shape[1] // self.n_heads
        return inputs.new_zeros((len(self.layers), 2, inputs.shape[0], self.n_heads, 0, size))


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

    def forward(
        self, states: Tensor, n_beats: int, past: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return new states [B n, size], and all keys and values [B, heads, n, size / heads].

        Those of the beats before are `past` [2, B, heads, n_before, size / heads]. States are rows
        of one matrix, for which a linear layer is one operation.
        """
        size = states.shape[1]
        parts = self.attend(self.attention_norm(states))
        parts = parts.view(-1, n_beats, 3 * self.n_heads, size // self.n_heads).transpose(1, 2)
        # By slices: unpacked, each is exported as three operations.
        query, key, value = (
            parts[:, first : first + self.n_heads]
            for first in range(0, parts.shape[1], self.n_heads)
        )
        bias = self.bias + self.blocked
        if past is None:
            bias = bias[:, :n_beats, :n_beats]
        else:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
            last = past.shape[3] + n_beats
            bias = bias[:, last - n_beats : last, :last]
        # By hand: an exported scaled_dot_product_attention cannot be flattened again.
        weights = (query @ key.transpose(2, 3) * query.shape[-1] ** -0.5 + bias).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(-1, size)
        states = states + self.dropout(self.attended(mixed))
        fed = self.fed(nn.functional.gelu(self.feed(self.feed_norm(states))))
        return states + self.dropout(fed), key, value


def to_beats(steps: Tensor) -> Tensor:
    """Return `steps` [B, 32, ...] as one vector a beat [B, 8, n]."""
    return steps.reshape(steps.shape[0], N_CODES, -1)  # len() of a tensor exports as a constant


def everywhere(known: Tensor) -> Tensor:
    """Return what is `known` [B, n] of a window at each of its beats [B, 8, n]."""
    return known.unsqueeze(1).expand(-1, N_CODES, -1)


def on_arrays(function: Callable[..., Sequence[Tensor]]) -> Callable[..., list[NDArray[Any]]]:
    """Return `function` of tensors as one of arrays."""

    def call(*arrays: NDArray[Any]) -> list[NDArray[Any]]:
        with torch.inference_mode():
            return [found.numpy() for found in function(*map(torch.from_numpy, arrays))]

    return call
