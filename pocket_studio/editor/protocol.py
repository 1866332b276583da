"""JSON <-> values: everything that a browser or program sends is checked here and nowhere else.

Each `parse_*` takes whatever JSON held and returns typed values or raises an InvalidInputError
with one line for the sender. Unknown fields are ignored, so that older pages keep working.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, TypeVar

import numpy as np

from pocket_studio.corpus import ANY_GENRE, GENRES
from pocket_studio.editor.listening.questions import ANSWERS, CLIPS, KINDS, PREFERENCE
from pocket_studio.errors import InvalidRequestError
from pocket_studio.grid import MAX_TEMPO_BPM, MIN_TEMPO_BPM, N_BEATS, N_STEPS
from pocket_studio.groove import Groove
from pocket_studio.kit import DRUMS, N_DRUMS
from pocket_studio.midi import MAX_MIDI_BYTES
from pocket_studio.patterns import (
    Pattern,
    Template,
    rows_to_template,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
)
from pocket_studio.performance import (
    DEFAULT_TEMPERATURE,
    MAX_SEED,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
)

Json = dict[str, Any]

GENRE_CHOICES: Final = (ANY_GENRE, *GENRES)
EXPORT_KINDS: Final = ("midi", "wav", "png", "svg")
CODEBOOK_SIZE: Final = 64
MAX_KIT: Final = 127
MAX_NAME_LENGTH: Final = 200
_MAX_HITS: Final = N_STEPS * N_DRUMS
_ID: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
_ALL_ANSWERS: Final = tuple(answer for answers in ANSWERS.values() for answer in answers)
_DECIMALS: Final = 4  # finer than MIDI velocity and ticks, and half the bytes of a float32

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class GrooveRequest:
    """What `performance.Studio.groove` needs, checked."""

    template: Template
    genre: str
    velocity_pattern: Pattern
    microtiming_pattern: Pattern
    codes: tuple[int, ...] | None
    reference: Groove | None
    temperature: float
    seed: int
    tempo_bpm: float


@dataclass(frozen=True)
class ExportRequest:
    """A file to be made of a groove."""

    kind: str
    groove: Groove
    template: Template
    kit: int
    genre: str


@dataclass(frozen=True)
class QuestionRequest:
    """A clip of, or an answer to, a question of a listening test."""

    test: str
    question: str
    choice: str


def parse_groove_request(data: object) -> GrooveRequest:
    """Read a request for a new groove; all but the template may be left out."""
    fields = _object(data, "the request")
    return GrooveRequest(
        template=rows_to_template(_object(fields.get("template"), "the template")),
        genre=_optional(fields, "genre", parse_genre, ANY_GENRE),
        velocity_pattern=text_to_velocity_pattern(fields.get("velocity_pattern")),
        microtiming_pattern=text_to_microtiming_pattern(fields.get("microtiming_pattern")),
        codes=_optional(fields, "codes", _codes, None),
        reference=_optional(fields, "reference", parse_groove, None),
        temperature=_optional(fields, "temperature", _temperature, DEFAULT_TEMPERATURE),
        seed=_optional(fields, "seed", _seed, 0),
        tempo_bpm=_optional(fields, "tempo_bpm", _tempo, 120.0),
    )


def parse_render_request(data: object) -> tuple[Groove, int]:
    """Read a request for sound: the groove and the kit's program number."""
    fields = _object(data, "the request")
    return parse_groove(fields.get("groove")), _optional(fields, "kit", _kit, 0)


def parse_audition_request(data: object) -> tuple[int, int]:
    """Read a request for one hit: the drum's index and the kit's program number."""
    fields = _object(data, "the request")
    drum = _choice(fields.get("drum"), DRUMS, "the drum")
    return DRUMS.index(drum), _optional(fields, "kit", _kit, 0)


def parse_codebook_request(data: object) -> str:
    """Read a request for the codebook: the genre to decode it in."""
    return _optional(_object(data, "the request"), "genre", parse_genre, ANY_GENRE)


def parse_upload(data: object) -> tuple[str, bytes]:
    """Read an uploaded file: its name and content."""
    fields = _object(data, "the request")
    name = fields.get("name", "")
    if not isinstance(name, str) or len(name) > MAX_NAME_LENGTH:
        raise InvalidRequestError(
            f"the file's name must be a text of up to {MAX_NAME_LENGTH} characters"
        )
    content = fields.get("content")
    if not isinstance(content, str):
        raise InvalidRequestError("the file's content must be base64 text")
    if len(content) > MAX_MIDI_BYTES * 4 // 3 + 4:
        raise InvalidRequestError(f"a MIDI file may have {MAX_MIDI_BYTES >> 10} KB at most")
    try:
        return name, base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequestError("the file's content must be base64 text") from None


def parse_export_request(data: object) -> ExportRequest:
    """Read a request for a file of a groove."""
    fields = _object(data, "the request")
    return ExportRequest(
        kind=_choice(fields.get("kind"), EXPORT_KINDS, "the kind of file"),
        groove=parse_groove(fields.get("groove")),
        template=rows_to_template(_optional(fields, "template", _template_object, {})),
        kit=_optional(fields, "kit", _kit, 0),
        genre=_optional(fields, "genre", parse_genre, ANY_GENRE),
    )


