"""What a take's random numbers decide before anything is decoded: codes, details, z_V and z_M."""

from dataclasses import dataclass
from math import acos, sin
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.corpus import ANY_GENRE, GENRES, NO_GENRE
from pocket_studio.errors import InvalidRequestError
from pocket_studio.grid import N_STEPS
from pocket_studio.groove import Groove
from pocket_studio.model.config import N_CODES, ModelConfig
from pocket_studio.model.note import Codes
from pocket_studio.model.player import SAMPLED, Player
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.patterns import AUTO, template_of
from pocket_studio.performance.checks import beats_in
from pocket_studio.performance.take import NO_DETAIL, Morph, Take

Array = NDArray[np.float32]
Said = NDArray[np.int64]  # [2, 8]: codes and details, one a beat

_PARALLEL: Final = 1e-4  # sine of an angle below which an arc is as good as a line


@dataclass(frozen=True, eq=False)
class Feel:
    """What a reference says: its codes and details [2, 8], mean and deviation [2, 64] of its z."""

    said: Said
    mean: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class Window:
    """What is known when a take is drawn.

    Attributes
    ----------
    template : array [32, 7]
    genre : array [6]
        One-hot; all zero for any genre.
    h_p : array [16]
    temperature : float
    feel : Feel or None
        The reference's.
    sure : array [32, 7]
        1 where a hit sounds whatever NOTE says.
    """

    template: Array
    genre: Array
    h_p: Array
    temperature: float
    feel: Feel | None
    sure: Array


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a take decides.

    Attributes
    ----------
    said : array [2, 8] of int
        Codes and details, -1 for no detail.
    z : array [2, 64]
        z_V and z_M.
    """

    said: Said
    z: Array

    def towards(self, other: "Drawn", morph: Morph) -> "Drawn":
        """Return what lies between this and `other`: the first beats' codes and an arc of z."""
        said = self.said.copy()
        said[:, : morph.n_beats] = other.said[:, : morph.n_beats]
        pairs = zip(self.z, other.z, strict=True)
        return Drawn(said, np.stack([spherical(*pair, morph.amount) for pair in pairs]))

    def listed(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return codes and details as ints."""
        codes, details = self.said.tolist()
        return tuple(codes), tuple(details)

    def codes(self) -> Codes:
        """Return what is said as Tensors [1, 8]."""
        codes, details = torch.from_numpy(self.said).unsqueeze(1)
        return Codes(codes, details)


def draw(take: Take, window: Window, player: Player, config: ModelConfig) -> Drawn:
    """Draw `take`: what it gives, then what the reference says, then what the prior samples.

    Raises
    ------
    InvalidRequestError
        If the model has no such code or detail.
    """
    gumbel, noise = random_numbers(config, take.seed)
    said, z = given_by(take, config), window.temperature * noise
    feel = window.feel
    if feel is not None:
        z = feel.mean + z * feel.deviation
        free = said[0] == SAMPLED
        said[0, free] = feel.said[0, free]
        said[1] = np.where(free & (said[1] == SAMPLED), feel.said[1], said[1])
    if (said == SAMPLED).any():
        known = window.template, window.genre, window.h_p
        said = as_said(player.sample_codes(*known, gumbel, window.temperature, said))
    return Drawn(said, z)


def random_numbers(config: ModelConfig, seed: int) -> tuple[tuple[Array, Array], Array]:
    """Return the random numbers of a seed.

    Gumbel [8, K] for the codes and for the details, normal [2, 64] for z_V and z_M.
    """
    random = np.random.default_rng(seed)
    gumbel = random.gumbel(size=(N_CODES, config.codebook_size)).astype(np.float32)
    noise = random.standard_normal((2, config.z_size)).astype(np.float32)
    detail_gumbel = random.gumbel(size=(N_CODES, config.detail_size)).astype(np.float32)
    return (gumbel, detail_gumbel), noise


def given_by(take: Take, config: ModelConfig) -> Said:
    """Return what `take` gives, SAMPLED elsewhere.

    Raises
    ------
    InvalidRequestError
        If the model has no such code or detail: the bounds of a Take are the shipped model's.
    """
    said = np.full((2, N_CODES), SAMPLED)
    bounds = (("codes", 0, config.codebook_size), ("details", NO_DETAIL, config.detail_size))
    for row, (name, low, n) in zip(said, bounds, strict=True):
        values = getattr(take, name)
        if values is not None:
            given = beats_in(values, low, n - 1, name)
            row[:] = [SAMPLED if value is None else value for value in given]
    if not config.detail_size:
        said[1] = NO_DETAIL
    return said


@torch.inference_mode()
def feel_of(reference: Groove, model: PocketVAE) -> Feel:
    """Return what `reference` says of itself, without a genre and with nothing painted."""
    template, note = _batch(template_of(reference)), _batch(reference.note)
    unpainted = torch.full((1, N_STEPS), AUTO)
    on_velocity, on_microtiming = model.expression_conditions(
        note, unpainted, unpainted, torch.tensor([NO_GENRE])
    )
    mean_v, logvar_v = model.vel.encode(_batch(reference.velocity), on_velocity)
    mean_m, logvar_m = model.time.encode(_batch(reference.microtiming), on_microtiming)
    logvar = torch.cat((logvar_v, logvar_m)).numpy()
    return Feel(
        as_said(model.encode_notes(note, template)),
        torch.cat((mean_v, mean_m)).numpy(),
        np.exp(0.5 * logvar),
    )


def as_said(codes: Codes) -> Said:
    """Return one window's codes and details, -1 where there are none."""
    said = np.full((2, N_CODES), NO_DETAIL)
    said[0] = codes.codes[0].numpy()
    if codes.details is not None:
        said[1] = codes.details[0].numpy()
    return said


def spherical(one: Array, other: Array, amount: float) -> Array:
    """Return the vector [n] at `amount` (0..1) of the arc from `one` to `other`.

    Its length goes evenly from the one's to the other's: the straight line between two normal
    vectors leads through shorter ones than VEL and TIME ever met. Exact at both ends.
    """
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    cosine = float(one @ other) / (lengths[0] * lengths[1])
    angle = acos(float(np.clip(cosine, -1, 1)))
    if sin(angle) < _PARALLEL:
        return (1 - amount) * one + amount * other
    length = (1 - amount) * lengths[0] + amount * lengths[1]
    weight_one = sin((1 - amount) * angle) / sin(angle) * (length / lengths[0])
    weight_other = sin(amount * angle) / sin(angle) * (length / lengths[1])
    return weight_one * one + weight_other * other


def one_hot(classes: NDArray[np.int8] | NDArray[np.int64], n_classes: int) -> Array:
    """Return `classes` [...] as one-hot vectors [..., n_classes], all zero for -1."""
    one_hot: Array = np.equal(classes[..., None], np.arange(n_classes)).astype(np.float32)
    return one_hot


def genre_index(genre: str) -> int:
    """Return the index of `genre` in GENRES, NO_GENRE for `any`.

    Raises
    ------
    InvalidRequestError
        If there is no such genre.
    """
    if genre == ANY_GENRE:
        return NO_GENRE
    if genre not in GENRES:
        raise InvalidRequestError(f"the genre must be {ANY_GENRE}, {', '.join(GENRES)}")
    return GENRES.index(genre)


def _batch(matrix: NDArray[np.uint8] | Array) -> Tensor:
    return torch.from_numpy(matrix.astype(np.float32)).unsqueeze(0)
