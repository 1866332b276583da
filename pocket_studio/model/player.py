"""The model's sequential parts for one take at a time, in numpy.

A take is hundreds of small steps that each wait for the last. At a batch of one, torch spends as
long on starting its operations as on the products; numpy starts them three times as fast, which is
what keeps an edit within the blink (benchmarks/groove_latency.py). The results are those of the
torch modules up to rounding, and a test holds them to that.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pocket_studio.kit import N_DRUMS
from pocket_studio.model.config import N_CODES
from pocket_studio.model.expression import ExpressionModule
from pocket_studio.model.note import NoteModule
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.model.prior import CodePrior
from pocket_studio.model.recurrent import Cell, cells
from pocket_studio.model.skel import SkelModule

Array = NDArray[np.float32]


class Player:
    """A PocketVAE that plays single takes. Arrays have no batch axis."""

    def __init__(self, model: PocketVAE) -> None:
        self.skel = _Skel(model.skel)
        self.decode_notes = _NoteDecoder(model.note)
        self.sample_codes = _CodeSampler(model.prior)
        self.decode_velocity = _ExpressionDecoder(model.vel)
        self.decode_microtiming = _ExpressionDecoder(model.time)


class _Linear:
    def __init__(self, layer: nn.Linear) -> None:
        self.weight = _array(layer.weight.T)
        self.bias = _array(layer.bias)

    def __call__(self, inputs: Array) -> Array:
        return inputs @ self.weight + self.bias


class _GRUCell:
    """One direction of one GRU layer.

    The weights of the reset and update gates are halved, as sigmoid(x) = tanh(x / 2) / 2 + 1 / 2.
    """

    def __init__(self, cell: Cell) -> None:
        weight_in, weight, bias_in, bias = (_array(parameter).T.copy() for parameter in cell)
        self.size = len(weight)
        opened = slice(0, 2 * self.size)
        for parameter in (weight_in, weight, bias_in, bias):
            parameter[..., opened] *= 0.5
        self.weight_in, self.weight = weight_in, weight
        self.bias_in = bias_in
        self.bias_in[opened] += bias[opened]
        self.bias_new = bias[2 * self.size :]

    def gates(self, inputs: Array) -> Array:
        """Return what `inputs` [..., in] add to the gates [..., 3 hidden]."""
        return inputs @ self.weight_in + self.bias_in

    def step(self, gates: Array, state: Array) -> Array:
        """Return the state [hidden] after one step with input `gates` [3 hidden]."""
        size = self.size
        recurrent = state @ self.weight
        opened = np.tanh(gates[: 2 * size] + recurrent[: 2 * size])
        opened *= 0.5
        opened += 0.5
        candidate = recurrent[2 * size :] + self.bias_new
        candidate *= opened[:size]
        candidate += gates[2 * size :]
        np.tanh(candidate, out=candidate)
        new: Array = candidate + opened[size:] * (state - candidate)
        return new

    def run(self, inputs: Array, state: Array) -> Array:
        """Return the states [T, hidden] over `inputs` [T, in]."""
        states = np.empty((len(inputs), self.size), np.float32)
        for t, gates in enumerate(self.gates(inputs)):
            states[t] = state = self.step(gates, state)
        return states


class _Skel:
    def __init__(self, module: SkelModule) -> None:
        self.forwards, self.backwards = map(_GRUCell, cells(module.gru))
        self.project = _Linear(module.project)

    def __call__(self, notes: Array) -> Array:
        """Encode `notes` [T, 7] as [16]."""
        rest = np.zeros(self.forwards.size, np.float32)
        last = (self.forwards.run(notes, rest)[-1], self.backwards.run(notes[::-1], rest)[-1])
        return self.project(np.concatenate(last))


class _NoteDecoder:
    def __init__(self, module: NoteModule) -> None:
        self.vectors = _array(module.codebook.vectors)
        self.convolutions = module.decoder_convolutions
        self.start = _Linear(module.decoder_start)
        self.forwards, self.backwards = map(_GRUCell, cells(module.decoder_gru))
        self.output = _Linear(module.output)

    def __call__(self, codes: NDArray[np.int64], template: Array, h_p: Array) -> Array:
        """Return the logits [T, 7] of N_out from `codes` [8]."""
        quantized = torch.from_numpy(self.vectors[codes].T[None])
        beats = self.convolutions(quantized)[0].numpy().T  # [T, channels]
        inputs = np.concatenate((beats, template), -1)
        forwards, backwards = np.split(self.start(h_p), 2)
        states = (
            self.forwards.run(inputs, forwards),
            self.backwards.run(inputs[::-1], backwards)[::-1],
        )
        return self.output(np.concatenate(states, -1))


class _CodeSampler:
    def __init__(self, module: CodePrior) -> None:
        self.first = module.n_codes
        self.embedding = _array(module.embedding.weight)
        self.start = _Linear(module.start)
        self.lower, self.upper = map(_GRUCell, cells(module.gru))
        self.output = _Linear(module.output)

    def __call__(
        self, template: Array, genre: Array, h_p: Array, gumbel: Array, temperature: float
    ) -> NDArray[np.int64]:
        """Sample codes [8]; arguments as those of `CodePrior.sample`."""
        known = np.concatenate((h_p, genre))
        lower, upper = np.split(self.start(known), 2)
        previous = self.first
        codes = np.empty(N_CODES, np.int64)
        for beat, notes in enumerate(template.reshape(N_CODES, -1)):
            inputs = np.concatenate((self.embedding[previous], notes, known))
            lower = self.lower.step(self.lower.gates(inputs), lower)
            upper = self.upper.step(self.upper.gates(lower), upper)
            codes[beat] = previous = int((self.output(upper) / temperature + gumbel[beat]).argmax())
        return codes


class _ExpressionDecoder:
    def __init__(self, module: ExpressionModule) -> None:
        self.squash = module.squash
        self.start = _Linear(module.decoder_start)
        self.lower, self.upper = map(_GRUCell, cells(module.decoder_gru))
        # The last inputs are the decoder's own last values; the others are known beforehand.
        self.feedback = self.lower.weight_in[-N_DRUMS:].copy()
        self.output = _Linear(module.output)

    def __call__(self, z: Array, note: Array, pattern: Array, genre: Array, h_n: Array) -> Array:
        """Return the values [T, 7], 0 where there is no `note`; `pattern` [T, n_classes]."""
        lower, upper = np.split(np.tanh(self.start(np.concatenate((h_n, genre, z)))), 2)
        z_everywhere = np.broadcast_to(z, (len(note), len(z)))
        nothing_yet = np.zeros_like(note)
        known = np.concatenate((note, pattern, z_everywhere, nothing_yet), -1)
        values = np.zeros_like(note)
        last = values[0]
        for t, gates in enumerate(self.lower.gates(known)):
            lower = self.lower.step(gates + last @ self.feedback, lower)
            upper = self.upper.step(self.upper.gates(lower), upper)
            if note[t].any():
                values[t] = self.squash(torch.from_numpy(self.output(upper))).numpy() * note[t]
            last = values[t]
        return values


def _array(parameter: torch.Tensor) -> Array:
    return np.ascontiguousarray(parameter.detach().numpy()).copy()
