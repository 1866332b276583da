"""A transformer over the eight beats of a loop."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES


class Trunk(nn.Module):
    """Layers of attention from beat to beat, each with a bias a pair of beats and head.

    A `causal` one sees only a beat and those before it.
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
        """Return states [B, 8, size] of `inputs` [B, 8, input_size]."""
        states = (self.project(inputs) + self.place).flatten(0, 1)
        for layer in self.layers:
            states = layer(states)
        normed: Tensor = self.norm(states)
        return normed.view(-1, N_CODES, normed.shape[1])

    def after(self, inputs: Tensor, past: Tensor, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Return the states [B, size] of the next beat, and the past with it in it.

        Beat after beat gives a causal trunk the same states as all beats at once.

        Parameters
        ----------
        inputs : Tensor [B, size]
            What `project` makes of it.
        past : Tensor [layers, 2, B, heads, 8, size / heads]
            Keys and values of the beats before; what is there of the others is not heard.
        beat : Tensor [1] of int
            Which one it is, 0..7.
        """
        states = inputs + self.place.index_select(0, beat)
        heard = []
        layers = [layer for layer in self.layers if isinstance(layer, _Layer)]
        for layer, before in zip(layers, past, strict=True):
            states, so_far = layer.after(states, before, beat)
            heard.append(so_far)
        return self.norm(states), torch.stack(heard)

    def no_past(self, inputs: Tensor) -> Tensor:
        """Return the past of the first beat of `inputs` [B, ...], as `after` takes it."""
        size = self.place.shape[1] // self.n_heads
        shape = (len(self.layers), 2, inputs.shape[0], self.n_heads, N_CODES, size)
        return inputs.new_zeros(shape)


class _Layer(nn.Module):
    blocked: Tensor
    own: Tensor

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
        self.register_buffer("own", torch.eye(N_CODES, dtype=torch.bool), persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        """Return new states [B 8, size] of all beats, rows of one matrix.

        For a linear layer they are one operation.
        """
        query, key, value = self._attending(states, N_CODES)
        return self._fed(states, query, key, value, self.bias + self.blocked)

    def after(self, states: Tensor, past: Tensor, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Return new states [B, size] of one `beat`, and keys and values with it among them.

        Those of the beats before are in `past` [2, B, heads, 8, size / heads].
        """
        query, key, value = self._attending(states, 1)
        here = self.own.index_select(0, beat).unsqueeze(-1)
        past = torch.where(here, torch.stack([key, value]), past)
        bias = (self.bias + self.blocked).index_select(1, beat)
        return self._fed(states, query, past[0], past[1], bias), past

    def _attending(self, states: Tensor, n_beats: int) -> list[Tensor]:
        """Return queries, keys and values [B, heads, n, size / heads]."""
        size, heads = states.shape[1], self.n_heads
        parts = self.attend(self.attention_norm(states))
        parts = parts.view(-1, n_beats, 3 * heads, size // heads).transpose(1, 2)
        # By slices: unpacked, each is exported as three operations.
        return [parts[:, first : first + heads] for first in range(0, 3 * heads, heads)]

    def _fed(
        self, states: Tensor, query: Tensor, key: Tensor, value: Tensor, bias: Tensor
    ) -> Tensor:
        # By hand: an exported scaled_dot_product_attention cannot be flattened again.
        weights = (query @ key.transpose(2, 3) * query.shape[-1] ** -0.5 + bias).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(-1, states.shape[1])
        states = states + self.dropout(self.attended(mixed))
        fed = self.fed(nn.functional.gelu(self.feed(self.feed_norm(states))))
        new: Tensor = states + self.dropout(fed)
        return new


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


def one_hot_or_zeros(classes: Tensor, n_classes: int) -> Tensor:
    """Return `classes` [...] as one-hot vectors [..., n_classes]; -1 (AUTO, no genre) is all 0."""
    return (classes.unsqueeze(-1) == torch.arange(n_classes)).to(torch.float32)
