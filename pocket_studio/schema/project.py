"""One project: all that undo covers. It says what to play; `play` plays it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.grid import N_BEATS, STRAIGHT
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import (
    Pattern,
    Template,
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
)
from pocket_studio.music.shaping import MAX_AMOUNT, Edit, shape, validate_edits
from pocket_studio.performance import (
    DEFAULT_GUIDANCE,
    DEFAULT_HUMANITY,
    DEFAULT_TEMPERATURE,
    MAX_SEED,
    Morph,
    Performance,
    Studio,
    Take,
)
from pocket_studio.schema.choices import MAX_NAME_LENGTH, N_TAKES, KitChoice, MorphTo, Reference
from pocket_studio.schema.fields import (
    read_choice,
    read_flag,
    read_integer,
    read_number,
    read_text,
)
from pocket_studio.schema.groove_json import DEFAULT_TEMPO_BPM, read_swing, read_tempo
from pocket_studio.schema.parts import (
    FULL_LEVELS,
    Levels,
    LockedRows,
    distinct,
    held_of,
    parse_drums,
    read_density,
    read_guidance,
    read_humanity,
    read_temperature,
)

GENRE_CHOICES: Final = (ANY_GENRE, *GENRES)
MAX_SECTIONS: Final = 16
_CHECKPOINT: Final = re.compile(r"([0-9a-f]{12})?")


@dataclass(frozen=True, eq=False)
class Project:
    """All that undo covers, checked; lists are brought into the order of time and drums.

    Attributes
    ----------
    template : array [32, 7] of {0, 1}
    velocity_pattern, microtiming_pattern : array [32, 7]
        Classes as in `patterns`, -1 where unpainted; [32] is for every drum.
    genre : str
        `any` or one of `corpus.GENRES`.
    keep_sketch : bool
        Whether every hit of the template sounds.
    temperature, guidance, humanity : float
        0.05..2, 0..4 and 0..1, as in `Studio.groove`.
    density : int, optional
        0..64 hits beyond the template; None is as the model believes.
    takes : 4 Take
        Missing ones get the first one's seed plus 1, 2 and 3.
    take : int
        Index of the active take.
    locked_beats : tuple of int
        Beats 0..7 whose codes the page keeps in a new take.
    locked_rows : Mapping of drum name to tuple of Edit
        Rows that the model has to hold as they are.
    edits : tuple of Edit
        Cells that were changed by hand after the model.
    morph : MorphTo, optional
    reference : Reference, optional
    reference_notes : bool
        Whether its notes play too, and not only its feel.
    tempo_bpm, swing : float
        40..240 and 0.5..0.75.
    velocity_amount, microtiming_amount : float
        0..1.3; 1 = as the model plays.
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

    template: Template
    velocity_pattern: Pattern = field(default_factory=partial(validate_velocity_pattern, None))
    microtiming_pattern: Pattern = field(
        default_factory=partial(validate_microtiming_pattern, None)
    )
    genre: str = ANY_GENRE
    keep_sketch: bool = True
    temperature: float = DEFAULT_TEMPERATURE
    guidance: float = DEFAULT_GUIDANCE
    density: int | None = None
    humanity: float = DEFAULT_HUMANITY
    takes: tuple[Take, ...] = (Take(),)
    take: int = 0
    locked_beats: tuple[int, ...] = ()
    locked_rows: LockedRows = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    morph: MorphTo | None = None
    reference: Reference | None = None
    reference_notes: bool = False
    tempo_bpm: float = DEFAULT_TEMPO_BPM
    swing: float = STRAIGHT
    velocity_amount: float = 1.0
    microtiming_amount: float = 1.0
    muted: tuple[str, ...] = ()
    solo: tuple[str, ...] = ()
    levels: Levels = FULL_LEVELS
    kit: KitChoice | None = None
    song: tuple[Section, ...] = ()
    checkpoint: str = ""

    def __post_init__(self) -> None:
        checked = {
            "template": _fixed(validate_template(self.template)),
            "velocity_pattern": _fixed(validate_velocity_pattern(self.velocity_pattern)),
            "microtiming_pattern": _fixed(validate_microtiming_pattern(self.microtiming_pattern)),
            "genre": read_choice(self.genre, GENRE_CHOICES, "the genre"),
            "keep_sketch": read_flag(self.keep_sketch, "keep_sketch"),
            "temperature": read_temperature(self.temperature),
            "guidance": read_guidance(self.guidance),
            "density": None if self.density is None else read_density(self.density),
            "humanity": read_humanity(self.humanity),
            "reference_notes": read_flag(self.reference_notes, "reference_notes"),
            "takes": _four_takes(self.takes),
            "take": read_integer(self.take, "the active take", 0, N_TAKES - 1),
            "locked_beats": _beats(self.locked_beats),
            "locked_rows": _rows(self.locked_rows),
            "edits": validate_edits(self.edits),
            "tempo_bpm": read_tempo(self.tempo_bpm),
            "swing": read_swing(self.swing),
            "velocity_amount": _amount(self.velocity_amount, "velocity"),
            "microtiming_amount": _amount(self.microtiming_amount, "microtiming"),
            "muted": parse_drums(self.muted, "the muted drums"),
            "solo": parse_drums(self.solo, "the solo drums"),
            "levels": _levels(self.levels),
            "song": _sections(self.song),
        }
        if not isinstance(self.checkpoint, str) or not _CHECKPOINT.fullmatch(self.checkpoint):
            raise InvalidRequestError("the checkpoint must be empty or 12 hexadecimal digits")
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Project):
            return NotImplemented
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)

    __hash__ = None  # type: ignore[assignment]  # compared by value, so not hashable

    def play(self, studio: Studio) -> tuple[Performance, Groove]:
        """Return what the model plays, and that after amounts and edits, with swing and tempo."""
        take, morph, reference = self.takes[self.take], self.morph, self.reference
        codes, details = take.given
        performance = studio.groove(
            self.template,
            genre=self.genre,
            velocity_pattern=self.velocity_pattern,
            microtiming_pattern=self.microtiming_pattern,
            codes=codes,
            details=details,
            reference=reference.groove if reference else None,
            reference_notes=self.reference_notes,
            temperature=self.temperature,
            guidance=self.guidance,
            density=self.density,
            humanity=self.humanity,
            seed=take.seed,
            tempo_bpm=self.tempo_bpm,
            held=held_of(self.locked_rows),
            morph=Morph(self.takes[morph.to], morph.amount) if morph else None,
            keep_sketch=self.keep_sketch,
        )
        shaped = shape(
            performance.groove,
            velocity_amount=self.velocity_amount,
            microtiming_amount=self.microtiming_amount,
            edits=self.edits,
            swing=self.swing,
        )
        return performance, shaped

    def mix(self) -> NDArray[np.float32]:
        """Return each drum's level [7], 0 if it is muted or others play solo."""
        sounding = [
            drum not in self.muted and (drum in self.solo or not self.solo) for drum in DRUMS
        ]
        return np.array(self.levels, np.float32) * np.array(sounding, np.float32)


