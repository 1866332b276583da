"""The parts of a project that requests have too, as JSON: takes, controls, edits, locks, levels."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import MAX_MICROTIMING_TICKS, N_BEATS, N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.shaping import MAX_VELOCITY_MIDI, Edit, validate_edits, with_edits
from pocket_studio.performance import (
    MAX_DENSITY,
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    Held,
    Take,
    held_rows,
)
from pocket_studio.performance.take import MAX_CODE, MAX_DETAIL, NO_DETAIL, Kept
from pocket_studio.schema.fields import (
    Json,
    read_choice,
    read_integer,
    read_list,
    read_number,
    read_object,
    read_optional,
)

LockedRows = Mapping[str, tuple[Edit, ...]]
Levels = tuple[float, ...]

FULL_LEVELS: Final[Levels] = (1.0,) * N_DRUMS

_Item = TypeVar("_Item", bound=Hashable)


def parse_take(value: object) -> Take:
    """Read `{"seed", "codes": null or 8 of int or null, "details": the same, "kept": ...}`.

    Of `kept` each is null or `[code, detail]`.
    """
    fields = read_object(value, "a take")
    return Take(
        seed=read_optional(fields, "seed", read_seed, 0),
        codes=read_optional(fields, "codes", read_codes, None),
        details=read_optional(fields, "details", read_details, None),
        kept=read_optional(fields, "kept", read_kept, None),
    )


def take_to_json(take: Take) -> Json:
    """Write a take as `parse_take` reads it."""
    lists = {name: getattr(take, name) for name in ("codes", "details")}
    return {
        "seed": take.seed,
        **{name: None if given is None else list(given) for name, given in lists.items()},
        "kept": take.kept and [pair and list(pair) for pair in take.kept],
    }


def read_seed(value: object) -> int:
    """Return `value` if it is a take's seed."""
    return read_integer(value, "the seed", 0, MAX_SEED)


def read_codes(value: object) -> tuple[int | None, ...]:
    """Return `value` if it is a list of 8 codes, null where the prior chooses."""
    return _one_a_beat(value, "codes", _code)


def read_details(value: object) -> tuple[int | None, ...]:
    """Return `value` if it is a list of 8 details, -1 for none, null where the prior chooses."""
    return _one_a_beat(value, "details", _detail)


def read_kept(value: object) -> Kept:
    """Return `value` if it is a list of 8 `[code, detail]`, null where nothing is kept."""
    return _one_a_beat(value, "kept codes", _pair)


def read_temperature(value: object) -> float:
    """Return `value` if it is how far a take may stray."""
    return read_number(value, "the temperature", MIN_TEMPERATURE, MAX_TEMPERATURE)


def read_guidance(value: object) -> float:
    """Return `value` if it is how far notes go towards the genre."""
    return read_number(value, "the guidance", 0, MAX_GUIDANCE)


def read_density(value: object) -> int:
    """Return `value` if it is a number of hits beyond the template."""
    return read_integer(value, "the density", 0, MAX_DENSITY)


def read_humanity(value: object) -> float:
    """Return `value` if it is how much each hit varies."""
    return read_number(value, "the humanity", 0, 1)


def parse_edits(value: object) -> tuple[Edit, ...]:
    """Read `[[step, drum, velocity_midi, ticks], ...]`, no cell twice."""
    edits = []
    for item in read_list(value, "the edits", N_STEPS * N_DRUMS):
        row = _row(item, "an edit", 4)
        drum = DRUMS.index(read_choice(row[1], DRUMS, "an edit's drum"))
        edits.append(_edit(row[0], drum, row[2], row[3], softest=0))
    return validate_edits(edits)


def edits_to_json(edits: Sequence[Edit]) -> list[list[int | str]]:
    """Write edits as `parse_edits` reads them."""
    return [[edit.step, DRUMS[edit.drum], edit.velocity_midi, edit.ticks] for edit in edits]


def parse_locked_rows(value: object) -> LockedRows:
    """Read `{drum: [[step, velocity_midi, ticks], ...]}`; a drum without hits is kept silent."""
    rows = {}
    for name, hits in read_object(value, "the locked rows").items():
        drum = DRUMS.index(read_choice(name, DRUMS, "a locked row's name"))
        listed = [_row(hit, "a locked hit", 3) for hit in read_list(hits, "a locked row", N_STEPS)]
        rows[name] = validate_edits(
            _edit(step, drum, velocity, ticks, softest=1) for step, velocity, ticks in listed
        )
    return rows


def locked_rows_to_json(rows: LockedRows) -> Json:
    """Write locked rows as `parse_locked_rows` reads them."""
    return {
        drum: [[hit.step, hit.velocity_midi, hit.ticks] for hit in hits]
        for drum, hits in rows.items()
    }


def held_of(rows: LockedRows) -> Held | None:
    """Return the locked rows as what the model has to hold, None if there are none."""
    if not rows:
        return None
    silence = Groove(*np.zeros((3, N_STEPS, N_DRUMS), np.float32))
    return held_rows(with_edits(silence, [hit for hits in rows.values() for hit in hits]), rows)


def parse_levels(value: object) -> Levels:
    """Read `{drum: 0..1}` as levels by drum; a drum that is left out has 1."""
    fields = read_object(value, "the levels")
    for name in fields:
        read_choice(name, DRUMS, "a level's name")
    return tuple(read_number(fields.get(drum, 1), f"the level of {drum}", 0, 1) for drum in DRUMS)


def parse_drums(value: object, name: str) -> tuple[str, ...]:
    """Read a list of drum names, none twice, and return it in the order of `kit.DRUMS`."""
    names = [
        read_choice(item, DRUMS, f"a drum of {name}") for item in read_list(value, name, N_DRUMS)
    ]
    return tuple(sorted(distinct(names, name), key=DRUMS.index))


def distinct(items: Sequence[_Item], name: str) -> Sequence[_Item]:
    """Return `items` if none is there twice."""
    if len(set(items)) < len(items):
        raise InvalidRequestError(f"{name} must not name one twice")
    return items


def _one_a_beat(
    value: object, name: str, read: Callable[[object], _Item]
) -> tuple[_Item | None, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != N_BEATS:
        raise InvalidRequestError(f"the {name} must be a list of {N_BEATS}, one a beat")
    return tuple(None if item is None else read(item) for item in value)


def _code(value: object) -> int:
    return read_integer(value, "a code", 0, MAX_CODE)


def _detail(value: object) -> int:
    return read_integer(value, "a detail", NO_DETAIL, MAX_DETAIL)


def _pair(value: object) -> tuple[int, int]:
    code, detail = _row(value, "a kept code", 2)
    return _code(code), _detail(detail)


def _row(value: object, name: str, length: int) -> Sequence[object]:
    row = read_list(value, name, length)
    if len(row) != length:
        raise InvalidRequestError(f"{name} must be a list of {length}")
    return row


def _edit(step: object, drum: int, velocity: object, ticks: object, softest: int) -> Edit:
    # Hits on the page lie in -60..59 ticks, as they do in MIDI files.
    latest = MAX_MICROTIMING_TICKS - 1
    return Edit(
        read_integer(step, "a step", 0, N_STEPS - 1),
        drum,
        read_integer(velocity, "a velocity", softest, MAX_VELOCITY_MIDI),
        read_integer(ticks, "ticks", -MAX_MICROTIMING_TICKS, latest),
    )
