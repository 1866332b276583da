"""One project: all that undo covers. It says what to play; `play` plays it."""

from collections.abc import Callable
from dataclasses import field, fields
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import STRAIGHT
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.shaping import shape
from pocket_studio.performance import MAX_SEED, Morph, Performance, Studio, Take
from pocket_studio.schema.asked import Asked
from pocket_studio.schema.choices import KitChoice, MorphTo, Reference, TakeIndex
from pocket_studio.schema.fields import ASKS, MIXES, SHAPES, Means, Slider
from pocket_studio.schema.groove_json import Song
from pocket_studio.schema.parts import (
    Edits,
    LockedBeats,
    MutedDrums,
    RowFeelsField,
    SoloDrums,
    TakeField,
    take_to_json,
)
from pocket_studio.schema.values import (
    N_TAKES,
    Levels,
    MicrotimingAmount,
    Ornaments,
    Swing,
    VelocityAmount,
    no_ornaments,
)
from pocket_studio.schema.words import Form, Named, record


def _four_takes(value: Any, check: Callable[[object], Any]) -> tuple[Take, ...]:
    takes: list[Take] = check(value)
    if not takes:
        raise InvalidRequestError(f"a project has 1 to {N_TAKES} takes")
    more = (Take((takes[0].seed + n) % (MAX_SEED + 1)) for n in range(len(takes), N_TAKES))
    return (*takes, *more)


FourTakes = Annotated[
    tuple[Take, ...],
    Form(
        Annotated[list[TakeField], Field(max_length=N_TAKES), Named("the takes")],
        _four_takes,
        lambda takes: [take_to_json(take) for take in takes],
    ),
]


@record("the project", eq=False)
class Project(Asked):
    """All that undo covers, checked; lists are brought into the order of time and drums.

    Attributes
    ----------
    takes : 4 Take
        Missing ones get the first one's seed plus 1, 2 and 3.
    take : int
        Index of the active take.
    locked_beats : tuple of int
        Beats 0..7 whose codes the page keeps in a new take.
    edits : tuple of Edit
        Cells that were changed by hand after the model.
    ornaments : array [32, 7] of {0, 1, 2}
        Cells whose hit has a flam (1) or a drag (2), if there is one.
    morph : MorphTo, optional
    reference : Reference, optional
    swing : float
        0.5..0.75.
    velocity_amount, microtiming_amount : float
        0..1.3; 1 = as the model plays.
    row_feels : Mapping of drum name to RowFeel
        Of rows that have one of their own.
    muted, solo : tuple of str
        Drum names.
    levels : 7 float
        0..1 in the order of `kit.DRUMS`.
    kit : KitChoice, optional
        None is the genre's in the best soundfont.
    song : tuple of Section
        Up to 16.
    checkpoint : str
        First 12 hexadecimal digits of the weights' SHA-256 that it was made with, or empty.

    Raises
    ------
    InvalidInputError
        If a value has the wrong shape, type or range.
    """

    takes: Annotated[FourTakes, Means("the takes")] = field(default_factory=lambda: (Take(),))
    take: Annotated[TakeIndex, Named("the active take"), Means("the chosen take")] = 0
    locked_beats: Annotated[LockedBeats, Means("the locked beats")] = ()
    edits: Annotated[Edits, Means("the edited hits", (SHAPES,))] = ()
    ornaments: Annotated[Ornaments, Means("the flams and drags", (SHAPES,))] = field(
        default_factory=no_ornaments
    )
    morph: Annotated[MorphTo | None, Means("the morph", (ASKS,))] = None
    reference: Annotated[Reference | None, Means("the reference", (ASKS,))] = None
    swing: Annotated[
        Swing,
        Means("the swing", (SHAPES,)),
        Slider("feel", "Delays every second sixteenth; 67% is a triplet feel"),
    ] = STRAIGHT
    velocity_amount: Annotated[
        VelocityAmount,
        Means("the dynamics", (SHAPES,)),
        Slider("feel", "0% all hits equally loud, 100% as the model plays, up to 130%"),
    ] = 1.0
    microtiming_amount: Annotated[
        MicrotimingAmount,
        Means("the feel", (SHAPES,)),
        Slider("feel", "0% on the grid, 100% as the model plays, up to 130%"),
    ] = 1.0
    row_feels: Annotated[RowFeelsField, Means("a row's feel", (SHAPES,))] = field(
        default_factory=dict
    )
    muted: Annotated[MutedDrums, Means("mute", (MIXES,))] = ()
    solo: Annotated[SoloDrums, Means("solo", (MIXES,))] = ()
    levels: Annotated[Levels, Means("a row's volume", (MIXES,))] = (1.0,) * N_DRUMS
    kit: Annotated[KitChoice | None, Means("the kit", (MIXES,))] = None
    song: Annotated[Song, Means("the song")] = ()
    checkpoint: Annotated[
        str,
        Field(strict=True, pattern="^([0-9a-f]{12})?$"),
        Named("the checkpoint", "empty or 12 hexadecimal digits"),
    ] = ""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Project):
            return NotImplemented
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)

    __hash__ = None  # type: ignore[assignment]  # compared by value, so not hashable

    def play(self, studio: Studio) -> tuple[Performance, Groove]:
        """Return what the model plays, and that as it is heard: shaped, with swing and tempo."""
        morph, reference = self.morph, self.reference
        performance = studio.groove(
            self.template,
            **self.controls(self.takes[self.take]),
            reference=reference.groove if reference else None,
            morph=Morph(self.takes[morph.to], morph.amount) if morph else None,
        )
        shaped = shape(
            performance.groove,
            velocity_amount=self.velocity_amount,
            microtiming_amount=self.microtiming_amount,
            row_feels=self.row_feels,
            seed=self.takes[self.take].seed,
            edits=self.edits,
            ornaments=self.ornaments,
            swing=self.swing,
        )
        return performance, shaped

    def mix(self) -> NDArray[np.float32]:
        """Return each drum's level [7], 0 if it is muted or others play solo."""
        sounding = [
            drum not in self.muted and (drum in self.solo or not self.solo) for drum in DRUMS
        ]
        return np.array(self.levels, np.float32) * np.array(sounding, np.float32)