def _fixed(array: ArrayLike) -> NDArray[np.integer]:
    fixed = np.asarray(array)
    fixed.setflags(write=False)
    return fixed


def _four_takes(takes: Sequence[Take]) -> tuple[Take, ...]:
    if not 1 <= len(takes) <= N_TAKES:
        raise InvalidRequestError(f"a project has 1 to {N_TAKES} takes")
    more = (Take((takes[0].seed + n) % (MAX_SEED + 1)) for n in range(len(takes), N_TAKES))
    return (*takes, *more)


def _beats(beats: Iterable[int]) -> tuple[int, ...]:
    numbers = [read_integer(beat, "a locked beat", 0, N_BEATS - 1) for beat in beats]
    return tuple(sorted(distinct(numbers, "the locked beats")))


def _rows(rows: LockedRows) -> LockedRows:
    for name, hits in rows.items():
        drum = DRUMS.index(read_choice(name, DRUMS, "a locked row's name"))
        if any(hit.drum != drum or not hit.velocity_midi for hit in hits):
            raise InvalidRequestError(f"the locked {name} row must hold hits of {name}")
    return {drum: validate_edits(rows[drum]) for drum in DRUMS if drum in rows}


def _amount(value: float, name: str) -> float:
    return read_number(value, f"the amount of {name}", 0, MAX_AMOUNT)


def _levels(levels: Sequence[float]) -> Levels:
    if len(levels) != N_DRUMS:
        raise InvalidRequestError(f"a project has {N_DRUMS} levels")
    return tuple(
        read_number(level, f"the level of {drum}", 0, 1)
        for level, drum in zip(levels, DRUMS, strict=True)
    )


def _sections(song: Sequence[Section]) -> tuple[Section, ...]:
    if len(song) > MAX_SECTIONS:
        raise InvalidRequestError(f"a song has up to {MAX_SECTIONS} sections")
    for section in song:
        read_text(section.name, "a section's name", MAX_NAME_LENGTH)
    return tuple(song)
