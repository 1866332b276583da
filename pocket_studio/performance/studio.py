"""The trained model, ready to play."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import ArrayLike

from pocket_studio.corpus import ANY_GENRE, GENRES
from pocket_studio.errors import InvalidRequestError
from pocket_studio.grid import N_STEPS
from pocket_studio.groove import Groove, validate_tempo
from pocket_studio.kit import N_DRUMS
from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT, Checkpoint
from pocket_studio.model.checkpoint import load as load_checkpoint
from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.model.note import Codes
from pocket_studio.model.player import SAMPLED, Player
from pocket_studio.patterns import (
    AUTO,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
)
from pocket_studio.performance.checks import instance_of, number_in, whole_in
from pocket_studio.performance.choices import CodeChoice, code_choices, favourites
from pocket_studio.performance.drawing import (
    Array,
    Drawn,
    Window,
    draw,
    feel_of,
    genre_index,
    given_by,
    one_hot,
    random_numbers,
)
from pocket_studio.performance.take import Held, Morph, Take

DEFAULT_TEMPERATURE: Final = 1.0
MIN_TEMPERATURE: Final = 0.05
MAX_TEMPERATURE: Final = 2.0
DEFAULT_GUIDANCE: Final = 2.0
MAX_GUIDANCE: Final = 4.0
MAX_DENSITY: Final = 64
DEFAULT_HUMANITY: Final = 1.0
MIN_VELOCITY: Final = 1 / 127


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

    @property
    def favourites(self) -> dict[str, tuple[int, ...]]:
        """The up to five codes that each genre prefers most, compared with all genres."""
        usage = self.code_usage
        return {genre: favourites(usage[genre], usage[ANY_GENRE]) for genre in GENRES}

    def groove(
        self,
        template: ArrayLike,
        *,
        genre: str = ANY_GENRE,
        velocity_pattern: ArrayLike | None = None,
        microtiming_pattern: ArrayLike | None = None,
        codes: Iterable[int | None] | None = None,
        details: Iterable[int | None] | None = None,
        reference: Groove | None = None,
        reference_notes: bool = False,
        temperature: float = DEFAULT_TEMPERATURE,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        humanity: float = DEFAULT_HUMANITY,
        seed: int = 0,
        tempo_bpm: float = 120.0,
        held: Held | None = None,
        morph: Morph | None = None,
        keep_sketch: bool = True,
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
        velocity_pattern : array [32] or [32, 7], optional
            Painted velocity classes 0 (soft) to 4 (loud), -1 where unpainted, for every drum or
            for each its own.
        microtiming_pattern : array [32] or [32, 7], optional
            Painted 0 (pushed), 1 (on), 2 (laid back), -1 where unpainted.
        codes : 8 whole numbers in 0..63 or None, optional
            What NOTE decodes, beat by beat; the prior samples the others (None) after them.
        details : 8 whole numbers in -1..63 or None, optional
            The details of the codes, -1 for none; the prior samples the others. Codes and details
            of a `Performance` bring its notes back whatever the seed.
        reference : Groove, optional
            Transfer: its z_V and z_M carry its feel onto the notes. The seed then only varies z_V
            and z_M as much as the encoders are unsure of them.
        reference_notes : bool
            Whether the reference's codes and details play too.
        temperature : float
            0.05..2; scales how far the take strays from the typical.
        guidance : float
            0..4; how far the notes go towards the genre: 0 not at all, 1 as drummers do, above 1
            further.
        density : int or None
            0..64; how many hits beyond the template NOTE is asked for, None as it believes.
        humanity : float
            0..1; how much each hit varies around what is likeliest, 1 as people do.
        seed : int
            0..2147483647.
        tempo_bpm : float
            40..240; the groove's tempo, which the model does not hear.
        held : Held, optional
            Cells that are kept as they are; VEL and TIME play the rest of the merged notes.
        morph : Morph, optional
            How far to go from this take (`seed`, `codes`, `details`) towards another.
        keep_sketch : bool
            Whether every hit of the template sounds, played by VEL and TIME among NOTE's notes;
            if not, NOTE leaves out what it does not believe in. Held cells win.

        Raises
        ------
        InvalidInputError
            If an argument has the wrong shape, type or range.
        """
        painted = (
            one_hot(validate_velocity_pattern(velocity_pattern)[:, 0], N_VELOCITY_CLASSES),
            one_hot(validate_microtiming_pattern(microtiming_pattern)[:, 0], N_MICROTIMING_CLASSES),
        )
        number_in(guidance, 0, MAX_GUIDANCE, "the guidance")
        number_in(humanity, 0, 1, "the humanity")
        if density is not None:
            whole_in(density, 0, MAX_DENSITY, "the density")
        instance_of(reference_notes, bool, "reference_notes")
        tempo_bpm = validate_tempo(tempo_bpm)
        for value, kind, name in (
            (reference, Groove, "the reference"),
            (held, Held, "held"),
            (morph, Morph, "morph"),
        ):
            if value is not None:
                instance_of(value, kind, name)
        take = Take(seed, codes, details)  # type: ignore[arg-type]  # it makes tuples of them
        window = self._window(template, genre, temperature, reference, keep_sketch=keep_sketch)
        drawn = draw(take, window, self._player, self.checkpoint.model.config)
        if morph is not None:
            other = draw(morph.to, window, self._player, self.checkpoint.model.config)
            drawn = drawn.towards(other, morph)
        matrices = self._play(drawn, window, painted, held)
        groove = Groove(*matrices, tempo_bpm)
        return Performance(groove, *drawn.listed(), drawn.z[0], drawn.z[1])

    def code_choices(
        self,
        template: ArrayLike,
        codes: Iterable[int],
        details: Iterable[int],
        beat: int,
        *,
        genre: str = ANY_GENRE,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        held: Held | None = None,
        keep_sketch: bool = True,
    ) -> tuple[CodeChoice, ...]:
        """Return what every code would make of a beat, likeliest first.

        A swap is played by `groove` with the other codes and details, and the choice's in `beat`.

        Parameters
        ----------
        template : array [32, 7] of {0, 1}
        codes, details : 8 whole numbers
            Those of the present `Performance`.
        beat : int
            0..7; the beat to choose for.
        genre : str
        temperature, seed
            0.05..2 and 0..2147483647; of the detail that goes with each code.
        held : Held, optional
            Cells that are kept as they are, as in `groove`.
        keep_sketch : bool
            As in `groove`.

        Raises
        ------
        InvalidInputError
            If an argument has the wrong shape, type or range.
        """
        window = self._window(template, genre, temperature, None, keep_sketch=keep_sketch)
        beat, model = whole_in(beat, 0, N_CODES - 1, "the beat"), self.checkpoint.model
        if held is not None:
            instance_of(held, Held, "held")
        take = Take(seed, codes, details)  # type: ignore[arg-type]  # it makes tuples of them
        said = given_by(take, model.config)
        if (said == SAMPLED).any():
            raise InvalidRequestError("the codes and details of all beats must be given")
        noise = random_numbers(model.config, take.seed)[0][1][beat]
        return code_choices(model, self._logit_threshold, window, said, beat, noise, held)

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
            note, unpainted, unpainted, torch.full((len(codes),), genre_index(genre))
        )
        z = torch.zeros(len(codes), model.config.z_size)
        velocity = model.vel.decode(z, on_velocity).clamp(MIN_VELOCITY, 1) * note
        matrices = (note, velocity, model.time.decode(z, on_microtiming))
        return tuple(Groove(*(m.numpy() for m in one)) for one in zip(*matrices, strict=True))

    def _window(
        self,
        template: ArrayLike,
        genre: str,
        temperature: float,
        reference: Groove | None,
        *,
        keep_sketch: bool,
    ) -> Window:
        p = validate_template(template).astype(np.float32)
        g = one_hot(np.array(genre_index(genre)), N_GENRES)
        temperature = number_in(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE, "the temperature")
        feel = None if reference is None else feel_of(reference, self.checkpoint.model)
        sure = p if instance_of(keep_sketch, bool, "keep_sketch") else np.zeros_like(p)
        return Window(p, g, self._player.skel_p(p), temperature, feel, sure)

    def _play(
        self, drawn: Drawn, window: Window, painted: tuple[Array, Array], held: Held | None
    ) -> tuple[Array, Array, Array]:
        """Return note, velocity and microtiming [32, 7], the held cells exactly."""
        logits = self._player.decode_notes(drawn.codes(), window.template, window.h_p)
        n = np.maximum(logits > self._logit_threshold, window.sure).astype(np.float32)
        forced = None
        if held is not None:
            n = np.where(held.cells, held.groove.note, n)
            forced = held.cells, held.groove.velocity, held.groove.microtiming
        known = np.concatenate((self._player.skel_n(n), window.genre))
        z = drawn.z[0], drawn.z[1]
        velocity, microtiming = self._player.decode_expression(z, n, painted, known, forced)
        # A note is never silent, however softly VEL would play it; a held one is as soft as it was.
        velocity = np.clip(velocity, MIN_VELOCITY, 1) * n
        if held is not None:
            velocity = np.where(held.cells, held.groove.velocity, velocity)
        return n, velocity, microtiming
