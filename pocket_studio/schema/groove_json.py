"""A groove, and a section of a song, as the page, the endpoints and project files have them."""

from collections.abc import Callable
from typing import Annotated, Any, Final, NotRequired, TypedDict

import numpy as np
from pydantic import Field

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import N_STEPS, STRAIGHT
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.ornaments import ORNAMENTS
from pocket_studio.performance.controls import DEFAULT_TEMPO_BPM
from pocket_studio.schema.values import (
    MAX_SECTIONS,
    MIN_HIT_VELOCITY,
    Name,
    Number,
    Repeats,
    Swing,
    Tempo,
    Whole,
)
from pocket_studio.schema.words import Form, Json, Named, OneOf, Record, read, record

_DECIMALS: Final = 4  # finer than MIDI velocity and ticks, and half the bytes of a float32


@record("a hit")
class Hit(Record):
    """A hit: its step, its drum, how loud and how late it is, and its grace notes."""

    step: Annotated[Whole, Field(ge=0, le=N_STEPS - 1), Named("a hit's step")]
    drum: Annotated[str, OneOf(DRUMS), Named("a hit's drum")]
    velocity: Annotated[Number, Field(ge=MIN_HIT_VELOCITY, le=1), Named("a hit's velocity")]
    microtiming: Annotated[Number, Field(ge=-1, le=1), Named("a hit's microtiming")] = 0.0
    ornament: Annotated[str, OneOf(ORNAMENTS), Named("a hit's ornament")] = ORNAMENTS[0]


@record("the groove")
class Hits(Record):
    """A groove as its hits."""

    hits: Annotated[list[Hit], Field(max_length=N_STEPS * N_DRUMS), Named("the groove's hits")]
    tempo_bpm: Tempo = DEFAULT_TEMPO_BPM
    swing: Swing = STRAIGHT

    def groove(self) -> Groove:
        """Return the groove; InvalidRequestError if a cell is hit twice."""
        note, velocity, microtiming, ornament = np.zeros((4, N_STEPS, N_DRUMS), np.float32)
        for hit in self.hits:
            place = hit.step, DRUMS.index(hit.drum)
            if note[place]:
                raise InvalidRequestError("the groove hits one drum twice at one step")
            note[place], velocity[place] = 1.0, hit.velocity
            microtiming[place] = hit.microtiming
            ornament[place] = ORNAMENTS.index(hit.ornament)
        return Groove(note, velocity, microtiming, self.tempo_bpm, self.swing, ornament)


class HitJson(TypedDict):
    """A hit."""

    step: int
    drum: str
    velocity: float
    microtiming: float
    ornament: NotRequired[str]


class GrooveJson(TypedDict):
    """A groove."""

    tempo_bpm: float
    swing: float
    hits: list[HitJson]


def parse_groove(data: object) -> Groove:
    """Read `{"tempo_bpm", "swing", "hits": [{"step", "drum", "velocity", "microtiming"}, ...]}`.

    Tempo, swing and microtiming may be left out: 120 bpm, straight, on the grid. A hit may have an
    "ornament", "flam" or "drag".

    Raises
    ------
    InvalidRequestError
        If a field is missing, of the wrong type or out of range, or a cell is hit twice.
    """
    return read(Hits, data).groove()


def groove_to_json(groove: Groove) -> GrooveJson:
    """Write a groove as `parse_groove` reads it, hits in the order of time and drums."""
    cells = np.argwhere(groove.note > 0).tolist()
    hits = [_hit_to_json(groove, step, drum) for step, drum in cells]
    return {"tempo_bpm": groove.tempo_bpm, "swing": groove.swing, "hits": hits}


def _hit_to_json(groove: Groove, step: int, drum: int) -> HitJson:
    hit: HitJson = {
        "step": step,
        "drum": DRUMS[drum],
        "velocity": max(MIN_HIT_VELOCITY, round(float(groove.velocity[step, drum]), _DECIMALS)),
        "microtiming": round(float(groove.microtiming[step, drum]), _DECIMALS),
    }
    if groove.ornament[step, drum]:  # a hit without one says nothing
        hit["ornament"] = ORNAMENTS[int(groove.ornament[step, drum])]
    return hit


GrooveField = Annotated[
    Groove,
    Form(
        Hits,
        lambda value, check: value if isinstance(value, Groove) else check(value).groove(),
        groove_to_json,
    ),
]


@record("a section")
class SectionFields(Record):
    """A section of a song."""

    groove: GrooveField
    repeats: Annotated[Repeats, Named("a section's repeats")] = 1
    name: Annotated[Name, Named("a section's name")] = ""


def section_to_json(section: Section) -> Json:
    """Write a section as a song has it."""
    groove = groove_to_json(section.groove)
    return {"name": section.name, "repeats": section.repeats, "groove": groove}


def _sections(value: Any, check: Callable[[object], Any]) -> tuple[Section, ...]:
    if isinstance(value, tuple):  # of the program
        value = [SectionFields(section.groove, section.repeats, section.name) for section in value]
    return tuple(Section(each.groove, each.repeats, each.name) for each in check(value))


Song = Annotated[
    tuple[Section, ...],
    Form(
        Annotated[list[SectionFields], Field(max_length=MAX_SECTIONS), Named("the song")],
        _sections,
        lambda sections: [section_to_json(section) for section in sections],
    ),
]
