"""Grace notes: the soft hits just before one that has an ornament (a flam or a drag).

The page does the same in JavaScript (web/core/ornaments.js).
"""

from typing import Final, NamedTuple

from pocket_studio.music.grid import steps_to_seconds
from pocket_studio.music.groove import Groove

ORNAMENTS: Final = ("none", "flam", "drag")

# How many ms before its hit each grace note begins, and its share of the hit's velocity.
_GRACES: Final = ((), ((30.0, 0.45),), ((62.0, 0.4), (31.0, 0.45)))


class Grace(NamedTuple):
    """A grace note: how many steps before its hit, and its velocity in 0..1."""

    before: float
    velocity: float


def graces_of(groove: Groove, step: int, drum: int, tempo_bpm: float) -> tuple[Grace, ...]:
    """Return the grace notes of a hit of `groove`, played at `tempo_bpm`, in playing order.

    They lie as many milliseconds before it at any tempo, as hands play them.
    """
    velocity = float(groove.velocity[step, drum])
    step_ms = 1000 * steps_to_seconds(1, tempo_bpm)
    return tuple(
        Grace(before_ms / step_ms, share * velocity)
        for before_ms, share in _GRACES[int(groove.ornament[step, drum])]
    )
