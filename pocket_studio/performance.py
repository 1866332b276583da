"""The one door to the model: a template and controls go in, a played groove comes out."""

from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pocket_studio.corpus import ANY_GENRE, GENRES, NO_GENRE
from pocket_studio.errors import InvalidRequestError
from pocket_studio.grid import N_STEPS
from pocket_studio.groove import Groove, validate_tempo
from pocket_studio.kit import N_DRUMS
from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT, Checkpoint
from pocket_studio.model.checkpoint import load as load_checkpoint
from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.model.note import Codes
from pocket_studio.model.player import Player
from pocket_studio.patterns import (
    AUTO,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
    template_of,
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
)

DEFAULT_TEMPERATURE: Final = 1.0
MIN_TEMPERATURE: Final = 0.05
MAX_TEMPERATURE: Final = 2.0
MAX_SEED: Final = 2**31 - 1
MIN_VELOCITY: Final = 1 / 127

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Performance:
    """What the model played, and what made it play so.

    Attributes
    ----------
    groove : Groove
    codes : tuple of 8 int
        The codes that NOTE decoded, one a beat.
    details : tuple of 8 int
        Their details, -1 for none (docs/decisions/0011-detail.md).
    z_velocity, z_microtiming : array [64]
        The latent vectors of VEL and TIME.
    """

    groove: Groove
    codes: tuple[int, ...]
    details: tuple[int, ...]
    z_velocity: Array
    z_microtiming: Array


class Studio:
    """A trained PocketVAE, ready to play; safe to use from several threads at once.

    It plays the model as it is when the studio is made, and freezes its parameters.

    Attributes
    ----------
    checkpoint : Checkpoint
        The model and what is known of it.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._player = Player(checkpoint.model.requires_grad_(requires_grad=False))
        self._logit_threshold = log(checkpoint.note_threshold / (1 - checkpoint.note_threshold))

    @classmethod
    def load(cls, path: Path | str = DEFAULT_CHECKPOINT) -> Self:
        """Load the checkpoint whose weights are at `path` (default: the one that is shipped).

        Raises
        ------
        CheckpointError
            If it is missing, damaged or of another format version.
        """
        return cls(load_checkpoint(Path(path)))

    @property
    def code_usage(self) -> dict[str, Array]:
        """Each code's share [64] among the training codes, for `any` and each genre (Figure 7)."""
        usage = self.checkpoint.code_usage
        return {genre: np.array(shares, np.float32) for genre, shares in usage.items()}

    def groove(
        self,
        template: ArrayLike,
        *,
        genre: str = ANY_GENRE,
        velocity_pattern: ArrayLike | None = None,
        microtiming_pattern: ArrayLike | None = None,
        codes: ArrayLike | None = None,
        details: ArrayLike | None = None,
        reference: Groove | None = None,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        tempo_bpm: float = 120.0,
    ) -> Performance:
        """Put the pocket into `template` (section 3.4, Figure 2).

        The same arguments give the same groove. A seed stands for one set of random numbers, so
        that a small edit of the template keeps the take's character.

        Parameters
        ----------
        template : array [32, 7] of {0, 1}
            The plain beat P; may be empty.
        genre : str
            `any` or one of `corpus.GENRES`.
        velocity_pattern : array [32], optional
            Painted velocity classes 0 (soft) to 4 (loud), -1 where unpainted.
        microtiming_pattern : array [32], optional
            Painted 0 (pushed), 1 (on), 2 (laid back), -1 where unpainted.
        codes : 8 whole numbers in 0..63, optional
            What NOTE decodes, instead of codes sampled from the prior; their details still are.
        details : 8 whole numbers in -1..63, optional
            The details of the given codes, -1 for none; those of a `Performance` bring its notes
            back whatever the seed.
        reference : Groove, optional
            Transfer: its codes with their details, z_V and z_M carry its feel onto the template.
            The seed then only varies z_V and z_M as much as the encoders are unsure of them.
        temperature : float
            0.05..2; scales how far the take strays from the typical.
        seed : int
            0..2147483647.
        tempo_bpm : float
            40..240; the groove's tempo, which the model does not hear.

        Raises
        ------
        InvalidInputError
            If an argument has the wrong shape, type or range.
        """
        p = validate_template(template).astype(np.float32)
        c_v = _one_hot(validate_velocity_pattern(velocity_pattern), N_VELOCITY_CLASSES)
        c_m = _one_hot(validate_microtiming_pattern(microtiming_pattern), N_MICROTIMING_CLASSES)
        g = _one_hot(np.array(_genre_index(genre)), N_GENRES)
        tempo_bpm = validate_tempo(tempo_bpm)
        temperature = _in_range(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE, "the temperature")
        gumbel, noise_v, noise_m = self._noise(_whole(seed, 0, MAX_SEED, "the seed"))
        z_v, z_m = temperature * noise_v, temperature * noise_m
        given = None if codes is None else self._given_codes(codes, details)

        h_p = self._player.skel_p(p)
        if reference is not None:
            if not isinstance(reference, Groove):
                raise InvalidRequestError("the reference must be a Groove")
            chosen, z_v, z_m = self._transferred(reference, z_v, z_m)
        if given is not None and given.details is not None:
            chosen = given
        elif reference is None or given is not None:
            given_codes = None if given is None else given.codes[0].numpy()
            chosen = self._player.sample_codes(p, g, h_p, gumbel, temperature, given_codes)
        logits = self._player.decode_notes(chosen, p, h_p)
        n = (logits > self._logit_threshold).astype(np.float32)
        h_n = self._player.skel_n(n)
        known = np.concatenate((h_n, g))
        velocity, microtiming = self._player.decode_expression((z_v, z_m), n, (c_v, c_m), known)
        groove = _groove(n, velocity, microtiming, tempo_bpm)
        return Performance(groove, _listed(chosen.codes), _listed(chosen.details), z_v, z_m)

    @torch.inference_mode()
    def codebook(self, genre: str = ANY_GENRE) -> tuple[Groove, ...]:
        """Return what each code says on its own: decoded in all eight beats, without a template.

        Codes are decoded without details. Velocity and timing are the genre's most typical (z = 0).

        Raises
        ------
        InvalidInputError
            If there is no such genre.
        """
        model = self.checkpoint.model
        codes = torch.arange(model.config.codebook_size).unsqueeze(1).expand(-1, N_CODES)
        template = torch.zeros(len(codes), N_STEPS, N_DRUMS)
        logits = model.decode_notes(Codes(codes), template)
        note = (logits > self._logit_threshold).float()
        unpainted = torch.full((len(codes), N_STEPS), AUTO)
        on_velocity, on_microtiming = model.expression_conditions(
            note, unpainted, unpainted, torch.full((len(codes),), _genre_index(genre))
        )
        z = torch.zeros(len(codes), model.config.z_size)
        matrices = (note, model.vel.decode(z, on_velocity), model.time.decode(z, on_microtiming))
        return tuple(
            _groove(n.numpy(), v.numpy(), m.numpy(), 120.0)
            for n, v, m in zip(*matrices, strict=True)
        )

    def _noise(self, seed: int) -> tuple[tuple[Array, Array], Array, Array]:
        """Return the take's random numbers.

        Gumbel [8, K] for the codes and for the details, normal [64] for z_V and for z_M.
        """
        config = self.checkpoint.model.config
        random = np.random.default_rng(seed)
        gumbel = random.gumbel(size=(N_CODES, config.codebook_size)).astype(np.float32)
        noise = random.standard_normal((2, config.z_size)).astype(np.float32)
        detail_gumbel = random.gumbel(size=(N_CODES, config.detail_size)).astype(np.float32)
        return (gumbel, detail_gumbel), noise[0], noise[1]

    def _given_codes(self, codes: ArrayLike, details: ArrayLike | None) -> Codes:
        config = self.checkpoint.model.config
        chosen = _whole_numbers(codes, 0, config.codebook_size - 1, "codes")
        if details is None:
            return Codes(chosen)
        return Codes(chosen, _whole_numbers(details, -1, config.detail_size - 1, "details"))

    @torch.inference_mode()
    def _transferred(
        self, reference: Groove, noise_v: Array, noise_m: Array
    ) -> tuple[Codes, Array, Array]:
        """Return the reference's codes, and its z_V and z_M varied by `noise` where unsure."""
        model = self.checkpoint.model
        template, note = _batch(template_of(reference)), _batch(reference.note)
        unpainted = torch.full((1, N_STEPS), AUTO)
        on_velocity, on_microtiming = model.expression_conditions(
            note, unpainted, unpainted, torch.tensor([NO_GENRE])
        )
        mean_v, logvar_v = model.vel.encode(_batch(reference.velocity), on_velocity)
        mean_m, logvar_m = model.time.encode(_batch(reference.microtiming), on_microtiming)
        z_v = mean_v[0].numpy() + noise_v * np.exp(0.5 * logvar_v[0].numpy())
        z_m = mean_m[0].numpy() + noise_m * np.exp(0.5 * logvar_m[0].numpy())
        return model.encode_notes(note, template), z_v, z_m


