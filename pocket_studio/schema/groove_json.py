"""A groove as JSON, as the page, the endpoints and project files have it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import MAX_SWING, MAX_TEMPO_BPM, MIN_TEMPO_BPM, N_STEPS, STRAIGHT
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.schema.fields import (
    Json,
    read_choice,
    read_integer,
    read_list,
    read_number,
    read_object,
    read_optional,
)

DEFAULT_TEMPO_BPM: Final = 120.0
_MIN_VELOCITY: Final = 1e-3
_DECIMALS: Final = 4  # finer than MIDI velocity and ticks, and half the bytes of a float32


def parse_groove(data: object) -> Groove:
    """Read `{"tempo_bpm", "swing", "hits": [{"step", "drum", "velocity", "microtiming"}, ...]}`.

    Tempo, swing and microtiming may be left out: 120 bpm, straight, on the grid.

    Raises
    ------
    InvalidRequestError
        If a field is missing, of the wrong type or out of range, or a cell is hit twice.
    """
    fields = read_object(data, "the groove")
    note, velocity, microtiming = (np.zeros((N_STEPS, N_DRUMS), np.float32) for _ in range(3))
    for item in read_list(fields.get("hits"), "the groove's hits", N_STEPS * N_DRUMS):
        hit = read_object(item, "a hit")
        place = _hit_place(hit)
        if note[place]:
            raise InvalidRequestError("the groove hits one drum twice at one step")
        note[place] = 1.0
        velocity[place] = read_number(hit.get("velocity"), "a hit's velocity", _MIN_VELOCITY, 1.0)
        microtiming[place] = read_number(
            hit.get("microtiming", 0), "a hit's microtiming", -1.0, 1.0
        )
    tempo_bpm = read_optional(fields, "tempo_bpm", read_tempo, DEFAULT_TEMPO_BPM)
    swing = read_optional(fields, "swing", read_swing, STRAIGHT)
    return Groove(note, velocity, microtiming, tempo_bpm, swing)


def groove_to_json(groove: Groove) -> Json:
    """Write a groove as `parse_groove` reads it, hits in the order of time and drums."""
    hits = [
        {
            "step": step,
            "drum": DRUMS[drum],
            "velocity": max(_MIN_VELOCITY, round(float(groove.velocity[step, drum]), _DECIMALS)),
            "microtiming": round(float(groove.microtiming[step, drum]), _DECIMALS),
        }
        for step, drum in np.argwhere(groove.note > 0).tolist()
    ]
    return {"tempo_bpm": groove.tempo_bpm, "swing": groove.swing, "hits": hits}


def read_tempo(value: object) -> float:
    """Return `value` if it is a tempo in beats a minute."""
    return read_number(value, "the tempo", MIN_TEMPO_BPM, MAX_TEMPO_BPM)


def read_swing(value: object) -> float:
    """Return `value` if it is a swing, 0.5 to 0.75 of an eighth."""
    return read_number(value, "the swing", STRAIGHT, MAX_SWING)


def _hit_place(hit: Mapping[str, Any]) -> tuple[int, int]:
    step = read_integer(hit.get("step"), "a hit's step", 0, N_STEPS - 1)
    return step, DRUMS.index(read_choice(hit.get("drum"), DRUMS, "a hit's drum"))
