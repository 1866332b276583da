"""The one door to the model: a template and controls go in, a played groove comes out."""

from dataclasses import dataclass
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
from pocket_studio.model.conditions import Conditions, one_hot_or_zeros
from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.patterns import (
    AUTO,
    Template,
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

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Performance:
    """What the model played, and what made it play so.

    Attributes
    ----------
    groove : Groove
    codes : tuple of 8 int
        The codes that NOTE decoded, one a beat.
    z_velocity, z_microtiming : array [64]
        The latent vectors of VEL and TIME.
    """

    groove: Groove
    codes: tuple[int, ...]
    z_velocity: Vector
    z_microtiming: Vector


class Studio:
    """A trained PocketVAE, ready to play; safe to use from several threads at once.

    Attributes
    ----------
    checkpoint : Checkpoint
        The model and what is known of it.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._model = checkpoint.model.requires_grad_(requires_grad=False)

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
    def code_usage(self) -> dict[str, Vector]:
        """Each code's share [64] among the training codes, for `any` and each genre (Figure 7)."""
        usage = self.checkpoint.code_usage
        return {genre: np.array(shares, np.float32) for genre, shares in usage.items()}

    @torch.inference_mode()
    def groove(
        self,
        template: ArrayLike,
        *,
        genre: str = ANY_GENRE,
        velocity_pattern: ArrayLike | None = None,
        microtiming_pattern: ArrayLike | None = None,
        codes: ArrayLike | None = None,
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
            What NOTE decodes, instead of codes sampled from the prior.
        reference : Groove, optional
            Transfer: its codes, z_V and z_M carry its feel onto the template. The seed then only
            varies z_V and z_M as much as the encoders are unsure of them.
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
        p = _batch(validate_template(template))
        c_v = _classes(validate_velocity_pattern(velocity_pattern))
        c_m = _classes(validate_microtiming_pattern(microtiming_pattern))
        genre_index = torch.tensor([_genre_index(genre)])
        tempo_bpm = validate_tempo(tempo_bpm)
        temperature = _in_range(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE, "the temperature")
        gumbel, noise_v, noise_m = self._noise(_whole(seed, 0, MAX_SEED, "the seed"))

        h_p = self._model.skel(p)
        if codes is not None:
            chosen = self._given_codes(codes)
        elif reference is not None:
            chosen = self._reference_codes(reference)
        else:
            g = one_hot_or_zeros(genre_index, N_GENRES)
            chosen = self._model.prior.sample(p, g, h_p, gumbel, temperature)
        note = self._decode_notes(chosen, p, h_p)

        on_velocity, on_microtiming = self._model.expression_conditions(note, c_v, c_m, genre_index)
        if reference is not None:
            z_v, z_m = self._reference_latents(
                reference, temperature * noise_v, temperature * noise_m
            )
        else:
            z_v, z_m = temperature * noise_v, temperature * noise_m
        groove = self._play(on_velocity, on_microtiming, z_v, z_m, tempo_bpm)
        return Performance(groove[0], tuple(chosen[0].tolist()), z_v[0].numpy(), z_m[0].numpy())

    @torch.inference_mode()
    def codebook(self, genre: str = ANY_GENRE) -> tuple[Groove, ...]:
        """Return what each code says on its own: decoded in all eight beats, without a template.

        Velocity and timing are the genre's most typical (z = 0).

        Raises
        ------
        InvalidInputError
            If there is no such genre.
        """
        n_codes = self._model.config.codebook_size
        genre_index = torch.full((n_codes,), _genre_index(genre))
        template = torch.zeros(n_codes, N_STEPS, N_DRUMS)
        codes = torch.arange(n_codes).unsqueeze(1).expand(-1, N_CODES)
        note = self._decode_notes(codes, template, self._model.skel(template))
        unpainted = torch.full((n_codes, N_STEPS), AUTO)
        conditions = self._model.expression_conditions(note, unpainted, unpainted, genre_index)
        z = torch.zeros(n_codes, self._model.config.z_size)
        return self._play(*conditions, z, z, tempo_bpm=120.0)

    def _noise(self, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return the take's random numbers: Gumbel [1, 8, K] for codes, normal [1, 64] twice."""
        config = self._model.config
        random = np.random.default_rng(seed)
        gumbel = random.gumbel(size=(1, N_CODES, config.codebook_size))
        noise = random.standard_normal((2, 1, config.z_size))
        return _floats(gumbel), _floats(noise[0]), _floats(noise[1])

    def _given_codes(self, codes: ArrayLike) -> Tensor:
        values = np.asarray(codes)
        top = self._model.config.codebook_size
        if (
            values.shape != (N_CODES,)
            or values.dtype.kind not in "iu"
            or not ((values >= 0) & (values < top)).all()
        ):
            raise InvalidRequestError(f"codes must be {N_CODES} whole numbers in 0..{top - 1}")
        return torch.from_numpy(values.astype(np.int64)).unsqueeze(0)

    def _reference_codes(self, reference: Groove) -> Tensor:
        template = _batch(template_of(reference))
        h_p = self._model.skel(template)
        z_note = self._model.note.encode(_batch(reference.note), template, h_p)
        return self._model.note.codebook.nearest(z_note)

    def _reference_latents(
        self, reference: Groove, noise_v: Tensor, noise_m: Tensor
    ) -> tuple[Tensor, Tensor]:
        unpainted = torch.full((1, N_STEPS), AUTO)
        on_velocity, on_microtiming = self._model.expression_conditions(
            _batch(reference.note), unpainted, unpainted, torch.tensor([NO_GENRE])
        )
        mean_v, logvar_v = self._model.vel.encode(_batch(reference.velocity), on_velocity)
        mean_m, logvar_m = self._model.time.encode(_batch(reference.microtiming), on_microtiming)
        return (
            mean_v + noise_v * (0.5 * logvar_v).exp(),
            mean_m + noise_m * (0.5 * logvar_m).exp(),
        )

    def _decode_notes(self, codes: Tensor, template: Tensor, h_p: Tensor) -> Tensor:
        logits = self._model.note.decode(self._model.note.codebook.lookup(codes), template, h_p)
        return (torch.sigmoid(logits) > self.checkpoint.note_threshold).float()

    def _play(
        self,
        on_velocity: Conditions,
        on_microtiming: Conditions,
        z_v: Tensor,
        z_m: Tensor,
        tempo_bpm: float,
    ) -> tuple[Groove, ...]:
        note = on_velocity.note
        velocity = self._model.vel.decode(z_v, on_velocity).clamp(MIN_VELOCITY, 1) * note
        microtiming = self._model.time.decode(z_m, on_microtiming).clamp(-1, 1) * note
        matrices = zip(note.numpy(), velocity.numpy(), microtiming.numpy(), strict=True)
        return tuple(Groove(n, v, m, tempo_bpm) for n, v, m in matrices)


def _batch(matrix: Template | NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(matrix.astype(np.float32)).unsqueeze(0)


def _classes(pattern: NDArray[np.int8]) -> Tensor:
    return torch.from_numpy(pattern.astype(np.int64)).unsqueeze(0)


def _floats(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))


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
