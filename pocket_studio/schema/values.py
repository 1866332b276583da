"""The types of single fields: what each may be, and what it is called in errors and in JSON."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pocket_studio.music.feels import ROW_FEEL_RANGES
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.grid import (
    MAX_MICROTIMING_TICKS,
    MAX_SWING,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    N_BEATS,
    N_STEPS,
    STRAIGHT,
)
from pocket_studio.music.groove import MAX_REPEATS
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import (
    Pattern,
    microtiming_pattern_to_text,
    ornaments_to_rows,
    rows_to_ornaments,
    rows_to_template,
    template_to_rows,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    validate_microtiming_pattern,
    validate_ornaments,
    validate_template,
    validate_velocity_pattern,
    velocity_pattern_to_text,
)
from pocket_studio.music.shaping import LAYERS, MAX_AMOUNT, MAX_VELOCITY_MIDI
from pocket_studio.performance import MAX_SEED
from pocket_studio.performance.controls import DENSITY, GUIDANCE, HUMANITY, TEMPERATURE
from pocket_studio.performance.take import MAX_CODE, MAX_DETAIL, NO_DETAIL
from pocket_studio.schema.words import Form, Named, OneOf

GENRE_CHOICES: Final = (ANY_GENRE, *GENRES)
N_TAKES: Final = 4
MAX_SECTIONS: Final = 16
MAX_NAME_LENGTH: Final = 80
MAX_PROGRAM: Final = 127
MIN_HIT_VELOCITY: Final = 1e-3

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(strict=True, max_length=MAX_NAME_LENGTH)]


def _range(name: str) -> Any:
    low, high = ROW_FEEL_RANGES[name]
    return Field(ge=low, le=high)


Drum = Annotated[str, OneOf(DRUMS), Named("a drum")]
Step = Annotated[Whole, Field(ge=0, le=N_STEPS - 1), Named("a step")]
Beat = Annotated[Whole, Field(ge=0, le=N_BEATS - 1)]
# Hits on the page lie in -60..59 ticks, as they do in MIDI files.
Ticks = Annotated[
    Whole, Field(ge=-MAX_MICROTIMING_TICKS, le=MAX_MICROTIMING_TICKS - 1), Named("ticks")
]
HitVelocityMidi = Annotated[Whole, Field(ge=1, le=MAX_VELOCITY_MIDI), Named("a velocity")]
EditVelocityMidi = Annotated[Whole, Field(ge=0, le=MAX_VELOCITY_MIDI), Named("a velocity")]

Tempo = Annotated[Number, Field(ge=MIN_TEMPO_BPM, le=MAX_TEMPO_BPM), Named("the tempo")]
Swing = Annotated[Number, Field(ge=STRAIGHT, le=MAX_SWING), Named("the swing")]
Genre = Annotated[str, OneOf(GENRE_CHOICES), Named("the genre")]
Seed = Annotated[Whole, Field(ge=0, le=MAX_SEED), Named("the seed")]
Code = Annotated[Whole, Field(ge=0, le=MAX_CODE), Named("a code")]
Detail = Annotated[Whole, Field(ge=NO_DETAIL, le=MAX_DETAIL), Named("a detail")]
Temperature = Annotated[
    Number, Field(ge=TEMPERATURE.low, le=TEMPERATURE.high), Named("the temperature")
]
Guidance = Annotated[Number, Field(ge=GUIDANCE.low, le=GUIDANCE.high), Named("the guidance")]
Density = Annotated[Whole, Field(ge=DENSITY.low, le=DENSITY.high), Named("the density")]
Humanity = Annotated[Number, Field(ge=HUMANITY.low, le=HUMANITY.high), Named("the humanity")]
MorphAmount = Annotated[Number, Field(ge=0, le=1), Named("the morph's amount")]
VelocityAmount = Annotated[Number, Field(ge=0, le=MAX_AMOUNT), Named("the amount of velocity")]
MicrotimingAmount = Annotated[
    Number, Field(ge=0, le=MAX_AMOUNT), Named("the amount of microtiming")
]
OffsetMs = Annotated[Number, _range("offset_ms"), Named("a row's offset in ms")]
RowLoudness = Annotated[Number, _range("loudness"), Named("a row's loudness")]
Looseness = Annotated[Number, _range("looseness"), Named("a row's looseness")]
Level = Annotated[Number, Field(ge=0, le=1), Named("a level")]
Layer = Annotated[str, OneOf(LAYERS), Named("the layer")]
Program = Annotated[Whole, Field(ge=0, le=MAX_PROGRAM), Named("the kit")]
SoundfontName = Annotated[Name, Named("the soundfont's name")]
Repeats = Annotated[Whole, Field(ge=1, le=MAX_REPEATS)]

_Text = Annotated[str, Field(min_length=N_STEPS, max_length=N_STEPS)]


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _array(
    validate: Callable[[Any], NDArray[Any]], parse: Callable[[Any], NDArray[Any]]
) -> Callable[[Any, Callable[[object], Any]], NDArray[Any]]:
    """Return a reader of arrays and of their text, which is checked as it is parsed."""
    return lambda value, _check: _fixed(
        validate(value) if isinstance(value, np.ndarray) else parse(value)
    )


Template = Annotated[
    NDArray[np.uint8],
    Form(
        dict[
            Drum,
            Annotated[_Text, Field(description="x is a hit, g a ghost, X an accent, . a rest")],
        ],
        _array(validate_template, rows_to_template),
        template_to_rows,
    ),
]
VelocityPattern = Annotated[
    Pattern,
    Form(
        Annotated[
            _Text | dict[Drum, _Text], Field(description="1 (soft) to 5 (loud), . is unpainted")
        ],
        _array(validate_velocity_pattern, text_to_velocity_pattern),
        velocity_pattern_to_text,
    ),
]
MicrotimingPattern = Annotated[
    Pattern,
    Form(
        Annotated[
            _Text | dict[Drum, _Text],
            Field(description="< (pushed), | (on), > (laid back), . is unpainted"),
        ],
        _array(validate_microtiming_pattern, text_to_microtiming_pattern),
        microtiming_pattern_to_text,
    ),
]


Ornaments = Annotated[
    NDArray[np.uint8],
    Form(
        dict[Drum, Annotated[_Text, Field(description="f is a flam, d a drag, . neither")]],
        _array(validate_ornaments, rows_to_ornaments),
        ornaments_to_rows,
    ),
]


def no_ornaments() -> NDArray[np.uint8]:
    """Return ornaments of which there are none."""
    return _fixed(rows_to_ornaments({}))


def unpainted() -> Pattern:
    """Return a pattern without any paint."""
    return _fixed(validate_velocity_pattern(None))


def _read_levels(value: object, check: Callable[[object], Any]) -> tuple[float, ...]:
    if isinstance(value, tuple) and len(value) == N_DRUMS:
        value = dict(zip(DRUMS, value, strict=True))
    given = check(value)
    return tuple(given.get(drum, 1.0) for drum in DRUMS)


Levels = Annotated[
    tuple[float, ...],
    Form(
        Annotated[
            dict[Annotated[str, OneOf(DRUMS), Named("a level's name")], Level], Named("the levels")
        ],
        _read_levels,
        lambda levels: dict(zip(DRUMS, levels, strict=True)),
    ),
]
