"""The trained model, ready to play."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT, Checkpoint
from pocket_studio.model.checkpoint import load as load_checkpoint
from pocket_studio.model.choosing import Array
from pocket_studio.model.config import N_CODES, SAMPLED
from pocket_studio.model.player import Player
from pocket_studio.model.sessions import Sessions
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.groove import Groove, validate_tempo
from pocket_studio.music.patterns import (
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
    with_stresses,
)
from pocket_studio.performance.checks import instance_of, whole_in
from pocket_studio.performance.choices import CodeChoice, code_choices, favourites
from pocket_studio.performance.codebook import codebook
from pocket_studio.performance.controls import (
    DEFAULT_GUIDANCE,
    DEFAULT_HUMANITY,
    DEFAULT_TEMPERATURE,
    DEFAULT_TEMPO_BPM,
    HUMANITY,
    asked_of,
    window_of,
)
from pocket_studio.performance.drawing import (
    Feel,
    draw,
    given_by,
    random_numbers,
    said_of,
)
from pocket_studio.performance.expressing import express, sounding
from pocket_studio.performance.take import Held, Morph, Take


@dataclass(frozen=True)
class Performance:
    """What the model played, and what made it play so.

    Attributes
    ----------
    groove : Groove
    codes : tuple of 8 int
        The codes that NOTE decoded, one a beat.
    details : tuple of 8 int
        Their details, -1 for none: 64 times that of the second codebook and that of the third
        (docs/decisions/0017-beats.md).
    z_velocity, z_microtiming : array [8, 16]
        The latent vectors of VEL and TIME.
    """

    groove: Groove
    codes: tuple[int, ...]
    details: tuple[int, ...]
    z_velocity: Array
    z_microtiming: Array


class Studio:
    """A trained PocketVAE, ready to play; safe to use from several threads at once.

    Attributes
    ----------
    checkpoint : Checkpoint
        The model and what is known of it.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        sessions = Sessions(checkpoint.graphs, checkpoint.weights)
        self._player = Player(checkpoint.config, sessions)

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
        tempo_bpm: float = DEFAULT_TEMPO_BPM,
        held: Held | None = None,
        morph: Morph | None = None,
        keep_sketch: bool = True,
    ) -> Performance:
        """Put the pocket into `template` (section 3.4, Figure 2).

        The same arguments give the same groove. A seed stands for one set of random numbers, so
        that a small edit of the template keeps the take's character.

        Parameters
        ----------
        template : array [32, 7] of {0, 1, 2, 3}
            The plain beat P; may be empty. 2 is a ghost, 3 an accent: a hit that is wished soft
            (velocity class 1) or loud (class 4), whatever is painted there.
        genre : str
            `any` or one of `corpus.GENRES`.
        velocity_pattern : array [32] or [32, 7], optional
            Painted velocity classes 0 (soft) to 4 (loud), -1 where unpainted, for every drum or
            for each its own. A painted hit is of its class; a drum without any paint plays as if
            nothing were painted.
        microtiming_pattern : array [32] or [32, 7], optional
            Painted 0 (pushed), 1 (on), 2 (laid back), -1 where unpainted.
        codes : 8 whole numbers in 0..63 or None, optional
            What NOTE decodes, beat by beat; the prior samples the others (None) after them.
        details : 8 whole numbers in -1..4095 or None, optional
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
            0..4; how far notes and feel go towards the genre: 0 not at all, 1 as drummers do,
            above 1 further.
        density : int or None
            0..64; how many hits beyond the template NOTE is asked for, None as it believes.
        humanity : float
            0..1; how much each hit varies around what is likeliest, 1 as people do.
        seed : int
            0..2147483647.
        tempo_bpm : float
            40..240; the groove's tempo, which codes, velocity and timing hear.
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
        patterns = np.stack(
            [
                with_stresses(
                    validate_velocity_pattern(velocity_pattern), validate_template(template)
                ),
                validate_microtiming_pattern(microtiming_pattern),
            ]
        )
        tempo_bpm = validate_tempo(tempo_bpm)
        humanity = HUMANITY.checked(humanity, "the humanity")
        for value, kind, name in (
            (reference, Groove, "the reference"),
            (held, Held, "held"),
            (morph, Morph, "morph"),
        ):
            if value is not None:
                instance_of(value, kind, name)
        take = Take(seed, codes, details)  # type: ignore[arg-type]  # it makes tuples of them
        asked = asked_of(template, genre, tempo_bpm, density)
        feel = None if reference is None else Feel(*self._player.encode(reference))
        brings_notes = instance_of(reference_notes, bool, "reference_notes")
        said = self._player.search(reference) if reference and brings_notes else None
        window = window_of(asked, temperature, guidance, keep_sketch, said)
        drawn = draw(take, window, self._player)
        if morph is not None:
            drawn = drawn.towards(draw(morph.to, window, self._player), morph)
        known = sounding(self._player, drawn, window, patterns, held)
        z, velocity, microtiming = express(self._player, drawn, window, known, feel, humanity)
        if held is not None:  # exactly as it was, also where it is softer than a played hit
            velocity = np.where(held.cells, held.groove.velocity, velocity)
            microtiming = np.where(held.cells, held.groove.microtiming, microtiming)
        codes_said, details_said = said_of(drawn.codes, self._player.config.codebook_size)
        return Performance(
            Groove(known.note, velocity, microtiming, tempo_bpm),
            tuple(codes_said.tolist()),
            tuple(details_said.tolist()),
            *z,
        )

    def code_choices(
        self,
        template: ArrayLike,
        codes: Iterable[int],
        details: Iterable[int],
        beat: int,
        *,
        genre: str = ANY_GENRE,
        temperature: float = DEFAULT_TEMPERATURE,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        seed: int = 0,
        tempo_bpm: float = DEFAULT_TEMPO_BPM,
        held: Held | None = None,
        keep_sketch: bool = True,
    ) -> tuple[CodeChoice, ...]:
        """Return what every code would make of a beat, likeliest first.

        A swap is played by `groove` with the other codes and details, and the choice's in `beat`.

        Parameters
        ----------
        template : array [32, 7] of {0, 1, 2, 3}
        codes, details : 8 whole numbers
            Those of the present `Performance`.
        beat : int
            0..7; the beat to choose for.
        genre : str
        temperature, seed
            0.05..2 and 0..2147483647; of the detail that goes with each code.
        guidance, density, tempo_bpm
            As in `groove`.
        held : Held, optional
            Cells that are kept as they are, as in `groove`.
        keep_sketch : bool
            As in `groove`.

        Raises
        ------
        InvalidInputError
            If an argument has the wrong shape, type or range.
        """
        asked = asked_of(template, genre, tempo_bpm, density)
        window = window_of(asked, temperature, guidance, keep_sketch, None)
        beat = whole_in(beat, 0, N_CODES - 1, "the beat")
        if held is not None:
            instance_of(held, Held, "held")
        take = Take(seed, codes, details)  # type: ignore[arg-type]  # it makes tuples of them
        given = given_by(take, self._player.config)
        if (given == SAMPLED).any():
            raise InvalidRequestError("the codes and details of all beats must be given")
        gumbel, _, _ = random_numbers(self._player.config, take.seed)
        return code_choices(self._player, window, given, beat, gumbel, held)

    def codebook(self, genre: str = ANY_GENRE) -> tuple[Groove, ...]:
        """Return what each code says on its own: decoded in all eight beats, without a template.

        Codes are decoded without details. Velocity and timing are the genre's most typical.

        Raises
        ------
        InvalidInputError
            If there is no such genre.
        """
        return codebook(self._player, genre)
