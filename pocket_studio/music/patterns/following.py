"""How much of a painted pattern came out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.music.patterns.forms import AUTO, N_VELOCITY_CLASSES, read_classes


@dataclass(frozen=True)
class Followed:
    """How much of a painted pattern came out, in steps: one may be painted for several drums.

    Attributes
    ----------
    n_asked : int
        Steps painted for any drum; the other counts are of these.
    n_silent : int
        Steps at which no painted drum has a hit.
    n_same, n_within_one : int
        Steps at which all hits of painted drums have the class asked for, and that or the next one.
    """

    n_asked: int
    n_silent: int
    n_same: int
    n_within_one: int


def followed(asked: ArrayLike, got: ArrayLike) -> Followed:
    """Compare the pattern `asked` for with the classes `got`, both [32, 7] or [32] of one kind.

    Raises
    ------
    InvalidPatternError
        If one of them is no pattern.
    """
    wanted = read_classes(asked, "the pattern asked for", N_VELOCITY_CLASSES)
    found = read_classes(got, "the pattern got", N_VELOCITY_CLASSES)
    painted = wanted != AUTO
    counts = painted & (found != AUTO)
    heard = counts.any(axis=1)
    distance = np.where(counts, np.abs(wanted - found), 0).max(axis=1)
    return Followed(
        n_asked=int(painted.any(axis=1).sum()),
        n_silent=int((painted.any(axis=1) & ~heard).sum()),
        n_same=int((heard & (distance == 0)).sum()),
        n_within_one=int((heard & (distance <= 1)).sum()),
    )
