"""Requests for grooves, and the grooves that answer them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.grid import N_BEATS
from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import (
    Pattern,
    Template,
    followed,
    microtiming_classes_of,
    microtiming_pattern_to_text,
    rows_to_template,
    template_of,
    template_to_rows,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    velocity_classes_of,
    velocity_pattern_to_text,
)
from pocket_studio.music.shaping import LAYERS, MAX_AMOUNT, Edit
from pocket_studio.performance import (
    DEFAULT_GUIDANCE,
    DEFAULT_HUMANITY,
    DEFAULT_TEMPERATURE,
    CodeChoice,
    Held,
    Morph,
    Performance,
    Take,
)
from pocket_studio.schema.choices import N_TAKES
from pocket_studio.schema.fields import (
    Json,
    read_choice,
    read_flag,
    read_integer,
    read_list,
    read_number,
    read_object,
    read_optional,
)
from pocket_studio.schema.groove_json import (
    DEFAULT_TEMPO_BPM,
    groove_to_json,
    parse_groove,
    read_swing,
    read_tempo,
)
from pocket_studio.schema.parts import (
    held_of,
    parse_edits,
    parse_locked_rows,
    parse_take,
    read_density,
    read_guidance,
    read_humanity,
    read_temperature,
)
from pocket_studio.schema.project import GENRE_CHOICES

_NO_EDITS: Final[tuple[Edit, ...]] = ()


@dataclass(frozen=True)
class GrooveRequest:
    """What `performance.Studio.groove` needs, checked."""

    template: Template
    take: Take
    genre: str
    velocity_pattern: Pattern
    microtiming_pattern: Pattern
    reference: Groove | None
    reference_notes: bool
    temperature: float
    guidance: float
    density: int | None
    humanity: float
    tempo_bpm: float
    held: Held | None
    morph: Morph | None
    keep_sketch: bool


@dataclass(frozen=True)
class CodeChoicesRequest:
    """What `performance.Studio.code_choices` needs, checked."""

    template: Template
    codes: tuple[int, ...]
    details: tuple[int, ...]
    beat: int
    genre: str
    temperature: float
    guidance: float
    density: int | None
    seed: int
    tempo_bpm: float
    held: Held | None
    keep_sketch: bool


def parse_groove_request(data: object) -> GrooveRequest:
    """Read a request for a new groove; all but the template may be left out."""
    fields = read_object(data, "the request")
    return GrooveRequest(
        template=rows_to_template(read_object(fields.get("template"), "the template")),
        take=parse_take(fields),
        genre=read_optional(fields, "genre", parse_genre, ANY_GENRE),
        velocity_pattern=text_to_velocity_pattern(fields.get("velocity_pattern")),
        microtiming_pattern=text_to_microtiming_pattern(fields.get("microtiming_pattern")),
        reference=read_optional(fields, "reference", parse_groove, None),
        reference_notes=_flag(fields, "reference_notes", default=False),
        temperature=read_optional(fields, "temperature", read_temperature, DEFAULT_TEMPERATURE),
        guidance=read_optional(fields, "guidance", read_guidance, DEFAULT_GUIDANCE),
        density=read_optional(fields, "density", read_density, None),
        humanity=read_optional(fields, "humanity", read_humanity, DEFAULT_HUMANITY),
        tempo_bpm=read_optional(fields, "tempo_bpm", read_tempo, DEFAULT_TEMPO_BPM),
        held=read_optional(fields, "locked_rows", _held, None),
        morph=read_optional(fields, "morph", _morph, None),
        keep_sketch=_flag(fields, "keep_sketch", default=True),
    )


def parse_takes_request(data: object) -> tuple[GrooveRequest, ...]:
    """Read a request for up to four takes: that for a groove, with `takes` as its takes."""
    request = parse_groove_request(data)
    takes = read_list(read_object(data, "the request").get("takes"), "the takes", N_TAKES)
    return tuple(replace(request, take=parse_take(take)) for take in takes)


def parse_genre_sweep_request(data: object) -> tuple[GrooveRequest, ...]:
    """Read a request for a groove in every genre: that for a groove, whose genre is not used."""
    request = parse_groove_request(data)
    return tuple(replace(request, genre=genre) for genre in GENRES)


def parse_code_choices_request(data: object) -> CodeChoicesRequest:
    """Read a request for the codes of one beat: that for a groove, all its codes given."""
    request = parse_groove_request(data)
    fields = read_object(data, "the request")
    return CodeChoicesRequest(
        template=request.template,
        codes=_complete(request.take.codes, "codes"),
        details=_complete(request.take.details, "details"),
        beat=read_integer(fields.get("beat"), "the beat", 0, N_BEATS - 1),
        genre=request.genre,
        temperature=request.temperature,
        guidance=request.guidance,
        density=request.density,
        seed=request.take.seed,
        tempo_bpm=request.tempo_bpm,
        held=request.held,
        keep_sketch=request.keep_sketch,
    )


def parse_shape_request(data: object) -> dict[str, Any]:
    """Read a request for shaping: the arguments of `shaping.shape` by name."""
    fields = read_object(data, "the request")
    return {
        "groove": parse_groove(fields.get("groove")),
        "velocity_amount": read_optional(fields, "velocity_amount", _amount, 1.0),
        "microtiming_amount": read_optional(fields, "microtiming_amount", _amount, 1.0),
        "edits": read_optional(fields, "edits", parse_edits, _NO_EDITS),
        "layer": read_optional(fields, "layer", _layer, LAYERS[-1]),
        "template": read_optional(fields, "template", parse_template, None),
        "swing": read_optional(fields, "swing", read_swing, None),
        "tempo_bpm": read_optional(fields, "tempo_bpm", read_tempo, None),
    }


def parse_patterns_request(data: object) -> Groove:
    """Read a request for what a groove reduces to: `{groove}`."""
    return parse_groove(read_object(data, "the request").get("groove"))


def parse_codebook_request(data: object) -> str:
    """Read a request for the codebook: the genre to decode it in."""
    return read_optional(read_object(data, "the request"), "genre", parse_genre, ANY_GENRE)


def parse_genre(value: object) -> str:
    """Return `value` if it is "any" or one of the six genres."""
    return read_choice(value, GENRE_CHOICES, "the genre")


def parse_template(value: object) -> Template:
    """Read `{drum: 32 characters of x and .}`."""
    return rows_to_template(read_object(value, "the template"))


def performance_to_json(
    performance: Performance, seed: int, velocity_pattern: Pattern, microtiming_pattern: Pattern
) -> Json:
    """Write what was played with `seed`, and how much of the painted patterns came out."""
    groove = performance.groove
    got_velocity, got_microtiming = velocity_classes_of(groove), microtiming_classes_of(groove)
    return {
        "groove": groove_to_json(groove),
        "codes": list(performance.codes),
        "details": list(performance.details),
        "seed": seed,
        "got": {
            "velocity_pattern": velocity_pattern_to_text(got_velocity),
            "microtiming_pattern": microtiming_pattern_to_text(got_microtiming),
        },
        "followed": {
            "velocity": asdict(followed(velocity_pattern, got_velocity)),
            "microtiming": asdict(followed(microtiming_pattern, got_microtiming)),
        },
    }


def patterns_to_json(groove: Groove) -> Json:
    """Write what `groove` reduces to: its plain beat and the two contours of each drum."""
    return {
        "template": template_to_rows(template_of(groove)),
        "velocity_pattern": velocity_pattern_to_text(velocity_classes_of(groove)),
        "microtiming_pattern": microtiming_pattern_to_text(microtiming_classes_of(groove)),
    }


def code_choice_to_json(choice: CodeChoice, favourites: dict[str, tuple[int, ...]]) -> Json:
    """Write a code that a beat could have; `favourites` are those of each genre."""
    return {
        "code": choice.code,
        "detail": choice.detail,
        "probability": round(choice.probability, 6),
        "favourite_of": [genre for genre, codes in favourites.items() if choice.code in codes],
        "note": template_to_rows(choice.note),
        "leak": list(choice.leak),
    }


def _complete(values: tuple[int | None, ...] | None, name: str) -> tuple[int, ...]:
    given = tuple(value for value in values or () if value is not None)
    if len(given) != N_BEATS:
        raise InvalidRequestError(f"the {name} of all {N_BEATS} beats must be given")
    return given


def _held(value: object) -> Held | None:
    return held_of(parse_locked_rows(value))


def _morph(value: object) -> Morph:
    fields = read_object(value, "the morph")
    amount = read_number(fields.get("amount"), "the morph's amount", 0.0, 1.0)
    return Morph(parse_take(fields.get("to")), amount)


def _flag(fields: Mapping[str, Any], name: str, *, default: bool) -> bool:
    return read_optional(fields, name, partial(read_flag, name=name), default)


def _layer(value: object) -> str:
    return read_choice(value, LAYERS, "the layer")


def _amount(value: object) -> float:
    return read_number(value, "the amount", 0.0, MAX_AMOUNT)
