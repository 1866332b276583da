"""The model over beats as the studio plays it: arrays in, arrays out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model import choosing
from pocket_studio.model.choosing import Array, Ints
from pocket_studio.model.config import BeatConfig
from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import template_of

Run = Callable[..., list[NDArray[Any]]]


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
    """Plays a model; safe to use from several threads at once if `run` is.

    Parameters
    ----------
    config : BeatConfig
    run : callable
        Runs one of `graphs.networks` by its name: `Sessions` of a checkpoint.
    """

    def __init__(self, config: BeatConfig, run: Run) -> None:
        self.config = config
        self._run = run

    def codes(
        self, asked: Asked, gumbel: Array, temperature: float, guidance: float, given: Ints
    ) -> tuple[Ints, Array]:
        """Sample what is SAMPLED in `given` [B, 8, L], as `choosing.sample` does.

        Returns
        -------
        codes : array [B, 8, L] of int
        probability : array [B, n, K]
            Of each first code at temperature 1, given the beats before; n beats up to the last one
            that is sampled.
        """
        n = len(given)
        numbers = (asked.tempo_bpm, asked.added, asked.kept)
        begun = self._run(
            "begin",
            asked.template,
            np.repeat(asked.genre[None], n, 0),
            *(np.full(n, number, np.float32) for number in numbers),
        )
        step = partial(self._run, "step")
        codes, log_p = choosing.sample(begun, step, gumbel, temperature, guidance, given)
        return codes, np.exp(log_p)

    def hits(self, codes: Ints, template: Array) -> NDArray[np.bool_]:
        """Return N_out [B, 32, 7] of `codes` [B, 8, L] and `template` [B, 32, 7]."""
        return self._logits(codes, template) > 0

    def latents(self, noise: Array, known: Known, guidance: float) -> Array:
        """Return z_V and z_M [2, 8, z] of the priors, of normal `noise` [2, 8, z]."""
        weight = np.array(guidance, np.float32)
        (z,) = self._run("latents", noise.astype(np.float32), weight, *_told(known))
        return z

    def values(self, z: Array, known: Known, noise: Array) -> Array:
        """Return V and M [2, 32, 7] of `z` [2, 8, z]; `noise` [2, 32, 7] is each hit's luck."""
        numbers = (each.astype(np.float32) for each in (z, noise))
        (values,) = self._run("values", *numbers, *_told(known))
        return values

    def encode(self, groove: Groove) -> tuple[Array, Array]:
        """Return mean and deviation [2, 8, z] of the z_V and z_M of `groove`.

        It is heard without a genre and with nothing painted.
        """
        values = np.stack([groove.velocity, groove.microtiming]).astype(np.float32)
        mean, logvar = self._run("encode", _batch(groove.note), values, _number(groove.tempo_bpm))
        return mean, np.exp(0.5 * logvar)

    def search(self, groove: Groove) -> Ints:
        """Return the codes [8, L] that bring the notes of `groove` back best; takes a while."""
        note, template = _batch(groove.note), _batch(template_of(groove))
        z, books = self._run("search", note, template)
        codes: Ints = choosing.search(z, books, self._logits, note, template)[0]
        return codes

    def _logits(self, codes: Ints, template: Array) -> Array:
        (logits,) = self._run("notes", codes, template)
        return logits


def _told(known: Known) -> tuple[NDArray[Any], ...]:
    """Return `known` as the graphs of VEL and TIME take it."""
    return (
        _batch(known.note),
        known.patterns.astype(np.int64),
        _batch(known.genre),
        _number(known.tempo_bpm),
        _batch(known.held),
        known.values.astype(np.float32),
    )


def _number(value: float) -> Array:
    return np.array([value], np.float32)


def _batch(matrix: NDArray[Any]) -> Array:
    return matrix.astype(np.float32)[None]
