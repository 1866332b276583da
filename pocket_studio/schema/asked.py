"""What a project and a request for a groove have in common: what the model is asked."""

from dataclasses import field
from typing import Annotated, Any

from pocket_studio.music.genres import ANY_GENRE
from pocket_studio.performance import Take
from pocket_studio.performance.controls import (
    DEFAULT_GUIDANCE,
    DEFAULT_HUMANITY,
    DEFAULT_TEMPERATURE,
    DEFAULT_TEMPO_BPM,
    GUIDANCE,
    HUMANITY,
    TEMPERATURE,
)
from pocket_studio.schema.fields import ASKS, MIXES, SHAPES, Means, Slider
from pocket_studio.schema.parts import LockedRowsField, held_of
from pocket_studio.schema.values import (
    Density,
    Flag,
    Genre,
    Guidance,
    Humanity,
    MicrotimingPattern,
    Temperature,
    Template,
    Tempo,
    VelocityPattern,
    unpainted,
)
from pocket_studio.schema.words import Named, Record, record


@record(eq=False)
class Asked(Record):
    """What the model is asked, but for takes, morph and reference.

    Attributes
    ----------
    template : array [32, 7] of {0, 1, 2, 3}
        0 rest, 1 hit, 2 ghost, 3 accent.
    velocity_pattern, microtiming_pattern : array [32, 7]
        Classes as in `patterns`, -1 where unpainted; [32] is for every drum.
    genre : str
        `any` or one of `genres.GENRES`.
    keep_sketch : bool
        Whether every hit of the template sounds.
    temperature, guidance, humanity : float
        0.05..2, 0..4 and 0..1, as in `Studio.groove`.
    density : int, optional
        0..64 hits beyond the template; None is as the model believes.
    reference_notes : bool
        Whether a reference's notes play too, and not only its feel.
    tempo_bpm : float
        40..240.
    locked_rows : Mapping of drum name to tuple of Edit
        Rows that the model has to hold as they are.
    """

    template: Annotated[Template, Means("the sketch", (ASKS,))]
    genre: Annotated[Genre, Means("the genre", (ASKS, MIXES))] = ANY_GENRE
    velocity_pattern: Annotated[VelocityPattern, Means("the velocity contour", (ASKS,))] = field(
        default_factory=unpainted
    )
    microtiming_pattern: Annotated[MicrotimingPattern, Means("the timing contour", (ASKS,))] = (
        field(default_factory=unpainted)
    )
    keep_sketch: Annotated[Flag, Named("keep_sketch"), Means("Keep my hits", (ASKS,))] = True
    temperature: Annotated[
        Temperature,
        Means("the variation", (ASKS,)),
        Slider("take", TEMPERATURE.hint, 0.05, ("stay close", "stray")),
    ] = DEFAULT_TEMPERATURE
    guidance: Annotated[
        Guidance, Means("the genre strength", (ASKS,)), Slider("genre", GUIDANCE.hint, 0.25)
    ] = DEFAULT_GUIDANCE
    density: Annotated[Density | None, Means("the density", (ASKS,))] = None
    humanity: Annotated[Humanity, Means("the humanity", (ASKS,)), Slider("feel", HUMANITY.hint)] = (
        DEFAULT_HUMANITY
    )
    reference_notes: Annotated[
        Flag, Named("reference_notes"), Means("the reference's notes", (ASKS,))
    ] = False
    tempo_bpm: Annotated[Tempo, Means("the tempo", (ASKS, SHAPES))] = DEFAULT_TEMPO_BPM
    locked_rows: Annotated[LockedRowsField, Means("the locked rows", (ASKS,))] = field(
        default_factory=dict
    )

    def controls(self, take: Take) -> dict[str, Any]:
        """Return `take` and the fields as arguments of `Studio.groove`."""
        return {
            "velocity_pattern": self.velocity_pattern,
            "microtiming_pattern": self.microtiming_pattern,
            "reference_notes": self.reference_notes,
            "humanity": self.humanity,
            "codes": take.given[0],
            "details": take.given[1],
            **self.choices(take.seed),
        }

    def choices(self, seed: int) -> dict[str, Any]:
        """Return what decides which codes can be had: arguments of `Studio.code_choices`."""
        return {
            "genre": self.genre,
            "temperature": self.temperature,
            "guidance": self.guidance,
            "density": self.density,
            "seed": seed,
            "tempo_bpm": self.tempo_bpm,
            "held": held_of(self.locked_rows),
            "keep_sketch": self.keep_sketch,
        }
