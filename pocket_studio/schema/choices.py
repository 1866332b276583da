"""What a project may choose besides: a morph, a reference, a kit."""

from typing import Annotated

from pydantic import Field

from pocket_studio.schema.groove_json import GrooveField
from pocket_studio.schema.values import (
    N_TAKES,
    MorphAmount,
    Name,
    Program,
    SoundfontName,
    Whole,
)
from pocket_studio.schema.words import Named, Record, record

TakeIndex = Annotated[Whole, Field(ge=0, le=N_TAKES - 1)]


@record("the morph")
class MorphTo(Record):
    """How far (`amount`, 0..1) the active take is on its way to the take of index `to` (0..3)."""

    to: Annotated[TakeIndex, Named("the morph's take")]
    amount: MorphAmount


@record("the reference")
class Reference(Record):
    """The groove whose feel is transferred, and what it is called."""

    name: Annotated[Name, Named("the reference's name")]
    groove: GrooveField


@record("the kit")
class KitChoice(Record):
    """A kit's program number (0..127; None = the genre's) in a soundfont (None = the best)."""

    program: Program | None = None
    soundfont: SoundfontName | None = None
