"""The model's sequential parts for one take at a time, in numpy.

A take is hundreds of small steps that each wait for the last. At a batch of one, torch spends as
long on starting its operations as on the products; numpy starts small ones 1.6 to 6 times as fast
(a product, tanh and a sum of slices of 256 numbers), which keeps an edit within the blink
(benchmarks/groove_latency.py). The results are those of the
torch modules up to rounding, and a test holds them to that.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pocket_studio.kit import N_DRUMS
from pocket_studio.model.config import N_CODES
from pocket_studio.model.expression import TimeModule, VelModule
from pocket_studio.model.note import Codes, NoteModule
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.model.prior import CodePrior
from pocket_studio.model.recurrent import Cell, cells
from pocket_studio.model.skel import SkelModule

Array = NDArray[np.float32]

SAMPLED: Final = -2  # what is left to the prior; a detail of -1 is none


class Player:
    """A PocketVAE that plays single takes, as it is now: later training does not reach it.

    Arrays have no batch axis.
    """

    def __init__(self, model: PocketVAE) -> None:
        self.skel_p, self.skel_n = _Skel(model.skel_p), _Skel(model.skel_n)
        self.decode_notes = _NoteDecoder(model.note)
        self.sample_codes = _CodeSampler(model.prior)
        self.decode_expression = _ExpressionDecoder(model.vel, model.time)


class _Linear:
    def __init__(self, layer: nn.Linear) -> None:
        self.weight = _array(layer.weight.T)
        self.bias = _array(layer.bias)

    def __call__(self, inputs: Array) -> Array:
        return inputs @ self.weight + self.bias


class _GRUCells:
    """n GRU cells of one size, stepped side by side.

    The weights of the reset and update gates are halved, as sigmoid(x) = tanh(x / 2) / 2 + 1 / 2.
    """

    def __init__(self, cells_: list[Cell]) -> None:
        weight_in, weight, bias_in, bias = (
            np.stack([_array(parameter).T for parameter in parameters])
            for parameters in zip(*cells_, strict=True)
        )
        self.n_cells, self.size, _ = weight.shape
        opened = slice(0, 2 * self.size)
        for parameter in (weight_in, weight, bias_in, bias):
            parameter[..., opened] *= 0.5
        bias_in[:, opened] += bias[:, opened]
        self.weight_in, self.weight, self.bias_in = weight_in, weight, bias_in
        self.bias_new = bias[:, 2 * self.size :]

    def gates(self, inputs: Array) -> Array:
        """Return what `inputs` [n, T, in] add to the gates [n, T, 3 hidden]."""
        gates: Array = np.matmul(inputs, self.weight_in) + self.bias_in[:, None]
        return gates

    def step(self, gates: Array, state: Array) -> Array:
        """Return the states [n, hidden] after one step with input `gates` [n, 3 hidden]."""
        size = self.size
        recurrent = np.matmul(state[:, None], self.weight)[:, 0]
        opened = np.tanh(gates[:, : 2 * size] + recurrent[:, : 2 * size])
        opened *= 0.5
        opened += 0.5
        candidate = recurrent[:, 2 * size :]
        candidate += self.bias_new
        candidate *= opened[:, :size]
        candidate += gates[:, 2 * size :]
        np.tanh(candidate, out=candidate)
        new: Array = state - candidate
        new *= opened[:, size:]
        new += candidate
        return new


class _BothWays:
    """A bidirectional GRU layer.

    One direction runs after the other: the weights of one stay in the core's cache, both do not.
    """

    def __init__(self, gru: nn.GRU) -> None:
        self.directions = [_GRUCells([cell]) for cell in cells(gru)]

    def __call__(self, inputs: Array, start: Array | None = None) -> tuple[Array, Array]:
        """Return the states [T, hidden] of each direction over `inputs` [T, in].

        `start` is [2, hidden], zeros if None.
        """
        if start is None:
            start = np.zeros((2, self.directions[0].size), np.float32)
        forwards = self._run(self.directions[0], inputs, start[:1])
        backwards = self._run(self.directions[1], inputs[::-1], start[1:])
        return forwards, backwards[::-1]

    @staticmethod
    def _run(cell: _GRUCells, inputs: Array, state: Array) -> Array:
        states = np.empty((len(inputs), cell.size), np.float32)
        for t, gates in enumerate(cell.gates(inputs[None])[0]):
            state = cell.step(gates[None], state)
            states[t] = state[0]
        return states


class _Skel:
    def __init__(self, module: SkelModule) -> None:
        self.run = _BothWays(module.gru)
        self.project = _Linear(module.project)

    def __call__(self, notes: Array) -> Array:
        """Encode `notes` [T, 7] as [16]."""
        forwards, backwards = self.run(notes)
        return self.project(np.concatenate((forwards[-1], backwards[0])))


class _NoteDecoder:
    def __init__(self, module: NoteModule) -> None:
        self.lookup = module.lookup
        decoder = module.decoder
        self.convolutions = decoder.convolutions
        self.start = _Linear(decoder.start)
        self.run = _BothWays(decoder.gru)
        self.output = _Linear(decoder.output)

    @torch.inference_mode()
    def __call__(self, codes: Codes, template: Array, h_p: Array) -> Array:
        """Return the logits [T, 7] of N_out from `codes` of one window."""
        beats = self.convolutions(self.lookup(codes).transpose(1, 2))[0].numpy().T  # [T, channels]
        states = self.run(np.concatenate((beats, template), -1), self.start(h_p).reshape(2, -1))
        return self.output(np.concatenate(states, -1))


class _CodeSampler:
    def __init__(self, module: CodePrior) -> None:
        self.first, self.first_detail = module.n_codes, module.n_details
        self.embedding = _array(module.embedding.weight)
        self.start = _Linear(module.start)
        self.lower, self.upper = (_GRUCells([cell]) for cell in cells(module.gru))
        self.output = _Linear(module.output)
        if module.n_details:
            self.detail_embedding = _array(module.detail_embedding.weight)
            self.detail_hidden = _Linear(module.detail_hidden)
            self.detail_output = _Linear(module.detail_output)

    def __call__(
        self,
        template: Array,
        genre: Array,
        h_p: Array,
        gumbel: tuple[Array, Array],
        temperature: float,
        given: NDArray[np.int64] | None = None,
    ) -> Codes:
        """Sample the codes and details of one window; arguments as those of `CodePrior.sample`.

        `gumbel` is the noise of codes and of details, each [8, K]. `given` [2, 8] are codes and
        details that are taken as they are, SAMPLED where there is none; what follows hears them.
        """
        known = np.concatenate((h_p, genre))
        lower, upper = self.start(known).reshape(2, 1, -1)
        previous, previous_detail = self.first, self.first_detail
        codes = np.full((2, 1, N_CODES), SAMPLED) if given is None else given[:, None].copy()
        for beat, notes in enumerate(template.reshape(N_CODES, -1)):
            told = [self.embedding[previous]]
            if self.first_detail:
                told.append(self.detail_embedding[previous_detail])
            inputs = np.concatenate((*told, notes, known))
            lower = self.lower.step(self.lower.gates(inputs[None, None])[:, 0], lower)
            upper = self.upper.step(self.upper.gates(lower[:, None])[:, 0], upper)
            if codes[0, 0, beat] == SAMPLED:
                logits = self.output(upper[0]) / temperature
                codes[0, 0, beat] = (logits + gumbel[0][beat]).argmax()
            previous = codes[0, 0, beat]
            if not self.first_detail:
                continue
            if codes[1, 0, beat] == SAMPLED:
                inputs = np.concatenate((upper[0], self.embedding[previous], notes))
                logits = self.detail_output(np.tanh(self.detail_hidden(inputs))) / temperature
                codes[1, 0, beat] = (logits + gumbel[1][beat]).argmax()
            # The last entry of the table, the start's, also stands for no detail: -1.
            previous_detail = codes[1, 0, beat]
        sampled, details = torch.from_numpy(codes)
        return Codes(sampled, details if self.first_detail else None)


class _ExpressionDecoder:
    """VEL and TIME, which have one shape but for the pattern, side by side."""

    def __init__(self, vel: VelModule, time: TimeModule) -> None:
        self.starts = (_Linear(vel.decoder_start), _Linear(time.decoder_start))
        vel_lower, vel_upper = cells(vel.decoder_gru)
        time_lower, time_upper = cells(time.decoder_gru)
        self.inputs = (_GRUCells([vel_lower]), _GRUCells([time_lower]))
        # The last inputs are the decoder's own last values; the others are known beforehand.
        self.feedback = np.concatenate([lower.weight_in[:, -N_DRUMS:] for lower in self.inputs])
        # From here on only what does not depend on the pattern's classes.
        self.lower = _GRUCells(
            [(cell[0][:, -N_DRUMS:], cell[1], cell[2], cell[3]) for cell in (vel_lower, time_lower)]
        )
        self.upper = _GRUCells([vel_upper, time_upper])
        # VEL's sigmoid as a tanh, so that one call squashes both.
        outputs = (_Linear(vel.output), _Linear(time.output))
        halved = np.array([0.5, 1.0], np.float32)[:, None]
        self.weight_out = np.stack([output.weight for output in outputs]) * halved[..., None]
        self.bias_out = np.stack([output.bias for output in outputs]) * halved
        self.scale, self.shift = halved, 1 - halved

    def __call__(
        self,
        z: tuple[Array, Array],
        note: Array,
        patterns: tuple[Array, Array],
        given: Array,
        held: tuple[NDArray[np.bool_], Array, Array] | None = None,
    ) -> tuple[Array, Array]:
        """Return velocity and microtiming [T, 7], 0 where there is no `note` [T, 7].

        Parameters
        ----------
        z : z_V and z_M, each [64]
        patterns : C_V [T, 5] and C_M [T, 3]
        given : h_n and genre, one after the other [22]
        held : bool [T, 7], velocity and microtiming [T, 7], optional
            Cells whose values are taken as they are; the steps that follow hear them.
        """
        start = np.stack(
            [linear(np.concatenate((given, z_))) for linear, z_ in zip(self.starts, z, strict=True)]
        )
        lower, upper = np.tanh(start).reshape(2, 2, -1).swapaxes(0, 1)
        nothing_yet = np.zeros_like(note)
        known = [
            np.concatenate((note, pattern, np.tile(z_, (len(note), 1)), nothing_yet), -1)
            for pattern, z_ in zip(patterns, z, strict=True)
        ]
        gates = [
            cell.gates(inputs[None])[0] for cell, inputs in zip(self.inputs, known, strict=True)
        ]
        values = np.zeros((len(note), 2, N_DRUMS), np.float32)
        last = nothing_yet[:2]
        kept = None if held is None else (held[0], np.stack(held[1:], 1))
        for t, known_t in enumerate(np.stack(gates, 1)):
            told = np.matmul(last[:, None], self.feedback)[:, 0]
            lower = self.lower.step(known_t + told, lower)
            upper = self.upper.step(self.upper.gates(lower[:, None])[:, 0], upper)
            out = np.matmul(upper[:, None], self.weight_out)[:, 0] + self.bias_out
            last = (self.scale * np.tanh(out) + self.shift) * note[t]
            if kept is not None:
                last = np.where(kept[0][t], kept[1][t], last)
            values[t] = last
        return values[:, 0], values[:, 1]


def _array(parameter: torch.Tensor) -> Array:
    return np.ascontiguousarray(parameter.detach().numpy()).copy()
