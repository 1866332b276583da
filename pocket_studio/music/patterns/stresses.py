"""Stresses: which hits of a template are wished soft (a ghost) or loud (an accent)."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.patterns.forms import ACCENT, AUTO, GHOST, Pattern, Template

WISHES: Final[Mapping[int, int]] = {GHOST: 1, ACCENT: 4}
"""The velocity class that each stress wishes for: 26 to 50 and 102 to 127 of 127."""


def hits_of(template: Template) -> Template:
    """Return which cells of `template` [32, 7] are hit, 0 or 1, whatever their stress."""
    return (template > 0).astype(np.uint8)


def stressed(template: Template) -> NDArray[np.bool_]:
    """Return which cells of `template` [32, 7] are ghosts or accents."""
    return np.isin(template, list(WISHES))


def with_stresses(pattern: Pattern, template: Template) -> Pattern:
    """Return the velocity `pattern` [32, 7] with what the stresses of `template` wish for.

    A stress is of one hit and so stands above what is painted there.
    """
    wished = np.full_like(pattern, AUTO)
    for stress, velocity_class in WISHES.items():
        wished[template == stress] = velocity_class
    return np.where(stressed(template), wished, pattern)


def without_stressed(pattern: Pattern, template: Template) -> Pattern:
    """Return what of the velocity `pattern` [32, 7] no stress of `template` stands above."""
    return np.where(stressed(template), np.int8(AUTO), pattern)
