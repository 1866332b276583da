"""The parts of a project that requests have too: takes, edits, locked rows, drums."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import numpy as np
from pydantic import Field

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.feels import RowFeel
from pocket_studio.music.grid import N_BEATS, N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.shaping import Edit, validate_edits, with_edits
from pocket_studio.performance import Held, Morph, Take, held_rows
from pocket_studio.schema.values import (
    Beat,
    Code,
    Detail,
    Drum,
    EditVelocityMidi,
    HitVelocityMidi,
    Looseness,
    MorphAmount,
    OffsetMs,
    RowLoudness,
    Seed,
    Step,
    Ticks,
)
from pocket_studio.schema.words import Form, Json, Named, OneOf, Record, record

LockedRows = Mapping[str, tuple[Edit, ...]]
RowFeels = Mapping[str, RowFeel]

_Item = TypeVar("_Item", bound=Hashable)
_ONE_A_BEAT = f"a list of {N_BEATS}, one a beat"
_EIGHT = Field(min_length=N_BEATS, max_length=N_BEATS)

Codes = Annotated[tuple[Code | None, ...], _EIGHT, Named("the codes", _ONE_A_BEAT)]
Details = Annotated[tuple[Detail | None, ...], _EIGHT, Named("the details", _ONE_A_BEAT)]
AllCodes = Annotated[tuple[Code, ...], _EIGHT, Named("the codes", _ONE_A_BEAT)]
AllDetails = Annotated[tuple[Detail, ...], _EIGHT, Named("the details", _ONE_A_BEAT)]
KeptCode = Annotated[tuple[Code, Detail], Named("a kept code")]
KeptCodes = Annotated[tuple[KeptCode | None, ...], _EIGHT, Named("the kept codes", _ONE_A_BEAT)]


@record("a take")
class TakeFields(Record):
    """A take: its seed, and codes 0..63 and details -1..4095 where they are chosen or kept."""

    seed: Seed = 0
    codes: Codes | None = None
    details: Details | None = None
    kept: KeptCodes | None = None

    @property
    def take(self) -> Take:
        """The take of these fields."""
        return Take(self.seed, self.codes, self.details, self.kept)


def take_to_json(take: Take) -> Json:
    """Write a take as `TakeFields` has it."""
    lists = {name: getattr(take, name) for name in ("codes", "details")}
    return {
        "seed": take.seed,
        **{name: None if given is None else list(given) for name, given in lists.items()},
        "kept": take.kept and [pair and list(pair) for pair in take.kept],
    }


TakeField = Annotated[
    Take,
    Form(
        TakeFields,
        lambda value, check: value if isinstance(value, Take) else check(value).take,
        take_to_json,
    ),
]


@record("the morph")
class MorphFields(Record):
    """How far a take is on its way `to` another."""

    to: TakeField
    amount: MorphAmount


MorphField = Annotated[
    Morph,
    Form(
        MorphFields,
        lambda value, check: (
            value if isinstance(value, Morph) else Morph(*vars(check(value)).values())
        ),
        lambda morph: {"to": take_to_json(morph.to), "amount": morph.amount},
    ),
]

EditRow = Annotated[
    tuple[
        Step,
        Annotated[str, OneOf(DRUMS), Named("an edit's drum")],
        EditVelocityMidi,
        Ticks,
    ],
    Named("an edit"),
]
LockedHit = Annotated[tuple[Step, HitVelocityMidi, Ticks], Named("a locked hit")]


def _read_edits(value: Any, check: Callable[[object], Any]) -> tuple[Edit, ...]:
    if isinstance(value, tuple | list) and any(isinstance(each, Edit) for each in value):
        return validate_edits(value)
    return validate_edits(
        Edit(step, DRUMS.index(drum), velocity, ticks)
        for step, drum, velocity, ticks in check(value)
    )


def edits_to_json(edits: Sequence[Edit]) -> list[list[int | str]]:
    """Write edits as `[[step, drum, velocity_midi, ticks], ...]`."""
    return [[edit.step, DRUMS[edit.drum], edit.velocity_midi, edit.ticks] for edit in edits]


Edits = Annotated[
    tuple[Edit, ...],
    Form(
        Annotated[
            list[EditRow],
            Field(max_length=N_STEPS * N_DRUMS, description="step, drum, MIDI velocity, ticks"),
            Named("the edits"),
        ],
        _read_edits,
        edits_to_json,
    ),
]


def _read_locked_rows(value: Any, check: Callable[[object], Any]) -> LockedRows:
    """Read locked rows; a drum without hits is kept silent."""
    if isinstance(value, Mapping) and any(
        isinstance(hit, Edit) for hits in value.values() if isinstance(hits, tuple) for hit in hits
    ):
        value = locked_rows_to_json(_of_their_drums(value))
    rows = check(value)
    return {
        drum: validate_edits(Edit(step, number, *rest) for step, *rest in rows[drum])
        for number, drum in enumerate(DRUMS)
        if drum in rows
    }


def _of_their_drums(rows: LockedRows) -> LockedRows:
    for name, hits in rows.items():
        if name in DRUMS and any(hit.drum != DRUMS.index(name) for hit in hits):
            raise InvalidRequestError(f"the locked {name} row must hold hits of {name}")
    return rows


def locked_rows_to_json(rows: LockedRows) -> Json:
    """Write locked rows as `{drum: [[step, velocity_midi, ticks], ...]}`."""
    return {
        drum: [[hit.step, hit.velocity_midi, hit.ticks] for hit in hits]
        for drum, hits in rows.items()
    }


LockedRowsField = Annotated[
    LockedRows,
    Form(
        Annotated[
            dict[
                Annotated[str, OneOf(DRUMS), Named("a locked row's name")],
                Annotated[list[LockedHit], Field(max_length=N_STEPS), Named("a locked row")],
            ],
            Named("the locked rows"),
        ],
        _read_locked_rows,
        locked_rows_to_json,
    ),
]


def held_of(rows: LockedRows) -> Held | None:
    """Return the locked rows as what the model has to hold, None if there are none."""
    if not rows:
        return None
    silence = Groove(*np.zeros((3, N_STEPS, N_DRUMS), np.float32))
    return held_rows(with_edits(silence, [hit for hits in rows.values() for hit in hits]), rows)


@record("a row's feel")
class RowFeelFields(Record):
    """What a row plays like: its offset in ms (positive = late), loudness and looseness."""

    offset_ms: OffsetMs = 0.0
    loudness: RowLoudness = 1.0
    looseness: Looseness = 0.0


def _read_row_feels(value: Any, check: Callable[[object], Any]) -> RowFeels:
    """Read feels; a neutral one says nothing."""
    if isinstance(value, Mapping):
        value = {
            drum: vars(feel) if isinstance(feel, RowFeel) else feel for drum, feel in value.items()
        }
    rows = {drum: RowFeel(**vars(fields)) for drum, fields in check(value).items()}
    return {drum: rows[drum] for drum in DRUMS if drum in rows and not rows[drum].is_neutral}


RowFeelsField = Annotated[
    RowFeels,
    Form(
        Annotated[
            dict[Annotated[str, OneOf(DRUMS), Named("a row with a feel")], RowFeelFields],
            Named("the rows' feels"),
        ],
        _read_row_feels,
        lambda rows: {drum: dict(vars(feel)) for drum, feel in rows.items()},
    ),
]


def _distinct(item: object, most: int, name: str, key: Callable[[Any], int]) -> Form:
    """Return the form of up to `most` items, none twice, which are brought into an order."""

    def read(value: Any, check: Callable[[object], Any]) -> tuple[Any, ...]:
        items = check(value)
        if len(set(items)) < len(items):
            raise InvalidRequestError(f"{name} must not name one twice")
        return tuple(sorted(items, key=key))

    listed = Annotated[list[item], Field(max_length=most), Named(name)]  # type: ignore[valid-type]
    return Form(listed, read, list)


_LockedBeat = Annotated[Beat, Named("a locked beat")]

MutedDrums = Annotated[tuple[str, ...], _distinct(Drum, N_DRUMS, "the muted drums", DRUMS.index)]
SoloDrums = Annotated[tuple[str, ...], _distinct(Drum, N_DRUMS, "the solo drums", DRUMS.index)]
LockedBeats = Annotated[tuple[int, ...], _distinct(_LockedBeat, N_BEATS, "the locked beats", int)]