def parse_test_request(data: object) -> str:
    """Read a request for a listening test: its kind."""
    return _choice(_object(data, "the request").get("kind"), KINDS, "the kind of test")


def parse_clip_request(data: object) -> QuestionRequest:
    """Read a request for a clip; whether its question has that clip is not known here."""
    return _question_request(data, "clip", CLIPS[PREFERENCE])


def parse_answer_request(data: object) -> QuestionRequest:
    """Read an answer; whether its question has that answer is not known here."""
    return _question_request(data, "answer", _ALL_ANSWERS)


def parse_genre(value: object) -> str:
    """Return `value` if it is "any" or one of the six genres."""
    return _choice(value, GENRE_CHOICES, "the genre")


def parse_groove(data: object) -> Groove:
    """Read `{"tempo_bpm": ..., "hits": [{"step", "drum", "velocity", "microtiming"}, ...]}`.

    Raises
    ------
    InvalidRequestError
        If a field is missing, of the wrong type or out of range, or a cell is hit twice.
    """
    fields = _object(data, "the groove")
    hits = fields.get("hits")
    if not isinstance(hits, Sequence) or isinstance(hits, str) or len(hits) > _MAX_HITS:
        raise InvalidRequestError(f"the groove's hits must be a list of up to {_MAX_HITS}")
    note, velocity, microtiming = (np.zeros((N_STEPS, N_DRUMS), np.float32) for _ in range(3))
    for hit in hits:
        place = _hit_place(_object(hit, "a hit"))
        if note[place]:
            raise InvalidRequestError("the groove hits one drum twice at one step")
        note[place] = 1.0
        velocity[place] = _number(hit.get("velocity"), "a hit's velocity", 1e-3, 1.0)
        microtiming[place] = _number(hit.get("microtiming", 0), "a hit's microtiming", -1.0, 1.0)
    return Groove(note, velocity, microtiming, _optional(fields, "tempo_bpm", _tempo, 120.0))


def groove_to_json(groove: Groove) -> Json:
    """Write a groove as `parse_groove` reads it, hits in the order of time and drums."""
    hits = [
        {
            "step": step,
            "drum": DRUMS[drum],
            "velocity": max(1e-3, round(float(groove.velocity[step, drum]), _DECIMALS)),
            "microtiming": round(float(groove.microtiming[step, drum]), _DECIMALS),
        }
        for step, drum in np.argwhere(groove.note > 0).tolist()
    ]
    return {"tempo_bpm": groove.tempo_bpm, "hits": hits}


def bytes_to_text(content: bytes) -> str:
    """Return `content` as base64 text."""
    return base64.b64encode(content).decode("ascii")


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidRequestError(f"{name} must be an object")
    return value


def _question_request(data: object, key: str, choices: Sequence[str]) -> QuestionRequest:
    fields = _object(data, "the request")
    for name in ("test", "question"):
        if not isinstance(fields.get(name), str) or not _ID.fullmatch(fields[name]):
            raise InvalidRequestError(f"the {name} must be an id that the studio gave out")
    choice = _choice(fields.get(key), choices, f"the {key}")
    return QuestionRequest(fields["test"], fields["question"], choice)


def _template_object(value: object) -> Mapping[str, Any]:
    return _object(value, "the template")


def _optional(
    fields: Mapping[str, Any], key: str, parse: Callable[[object], _Value], default: _Value
) -> _Value:
    value = fields.get(key)
    return default if value is None else parse(value)


def _choice(value: object, choices: Sequence[str], name: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise InvalidRequestError(f"{name} must be one of {', '.join(choices)}")
    return value


def _number(value: object, name: str, low: float, high: float) -> float:
    # In Python True is an int and comparing a huge int with a float may overflow: test both first.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and isfinite(_clipped(value)) and low <= _clipped(value) <= high:
        return _clipped(value)
    raise InvalidRequestError(f"{name} must be a number from {low:g} to {high:g}")


def _clipped(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _integer(value: object, name: str, low: int, high: int) -> int:
    # A browser knows one kind of number, so 7.0 is as good as 7.
    number = _number(value, name, low, high)
    if number != int(number):
        raise InvalidRequestError(f"{name} must be a whole number from {low} to {high}")
    return int(number)


def _hit_place(hit: Mapping[str, Any]) -> tuple[int, int]:
    step = _integer(hit.get("step"), "a hit's step", 0, N_STEPS - 1)
    return step, DRUMS.index(_choice(hit.get("drum"), DRUMS, "a hit's drum"))


def _codes(value: object) -> tuple[int, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != N_BEATS:
        raise InvalidRequestError(f"the codes must be a list of {N_BEATS}, one a beat")
    return tuple(_integer(code, "a code", 0, CODEBOOK_SIZE - 1) for code in value)


def _temperature(value: object) -> float:
    return _number(value, "the temperature", MIN_TEMPERATURE, MAX_TEMPERATURE)


def _seed(value: object) -> int:
    return _integer(value, "the seed", 0, MAX_SEED)


def _tempo(value: object) -> float:
    return _number(value, "the tempo", MIN_TEMPO_BPM, MAX_TEMPO_BPM)


def _kit(value: object) -> int:
    return _integer(value, "the kit", 0, MAX_KIT)
