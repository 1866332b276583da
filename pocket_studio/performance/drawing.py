"""What a take's random numbers decide: codes and details, the noise of z and of each hit."""

from dataclasses import dataclass
from math import acos, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model.choosing import Array, Ints
from pocket_studio.model.config import N_CODES, SAMPLED, BeatConfig
from pocket_studio.model.luck import ROOTS
from pocket_studio.model.player import Asked, Player
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.performance.checks import beats_in
from pocket_studio.performance.take import NO_DETAIL, Morph, Take

_PARALLEL: Final = 1e-4  # sine of an angle below which an arc is as good as a line


@dataclass(frozen=True, eq=False)
class Feel:
    """What a reference says of itself.

    Attributes
    ----------
    mean, deviation : array [2, 8, z]
        Of z_V and z_M.
    """

    mean: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class Window:
    """What is known when a take is drawn.

    Attributes
    ----------
    asked : Asked
        What the prior is asked for, of one window.
    temperature, guidance : float
    sure : array [32, 7] of bool
        Where a hit sounds whatever NOTE says.
    said : array [8, L] of int or None
        The codes of a reference that are played.
    """

    asked: Asked
    temperature: float
    guidance: float
    sure: NDArray[np.bool_]
    said: Ints | None


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a take decides.

    Attributes
    ----------
    codes : array [8, L] of int
        A code and its details a beat, -1 for a detail that is left out.
    noise : array [2, 8, z]
        Normal numbers of z_V and z_M.
    luck : array [2, 32, 7]
        Normal numbers of each cell's velocity and microtiming.
    """

    codes: Ints
    noise: Array
    luck: Array

    def towards(self, other: "Drawn", morph: Morph) -> "Drawn":
        """Return what lies between: the first beats' codes, and arcs of the random numbers."""
        codes = self.codes.copy()
        codes[: morph.n_beats] = other.codes[: morph.n_beats]
        return Drawn(
            codes,
            *(
                np.stack([spherical(*pair, morph.amount) for pair in zip(*both, strict=True)])
                for both in ((self.noise, other.noise), (self.luck, other.luck))
            ),
        )


def draw(take: Take, window: Window, player: Player) -> Drawn:
    """Draw `take`: what it gives, then what the reference says, then what the prior samples.

    Raises
    ------
    InvalidRequestError
        If the model has no such code or detail.
    """
    gumbel, noise, luck = random_numbers(player.config, take.seed)
    codes = given_by(take, player.config)
    if window.said is not None:
        free = codes[:, 0] == SAMPLED
        codes[free] = np.where(codes[free] == SAMPLED, window.said[free], codes[free])
    if (codes == SAMPLED).any():
        sampled, _ = player.codes(
            window.asked, gumbel[None], window.temperature, window.guidance, codes[None]
        )
        codes = sampled[0]
    return Drawn(codes, window.temperature * noise, luck)


def random_numbers(config: BeatConfig, seed: int) -> tuple[Array, Array, Array]:
    """Return the random numbers of a seed.

    Gumbel [8, L, K] for codes and details, normal [2, 8, z] for z_V and z_M, normal [2, 32, 7] for
    the hits: each stays what it is whatever is edited elsewhere.
    """
    random = np.random.default_rng(seed)
    shape = (N_CODES, config.n_codebooks, config.codebook_size)
    gumbel = random.gumbel(size=shape)
    noise = random.standard_normal((2, N_CODES, config.z_size))
    luck = np.stack(
        [
            root @ random.standard_normal((N_STEPS, N_DRUMS))
            for root in (ROOTS["velocity"], ROOTS["microtiming"])
        ]
    )
    return gumbel.astype(np.float32), noise.astype(np.float32), luck.astype(np.float32)


def given_by(take: Take, config: BeatConfig) -> Ints:
    """Return what `take` gives [8, L], SAMPLED elsewhere.

    Raises
    ------
    InvalidRequestError
        If the model has no such code or detail: the bounds of a Take are the shipped model's.
    """
    size, n_details = config.codebook_size, config.n_codebooks - 1
    given = np.full((N_CODES, 1 + n_details), SAMPLED)
    codes, details = take.given
    codes = beats_in(codes, 0, size - 1, "codes")
    details = beats_in(details, NO_DETAIL, size**n_details - 1, "details")
    for beat, (code, detail) in enumerate(zip(codes, details, strict=True)):
        if code is not None:
            given[beat, 0] = code
        if detail is not None:
            given[beat, 1:] = split_detail(detail, size, n_details)
    return given


def split_detail(detail: int, codebook_size: int, n_details: int) -> list[int]:
    """Return a beat's details, which one number stands for; all are -1 for -1."""
    if detail == NO_DETAIL:
        return [NO_DETAIL] * n_details
    powers = codebook_size ** np.arange(n_details)[::-1]
    split: list[int] = (detail // powers % codebook_size).tolist()
    return split


def said_of(codes: Ints, codebook_size: int) -> tuple[Ints, Ints]:
    """Return the codes and details [...] of `codes` [..., L]: one number for a beat's details."""
    details = codes[..., 1:]
    powers = codebook_size ** np.arange(details.shape[-1])[::-1]
    numbers = np.where((details == NO_DETAIL).any(-1), NO_DETAIL, details @ powers)
    return codes[..., 0], numbers


def spherical(one: Array, other: Array, amount: float) -> Array:
    """Return what lies at `amount` (0..1) of the arc from `one` to `other`, of any one shape.

    Its length goes evenly from the one's to the other's: the straight line between two sets of
    normal numbers leads through smaller ones than VEL and TIME ever met. Exact at both ends.
    """
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    cosine = float(np.vdot(one, other)) / (lengths[0] * lengths[1])
    angle = acos(float(np.clip(cosine, -1, 1)))
    if sin(angle) < _PARALLEL:
        return (1 - amount) * one + amount * other
    length = (1 - amount) * lengths[0] + amount * lengths[1]
    weight_one = sin((1 - amount) * angle) / sin(angle) * (length / lengths[0])
    weight_other = sin(amount * angle) / sin(angle) * (length / lengths[1])
    return weight_one * one + weight_other * other
