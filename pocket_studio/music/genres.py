"""The paper's six genres, and which of them a style of the data set belongs to."""

from typing import Final

GENRES: Final = ("electronic", "rock", "funk", "jazz", "blues", "hiphop")
ANY_GENRE: Final = "any"
NO_GENRE: Final = -1

_BLUES_STYLES: Final = ("funk/purdieshuffle",)


def style_to_genre(style: str) -> str | None:
    """Map a GMD style such as `funk/groove1` to one of the paper's six genres, None outside them.

    Shuffles count as blues: the data set has only four files that call themselves that. A genre's
    own name is a style of that genre.
    """
    first, _, second = style.partition("/")
    if second == "shuffle" or style in _BLUES_STYLES:
        return "blues"
    if first == "dance":
        return "electronic"
    return first if first in GENRES else None
