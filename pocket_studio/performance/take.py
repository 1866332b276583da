"""What may be asked of a take besides the controls: its choices, cells it keeps, a way to another.

docs/decisions/0013-takes.md says how the model is made to follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidRequestError
from pocket_studio.model.config import N_CODES, BeatConfig
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import Template, hits_of
from pocket_studio.performance.checks import Beats, beats_in, instance_of, number_in, whole_in

MAX_SEED: Final = 2**31 - 1
MAX_CODE: Final = BeatConfig.codebook_size - 1
MAX_DETAIL: Final = BeatConfig.codebook_size ** (BeatConfig.n_codebooks - 1) - 1
NO_DETAIL: Final = -1

Kept = tuple[tuple[int, int] | None, ...]

_FREE: Final = (None,) * N_CODES


@dataclass(frozen=True)
class Take:
    """One set of the random choices that a template leaves open.

    Attributes
    ----------
    seed : int
        0..2147483647; the random numbers of all that is not given.
    codes : tuple of 8 int or None, optional
        Each beat's code 0..63, None where the prior samples it (None: in all beats).
    details : tuple of 8 int or None, optional
        Each beat's detail 0..4095, -1 for none, None where the prior samples it.
    kept : tuple of 8 (code, detail) or None, optional
        What a beat said before, which it goes on to say where nothing else is chosen.

    Raises
    ------
    InvalidRequestError
        If a type, length or range is wrong.
    """

    seed: int = 0
    codes: Beats | None = None
    details: Beats | None = None
    kept: Kept | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", whole_in(self.seed, 0, MAX_SEED, "the seed"))
        for name, low, high in (("codes", 0, MAX_CODE), ("details", NO_DETAIL, MAX_DETAIL)):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, beats_in(values, low, high, name))
        if self.kept is not None:
            object.__setattr__(self, "kept", _kept_in(self.kept))

    @property
    def given(self) -> tuple[Beats, Beats]:
        """The codes and details that are not sampled: the chosen ones, else what is kept.

        A detail is kept with its code only: another code than the kept one gets a detail anew.
        """
        pairs = [pair or (None, None) for pair in self.kept or _FREE]
        codes = tuple(
            old if code is None else code
            for code, (old, _) in zip(self.codes or _FREE, pairs, strict=True)
        )
        details = tuple(
            old if detail is None and code == old_code else detail
            for detail, code, (old_code, old) in zip(
                self.details or _FREE, codes, pairs, strict=True
            )
        )
        return codes, details


def _kept_in(pairs: Iterable[Iterable[int] | None]) -> Kept:
    """Return 8 `pairs` as a tuple if each is a code and a detail or None."""
    try:
        listed = [
            (None, None) if pair is None else tuple(islice(pair, 3))
            for pair in islice(pairs, N_CODES + 1)
        ]
        codes, details = zip(*listed, strict=True)
    except (TypeError, ValueError):  # no list, or no pairs in it
        raise InvalidRequestError(
            f"kept must be {N_CODES} pairs of code and detail or None"
        ) from None
    codes = beats_in(codes, 0, MAX_CODE, "kept codes")
    details = beats_in(details, NO_DETAIL, MAX_DETAIL, "kept details")
    if any((code is None) != (detail is None) for code, detail in zip(codes, details, strict=True)):
        raise InvalidRequestError("a kept beat must have a code and a detail")
    return tuple(
        None if code is None or detail is None else (code, detail)
        for code, detail in zip(codes, details, strict=True)
    )


def after_edit(take: Take, said: Take, before: Template, after: Template) -> Take:
    """Return `take` for the template `after`, an edit of `before` that was played as `said`.

    The beats in which the two have the same hits keep what they said; in the others `take` decides,
    with its own seed, so that an edit stays where it is made.
    """
    same = (hits_of(before) == hits_of(after)).reshape(N_CODES, -1).all(1)
    pairs = zip(*said.given, same, strict=True)
    kept = tuple(
        (code, detail) if stays and code is not None and detail is not None else None
        for code, detail, stays in pairs
    )
    return replace(take, kept=kept)


@dataclass(frozen=True, eq=False)
class Held:
    """Cells that a new groove keeps exactly.

    Attributes
    ----------
    groove : Groove
        Where they are taken from: hits with velocity and microtiming, and rests.
    cells : array [32, 7] of bool
        Which they are.

    Raises
    ------
    InvalidRequestError
        If a type or shape is wrong.
    """

    groove: Groove
    cells: NDArray[np.bool_]

    def __post_init__(self) -> None:
        instance_of(self.groove, Groove, "the groove to hold")
        try:
            cells = np.array(self.cells)
        except ValueError:  # rows of different lengths
            cells = np.empty(0, np.bool_)
        if cells.dtype != np.bool_ or cells.shape != self.groove.note.shape:
            raise InvalidRequestError(
                "the cells to hold must be a {} x {} matrix of bool".format(*self.groove.note.shape)
            )
        cells.setflags(write=False)
        object.__setattr__(self, "cells", cells)


def held_rows(groove: Groove, drums: Iterable[str]) -> Held:
    """Return whole rows of `groove` to hold: those of `drums`, named as in `kit.DRUMS`.

    Raises
    ------
    InvalidRequestError
        If there is no such drum.
    """
    instance_of(groove, Groove, "the groove to hold")
    if not isinstance(drums, Iterable):
        raise InvalidRequestError("the drums to hold must be a list")
    cells = np.zeros(groove.note.shape, np.bool_)
    for drum in drums:
        if drum not in DRUMS:
            raise InvalidRequestError(f"a drum to hold must be one of {', '.join(DRUMS)}")
        cells[:, DRUMS.index(drum)] = True
    return Held(groove, cells)


@dataclass(frozen=True)
class Morph:
    """A point on the path from a take to another.

    Attributes
    ----------
    to : Take
        The other take.
    amount : float
        0 (the take itself) to 1 (the other).

    Raises
    ------
    InvalidRequestError
        If a type or range is wrong.
    """

    to: Take
    amount: float

    def __post_init__(self) -> None:
        instance_of(self.to, Take, "the take to morph to")
        object.__setattr__(self, "amount", number_in(self.amount, 0, 1, "the morph's amount"))

    @property
    def n_beats(self) -> int:
        """How many beats, from the first, say what the other take says: 0..8."""
        return int(N_CODES * self.amount + 0.5)
