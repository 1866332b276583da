"""Preset beats, so that nobody faces an empty grid: plain two-bar sketches in each genre's idiom.

They are templates, not performances: the backbone a drummer would be told, which the model plays.
Rows are 32 sixteenths as `rows_to_template` reads them, the bars divided by a blank for the reader.
"""

from dataclasses import dataclass
from typing import Final

from pocket_studio.music.patterns import Template, rows_to_template

_EIGHTHS: Final = "x.x.x.x.x.x.x.x. x.x.x.x.x.x.x.x."
_QUARTERS: Final = "x...x...x...x... x...x...x...x..."
_SIXTEENTHS: Final = "xxxxxxxxxxxxxxxx xxxxxxxxxxxxxxxx"
_BACKBEAT: Final = "....x.......x... ....x.......x..."
_OFFBEATS: Final = "..x...x...x...x. ..x...x...x...x."
_SWING: Final = "x...x..xx...x..x x...x..xx...x..x"
_TWO_AND_FOUR: Final = _BACKBEAT


@dataclass(frozen=True)
class Preset:
    """A named sketch.

    Attributes
    ----------
    name : str
        As the menu shows it; unique.
    tempo_bpm : float
        A tempo at which it sits well.
    rows : dict of str
        {drum: 32 characters of x and `.`}.
    """

    name: str
    tempo_bpm: float
    rows: dict[str, str]

    def template(self) -> Template:
        """Return the sketch as a template [32, 7]."""
        return rows_to_template(self.rows)


def _preset(name: str, tempo_bpm: float, **rows: str) -> Preset:
    return Preset(name, tempo_bpm, {drum: row.replace(" ", "") for drum, row in rows.items()})


PRESETS: Final[dict[str, tuple[Preset, ...]]] = {
    "any": (
        _preset(
            "Pocket",
            96.0,
            kick="x......x..x..... x......x..x...x.",
            snare=_BACKBEAT,
            closed_hat=_EIGHTHS,
        ),
        _preset(
            "Half time",
            140.0,
            kick="x.....x......... x.....x...x.....",
            snare="........x....... ........x.......",
            closed_hat=_EIGHTHS,
        ),
    ),
    "electronic": (
        _preset(
            "Four on the floor",
            124.0,
            kick=_QUARTERS,
            snare=_BACKBEAT,
            open_hat=_OFFBEATS,
        ),
        _preset(
            "Sixteenth hats",
            126.0,
            kick=_QUARTERS,
            snare="....x.......x... ....x.......x..x",
            closed_hat=_SIXTEENTHS,
        ),
        _preset(
            "Breakbeat",
            168.0,
            kick="x.........x..... x.x.......x.....",
            snare="....x.......x... ....x.......x...",
            closed_hat=_EIGHTHS,
        ),
    ),
    "rock": (
        _preset(
            "Straight eights",
            120.0,
            kick="x.......x.x..... x.......x.x.....",
            snare=_BACKBEAT,
            closed_hat=_EIGHTHS,
        ),
        _preset(
            "Driving ride",
            138.0,
            kick="x.x.......x..... x.x.......x...x.",
            snare=_BACKBEAT,
            ride=_EIGHTHS,
            crash="x............... ................",
        ),
        _preset(
            "Tom march",
            104.0,
            kick="x.......x....... x.......x.......",
            snare=_BACKBEAT,
            tom="x.x.x.x.x.x.x.x. x.x.x.x.x.x.xxxx",
        ),
    ),
    "funk": (
        _preset(
            "On the one",
            102.0,
            kick="x.x.......x..x.. x.x.......x.....",
            snare=_BACKBEAT,
            closed_hat=_EIGHTHS,
        ),
        _preset(
            "Linear sixteen",
            96.0,
            kick="x..x..x...x..x.. x..x..x..x......",
            snare="....x.......x... ....x.......x..x",
            closed_hat=_SIXTEENTHS,
        ),
        _preset(
            "Late backbeat",
            92.0,
            kick="x.....x...x..... x.x...x...x.....",
            snare="....x.........x. ....x.......x...",
            closed_hat=_EIGHTHS,
        ),
    ),
    "jazz": (
        _preset(
            "Swing ride",
            140.0,
            kick="x............... x...............",
            closed_hat=_TWO_AND_FOUR,
            ride=_SWING,
        ),
        _preset(
            "Feathered four",
            168.0,
            kick=_QUARTERS,
            closed_hat=_TWO_AND_FOUR,
            ride=_SWING,
        ),
        _preset(
            "Bossa-like",
            132.0,
            kick="x.....x.x.....x. x.....x.x.....x.",
            snare="x.....x.....x... ....x.....x.....",
            closed_hat=_EIGHTHS,
        ),
    ),
    "blues": (
        _preset(
            "Slow shuffle",
            84.0,
            kick="x.......x..x.... x.......x..x....",
            snare=_BACKBEAT,
            closed_hat="x..xx..xx..xx..x x..xx..xx..xx..x",
        ),
        _preset(
            "Ride shuffle",
            112.0,
            kick="x...x...x...x... x...x...x...x...",
            snare=_BACKBEAT,
            ride="x..xx..xx..xx..x x..xx..xx..xx..x",
        ),
    ),
    "hiphop": (
        _preset(
            "Boom bap",
            90.0,
            kick="x.x.......x..... x.x....x..x.....",
            snare=_BACKBEAT,
            closed_hat=_EIGHTHS,
        ),
        _preset(
            "Lazy kick",
            84.0,
            kick="x......x.x...... x......x..x..x..",
            snare=_BACKBEAT,
            closed_hat=_EIGHTHS,
        ),
        _preset(
            "Half-time trap",
            140.0,
            kick="x.....x........x ....x.....x.....",
            snare="........x....... ........x.......",
            closed_hat=_SIXTEENTHS,
        ),
    ),
}
