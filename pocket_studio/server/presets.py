"""Preset beats, so that nobody faces an empty grid.

`presets.toml` has them: two-bar sketches, not performances, which the model plays.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from pocket_studio.music.grid import STRAIGHT
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import Template, rows_to_template


@dataclass(frozen=True)
class Preset:
    """A named sketch, and what it is played with at first.

    Attributes
    ----------
    name : str
        As the menu shows it; unique.
    genre : str
        `any` or one of `genres.GENRES`.
    tempo_bpm : float
        A tempo at which it sits well.
    seed : int
        That of its first take.
    rows : dict of str
        {drum: 32 characters of x and `.`}.
    swing : float
        0.5..0.75.
    """

    name: str
    genre: str
    tempo_bpm: float
    seed: int
    rows: dict[str, str]
    swing: float = STRAIGHT

    def template(self) -> Template:
        """Return the sketch as a template [32, 7]."""
        return rows_to_template(self.rows)


def _preset(genre: str, said: dict[str, Any]) -> Preset:
    rows: dict[str, str] = {drum: said[drum].replace(" ", "") for drum in DRUMS if drum in said}
    others = {key: value for key, value in said.items() if key not in rows}
    return Preset(genre=genre, rows=rows, **others)


def _presets() -> dict[str, tuple[Preset, ...]]:
    text = files("pocket_studio.server").joinpath("presets.toml").read_text("utf-8")
    genres = tomllib.loads(text).items()
    return {genre: tuple(_preset(genre, said) for said in all_said) for genre, all_said in genres}


PRESETS: Final = _presets()
