"""What a caller asks of a take, checked: the sketch, the genre, the controls with their ranges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.choosing import Array, Ints
from pocket_studio.model.player import Asked
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.patterns import hits_of, validate_template
from pocket_studio.performance.checks import instance_of, number_in, whole_in
from pocket_studio.performance.drawing import Window

DEFAULT_TEMPO_BPM: Final = 120.0
DEFAULT_TEMPERATURE: Final = 1.0
DEFAULT_GUIDANCE: Final = 3.0
DEFAULT_HUMANITY: Final = 1.0


@dataclass(frozen=True)
class Control:
    """A number that the model is asked, as its users hear of it.

    Attributes
    ----------
    low, high : float
        Its range.
    default : float, optional
        None leaves it to the model.
    hint : str
        What it does, in a line.
    whole : bool
        Whether it has no fractions.
    """

    low: float
    high: float
    default: float | None
    hint: str
    whole: bool = False

    def checked(self, value: float, called: str) -> float:
        """Return `value` if it is in the range.

        Raises
        ------
        InvalidRequestError
            If it is not; it says what `called` may be.
        """
        return number_in(value, self.low, self.high, called)


TEMPERATURE: Final = Control(
    0.05, 2.0, DEFAULT_TEMPERATURE, "How far a take may stray from the typical"
)
GUIDANCE: Final = Control(
    0.0,
    4.0,
    DEFAULT_GUIDANCE,
    "How far the notes go towards the genre: at 0 it is not heard, at 4 they go all the way",
)
DENSITY: Final = Control(
    0,
    64,
    None,
    "How many hits are added to the sketch in two bars; left out, as many as the model believes in",
    whole=True,
)
HUMANITY: Final = Control(
    0.0,
    1.0,
    DEFAULT_HUMANITY,
    "How much each hit varies in loudness and timing, from as is likeliest to as people do",
)

CONTROLS: Final[Mapping[str, Control]] = {
    "temperature": TEMPERATURE,
    "guidance": GUIDANCE,
    "density": DENSITY,
    "humanity": HUMANITY,
}
"""Arguments of `Studio.groove` that are numbers; each is an option of the command line too."""


def asked_of(template: ArrayLike, genre: str, tempo_bpm: float, density: int | None) -> Asked:
    """Return what the prior is asked for; the sketch always is, whether or not it is sure."""
    p = hits_of(validate_template(template)).astype(np.float32)
    added = (
        -1
        if density is None
        else whole_in(density, int(DENSITY.low), int(DENSITY.high), "the density")
    )
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
        TEMPERATURE.checked(temperature, "the temperature"),
        GUIDANCE.checked(guidance, "the guidance"),
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
