"""The model over beats as the studio plays it: arrays in, arrays out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.groove import Groove
from pocket_studio.model.beats.expression import Conditions, ExpressionModule
from pocket_studio.model.beats.pocket_vae import BeatPocketVAE, tempo_scale
from pocket_studio.model.beats.prior import Wishes
from pocket_studio.model.config import N_GENRES
from pocket_studio.patterns import AUTO, template_of

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Asked:
    """What the prior is asked for, for one window or several.

    Attributes
    ----------
    template : array [B, 32, 7]
    genre : array [6]
        One-hot, all zero for any genre.
    tempo_bpm : float
    added : float
        How many hits beyond the template, -1 for what the model believes in.
    kept : float
        Share (0..1) of the template's hits that sound, -1 for what the model believes in.
    """

    template: Array
    genre: Array
    tempo_bpm: float
    added: float
    kept: float


@dataclass(frozen=True, eq=False)
class Known:
    """What VEL and TIME are told of one window.

    Attributes
    ----------
    note : array [32, 7]
    patterns : array [2, 32, 7] of int
        C_V and C_M, AUTO where unpainted.
    genre : array [6]
    tempo_bpm : float
    held : array [32, 7] of bool
        Hits whose values are given, as `values` [2, 32, 7].
    """

    note: Array
    patterns: NDArray[np.int8]
    genre: Array
    tempo_bpm: float
    held: NDArray[np.bool_]
    values: Array


class Player:
    """Plays `model` as it is when the player is made; safe to use from several threads at once."""

    def __init__(self, model: BeatPocketVAE) -> None:
        self._model = model.eval().requires_grad_(requires_grad=False)
        self.config = model.config

    @torch.inference_mode()
    def codes(
        self, asked: Asked, gumbel: Array, temperature: float, guidance: float, given: Ints
    ) -> tuple[Ints, Array]:
        """Sample what is SAMPLED in `given` [B, 8, L], as `CodePrior.sample` does.

        Returns
        -------
        codes : array [B, 8, L] of int
        probability : array [B, n, K]
            Of each first code at temperature 1, given the beats before; n beats up to the last one
            that is sampled.
        """
        n = len(given)
        wishes = Wishes(
            torch.from_numpy(asked.template),
            torch.from_numpy(asked.genre).expand(n, -1),
            _tempo(asked.tempo_bpm, n),
            torch.full((n,), asked.added),
            torch.full((n,), asked.kept),
        )
        codes, log_p = self._model.prior.sample(
            wishes, torch.from_numpy(gumbel), temperature, guidance, torch.from_numpy(given)
        )
        return codes.numpy(), log_p.exp().numpy()

    @torch.inference_mode()
    def hits(self, codes: Ints, template: Array) -> NDArray[np.bool_]:
        """Return N_out [B, 32, 7] of `codes` [B, 8, L] and `template` [B, 32, 7]."""
        logits = self._model.note.play(torch.from_numpy(codes), torch.from_numpy(template))
        return (logits > 0).numpy()

    @torch.inference_mode()
    def latents(self, noise: Array, known: Known, guidance: float) -> Array:
        """Return z_V and z_M [2, 8, z] of the priors, of normal `noise` [2, 8, z]."""
        return self._each(
            known, lambda n, module, told: module.from_prior(_batch(noise[n]), told, guidance)
        )

    @torch.inference_mode()
    def values(self, z: Array, known: Known, noise: Array) -> Array:
        """Return V and M [2, 32, 7] of `z` [2, 8, z]; `noise` [2, 32, 7] is each hit's luck."""

        def play(number: int, module: ExpressionModule, told: Conditions) -> Tensor:
            log_density = module.decode(_batch(z[number]), told)
            return module.sample(log_density, _batch(noise[number]), told.pattern) * told.note

        return self._each(known, play)

    @torch.inference_mode()
    def encode(self, groove: Groove) -> tuple[Ints, Array, Array]:
        """Return what `groove` says of itself, without a genre and with nothing painted.

        Returns
        -------
        codes : array [8, L] of int
        mean, deviation : array [2, 8, z]
            Of its z_V and z_M.
        """
        note = groove.note.astype(np.float32)
        values = np.stack([groove.velocity, groove.microtiming]).astype(np.float32)
        known = Known(
            note,
            np.full(values.shape, AUTO, np.int8),
            np.zeros(N_GENRES, np.float32),
            groove.tempo_bpm,
            np.zeros(note.shape, np.bool_),
            np.zeros_like(values),
        )
        codes = self._model.note.search(_batch(note), _batch(template_of(groove)))[0].numpy()
        posteriors = self._each(
            known, lambda n, module, told: torch.stack(module.encode(_batch(values[n]), told), 1)
        )
        return codes, posteriors[:, 0], np.exp(0.5 * posteriors[:, 1])

    def _each(
        self, known: Known, play: Callable[[int, ExpressionModule, Conditions], Tensor]
    ) -> Array:
        """Return what `play` returns of VEL and of TIME."""
        conditions = (
            Conditions(
                _batch(known.note),
                torch.from_numpy(pattern.astype(np.int64)).unsqueeze(0),
                torch.from_numpy(known.genre).unsqueeze(0),
                _tempo(known.tempo_bpm, 1),
                _batch(known.held),
                _batch(values),
            )
            for pattern, values in zip(known.patterns, known.values, strict=True)
        )
        modules = (self._model.vel, self._model.time)
        return np.stack(
            [
                play(number, module, told)[0].numpy()
                for number, (module, told) in enumerate(zip(modules, conditions, strict=True))
            ]
        )


def _tempo(tempo_bpm: float, n: int) -> Tensor:
    return tempo_scale(torch.full((n,), tempo_bpm))


def _batch(matrix: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(matrix.astype(np.float32)).unsqueeze(0)
