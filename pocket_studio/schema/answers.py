"""What comes back: the forms of answers, for the API reference, and how they are written."""

from dataclasses import asdict
from typing import Any, TypedDict

from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import (
    Pattern,
    PatternText,
    followed,
    microtiming_classes_of,
    microtiming_pattern_to_text,
    template_of,
    template_to_rows,
    velocity_classes_of,
    velocity_pattern_to_text,
    without_stressed,
)
from pocket_studio.performance import CodeChoice, Performance
from pocket_studio.schema.asked import Asked
from pocket_studio.schema.groove_json import GrooveJson, groove_to_json

TemplateJson = dict[str, str]


class Got(TypedDict):
    """Which contours came out."""

    velocity_pattern: PatternText
    microtiming_pattern: PatternText


class Count(TypedDict):
    """As `patterns.Followed`."""

    n_asked: int
    n_silent: int
    n_same: int
    n_within_one: int


class Followed(TypedDict):
    """How much of the paint came out."""

    velocity: Count
    microtiming: Count


class GrooveAnswer(TypedDict):
    """A groove with the codes and the seed that made it, and how it follows the paint."""

    groove: GrooveJson
    codes: list[int]
    details: list[int]
    seed: int
    got: Got
    followed: Followed


class TakesAnswer(TypedDict):
    """As many as were asked for."""

    takes: list[GrooveAnswer]


class GenreSweepAnswer(TypedDict):
    """A groove by genre."""

    genres: dict[str, GrooveAnswer]


class Choice(TypedDict):
    """A code that a beat could have, with the notes of both bars."""

    code: int
    detail: int
    probability: float
    favourite_of: list[str]
    note: TemplateJson
    leak: list[int]


class CodeChoicesAnswer(TypedDict):
    """All 64, likeliest first."""

    beat: int
    choices: list[Choice]


class Tile(TypedDict):
    """A code, decoded, and its share of each genre's training codes."""

    code: int
    groove: GrooveJson
    usage: dict[str, float]


class CodebookAnswer(TypedDict):
    """All 64."""

    tiles: list[Tile]


class ShapeAnswer(TypedDict):
    """A groove."""

    groove: GrooveJson


class PatternsAnswer(TypedDict):
    """What a groove reduces to: its plain beat and the two contours of each drum."""

    template: TemplateJson
    velocity_pattern: PatternText
    microtiming_pattern: PatternText


class SoundAnswer(TypedDict):
    """Interleaved 16-bit little-endian samples as base64."""

    pcm16: str
    sample_rate: int
    channels: int
    n_frames: int


class VoiceJson(TypedDict):
    """What is hit by one name; `sounds` says which velocity's sound each velocity is made of."""

    pitch: int
    velocity: int | None
    levels: list[float]
    sounds: list[int]
    fades: dict[str, float]


class KitAnswer(TypedDict):
    """A kit's hits; a sound is a WAV file at `base`/`pitch`-`velocity`.wav."""

    base: str
    velocities: list[int]
    voices: dict[str, VoiceJson]


class KitJson(TypedDict):
    """A kit of a soundfont."""

    program: int
    name: str


class SoundfontJson(TypedDict):
    """A soundfont, its kits and which of them each genre has."""

    name: str
    kits: list[KitJson]
    genre_kits: dict[str, int]


class SoundsAnswer(TypedDict):
    """Which soundfonts there are, the best first."""

    soundfonts: list[SoundfontJson]
    notices: list[str]


class PartJson(TypedDict):
    """What one track (from 0) of a file plays on one channel (1 to 16).

    `hits` are those of the seven drums; `drums` says whether the studio takes it by itself.
    """

    track: int
    channel: int
    name: str
    hits: int
    drums: bool


class ReadMidiAnswer(TypedDict):
    """Two bars of a file, what they reduce to, the hits and meters of all bars, and its parts.

    If it cannot be told which of `parts` are drums, there is no groove; the notice says so. Where
    the file says no tempo, the groove's is 120 bpm.
    """

    n_bars: int
    bar: int
    bar_hits: list[int]
    bar_meters: list[str]
    parts: list[PartJson]
    part: int | None
    says_tempo: bool
    groove: GrooveJson | None
    template: TemplateJson | None
    velocity_pattern: PatternText | None
    microtiming_pattern: PatternText | None
    notices: list[str]


class FileAnswer(TypedDict):
    """A file, its content as base64."""

    filename: str
    mime: str
    content: str


class ProjectAnswer(TypedDict):
    """A project, and what there is to say about it."""

    project: dict[str, Any]
    notices: list[str]


class ShareAnswer(TypedDict):
    """The text of a link, and what it does not carry."""

    text: str
    notices: list[str]


class PlayProjectAnswer(TypedDict):
    """What the model plays, that after amounts and edits, and the mix."""

    performance: GrooveAnswer
    groove: GrooveJson
    levels: dict[str, float]


def performance_to_json(performance: Performance, seed: int, asked: Asked) -> GrooveAnswer:
    """Write what was played with `seed`, and how much of what was painted came out."""
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
            "velocity": _count(
                without_stressed(asked.velocity_pattern, asked.template), got_velocity
            ),
            "microtiming": _count(asked.microtiming_pattern, got_microtiming),
        },
    }


def _count(pattern: Pattern, got: Pattern) -> Count:
    counted: Count = asdict(followed(pattern, got))  # type: ignore[assignment]
    return counted


def patterns_to_json(groove: Groove) -> PatternsAnswer:
    """Write what `groove` reduces to."""
    return {
        "template": template_to_rows(template_of(groove)),
        "velocity_pattern": velocity_pattern_to_text(velocity_classes_of(groove)),
        "microtiming_pattern": microtiming_pattern_to_text(microtiming_classes_of(groove)),
    }


def code_choice_to_json(choice: CodeChoice, favourites: dict[str, tuple[int, ...]]) -> Choice:
    """Write a code that a beat could have; `favourites` are those of each genre."""
    return {
        "code": choice.code,
        "detail": choice.detail,
        "probability": round(choice.probability, 6),
        "favourite_of": [genre for genre, codes in favourites.items() if choice.code in codes],
        "note": template_to_rows(choice.note),
        "leak": list(choice.leak),
    }