def _groove(note: Array, velocity: Array, microtiming: Array, tempo_bpm: float) -> Groove:
    """Return the groove; a note is never silent, however softly VEL would play it."""
    return Groove(note, np.clip(velocity, MIN_VELOCITY, 1) * note, microtiming, tempo_bpm)


def _whole_numbers(values: ArrayLike, low: int, high: int, name: str) -> Tensor:
    """Return 8 `values` as a Tensor [1, 8] if they are whole numbers in low..high."""
    try:
        numbers = np.asarray(values)
    except ValueError:  # rows of different lengths
        numbers = np.empty(0)
    if (
        numbers.shape != (N_CODES,)
        or numbers.dtype.kind not in "iu"
        or not ((numbers >= low) & (numbers <= high)).all()
    ):
        raise InvalidRequestError(f"{name} must be {N_CODES} whole numbers in {low}..{high}")
    return torch.from_numpy(numbers.astype(np.int64)).unsqueeze(0)


def _listed(codes: Tensor | None) -> tuple[int, ...]:
    return (-1,) * N_CODES if codes is None else tuple(codes[0].tolist())


def _batch(matrix: NDArray[np.uint8] | Array) -> Tensor:
    return torch.from_numpy(matrix.astype(np.float32)).unsqueeze(0)


def _one_hot(classes: NDArray[np.int8] | NDArray[np.int64], n_classes: int) -> Array:
    """Return `classes` [...] as one-hot vectors [..., n_classes], all zero for -1."""
    one_hot: Array = np.equal(classes[..., None], np.arange(n_classes)).astype(np.float32)
    return one_hot


def _genre_index(genre: str) -> int:
    if genre == ANY_GENRE:
        return NO_GENRE
    if genre not in GENRES:
        raise InvalidRequestError(f"the genre must be {ANY_GENRE}, {', '.join(GENRES)}")
    return GENRES.index(genre)


def _in_range(value: float, low: float, high: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InvalidRequestError(f"{name} must be a number")
    if not low <= value <= high:
        raise InvalidRequestError(f"{name} must be in {low:g}..{high:g}")
    return float(value)


def _whole(value: int, low: int, high: int, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InvalidRequestError(f"{name} must be a whole number")
    if not low <= value <= high:
        raise InvalidRequestError(f"{name} must be in {low}..{high}")
    return int(value)
