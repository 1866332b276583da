"""What a caller asks of a take, checked: the sketch, the genre, the controls with their ranges."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.choosing import Array, Ints
from pocket_studio.model.player import Asked
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.patterns import validate_template
from pocket_studio.performance.checks import instance_of, number_in, whole_in
from pocket_studio.performance.drawing import Window

DEFAULT_TEMPERATURE: Final = 1.0
MIN_TEMPERATURE: Final = 0.05
MAX_TEMPERATURE: Final = 2.0
DEFAULT_TEMPO_BPM: Final = 120.0
DEFAULT_GUIDANCE: Final = 3.0
MAX_GUIDANCE: Final = 4.0
MAX_DENSITY: Final = 64
DEFAULT_HUMANITY: Final = 1.0
MAX_HUMANITY: Final = 1.0


def asked_of(template: ArrayLike, genre: str, tempo_bpm: float, density: int | None) -> Asked:
    """Return what the prior is asked for; the sketch always is, whether or not it is sure."""
    p = validate_template(template).astype(np.float32)
    added = -1 if density is None else whole_in(density, 0, MAX_DENSITY, "the density")
    kept = 1.0 if p.any() else -1.0
    return Asked(p[None], genre_vector(genre), tempo_bpm, float(added), kept)


def window_of(
    asked: Asked, temperature: float, guidance: float, keep_sketch: object, said: Ints | None
) -> Window:
    """Return what is known when a take of one window is drawn.

    Raises
    ------
    InvalidRequestError
        If a control has the wrong type or range.
    """
    return Window(
        asked,
        number_in(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE, "the temperature"),
        number_in(guidance, 0, MAX_GUIDANCE, "the guidance"),
        (asked.template[0] > 0) & instance_of(keep_sketch, bool, "keep_sketch"),
        said,
    )


def genre_vector(genre: str) -> Array:
    """Return `genre` as a one-hot vector [6], all zero for `any`.

    Raises
    ------
    InvalidRequestError
        If there is no such genre.
    """
    if genre not in (ANY_GENRE, *GENRES):
        raise InvalidRequestError(f"the genre must be {ANY_GENRE}, {', '.join(GENRES)}")
    return np.array([genre == each for each in GENRES], np.float32)
