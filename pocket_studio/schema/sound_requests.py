"""What may be asked to be heard: loops, hits, kits and which soundfonts there are."""

from typing import Annotated, Final

from pydantic import Field

from pocket_studio.music.feels import MIN_VELOCITY
from pocket_studio.schema.groove_json import GrooveField
from pocket_studio.schema.values import Drum, Flag, Levels, Number, Program, SoundfontName
from pocket_studio.schema.words import Named, Record, record

DEFAULT_HIT_VELOCITY: Final = 0.8


@record(eq=False)
class RenderRequest(Record):
    """A loop to be heard: what is played, on which kit and how it is mixed."""

    groove: GrooveField
    kit: Program = 0
    soundfont: SoundfontName | None = None
    levels: Levels | None = None
    click: Annotated[Flag, Named("the click")] = False


@record()
class AuditionRequest(Record):
    """One hit to be heard: the drum, the kit and how hard (0..1) it is hit."""

    drum: Drum
    kit: Program = 0
    soundfont: SoundfontName | None = None
    velocity: Annotated[Number, Field(ge=MIN_VELOCITY, le=1), Named("the velocity")] = (
        DEFAULT_HIT_VELOCITY
    )


@record()
class KitRequest(Record):
    """A kit that is to be played hit by hit."""

    kit: Program = 0
    soundfont: SoundfontName | None = None


@record()
class SoundsRequest(Record):
    """Which soundfonts there are."""
