"""Requests for sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.shaping import MIN_VELOCITY
from pocket_studio.schema.choices import MAX_NAME_LENGTH, MAX_PROGRAM
from pocket_studio.schema.fields import (
    read_choice,
    read_flag,
    read_integer,
    read_number,
    read_object,
    read_optional,
    read_text,
)
from pocket_studio.schema.groove_json import parse_groove
from pocket_studio.schema.parts import Levels, parse_levels

DEFAULT_HIT_VELOCITY = 0.8


@dataclass(frozen=True)
class RenderRequest:
    """A loop to be heard: what is played, on which kit and how it is mixed."""

    groove: Groove
    soundfont: str | None
    program: int
    levels: Levels | None
    click: bool


@dataclass(frozen=True)
class AuditionRequest:
    """One hit to be heard: the drum's index, the kit and how hard (0..1) it is hit."""

    drum: int
    soundfont: str | None
    program: int
    velocity: float


def parse_render_request(data: object) -> RenderRequest:
    """Read a request for a loop; all but the groove may be left out."""
    fields = read_object(data, "the request")
    return RenderRequest(
        groove=parse_groove(fields.get("groove")),
        soundfont=read_soundfont(fields),
        program=read_program(fields),
        levels=read_optional(fields, "levels", parse_levels, None),
        click=read_optional(fields, "click", _click, False),
    )


def parse_audition_request(data: object) -> AuditionRequest:
    """Read a request for one hit; all but the drum's name may be left out."""
    fields = read_object(data, "the request")
    return AuditionRequest(
        drum=DRUMS.index(read_choice(fields.get("drum"), DRUMS, "the drum")),
        soundfont=read_soundfont(fields),
        program=read_program(fields),
        velocity=read_optional(fields, "velocity", _velocity, DEFAULT_HIT_VELOCITY),
    )


def read_soundfont(fields: Mapping[str, Any]) -> str | None:
    """Return the field `soundfont`: a name, or None for the best there is."""
    name = fields.get("soundfont")
    return None if name is None else read_text(name, "the soundfont's name", MAX_NAME_LENGTH)


def read_program(fields: Mapping[str, Any]) -> int:
    """Return the kit's number: the field `kit`, or `program` as in a project."""
    key = "kit" if fields.get("program") is None else "program"
    return read_optional(fields, key, _program, 0)


def _click(value: object) -> bool:
    return read_flag(value, "the click")


def _program(value: object) -> int:
    return read_integer(value, "the kit", 0, MAX_PROGRAM)


def _velocity(value: object) -> float:
    return read_number(value, "the velocity", MIN_VELOCITY, 1.0)
