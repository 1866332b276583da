"""What else a beat could say: every code in its place (docs/decisions/0013-takes.md)."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model.choosing import Array, Ints
from pocket_studio.model.config import N_CODES, SAMPLED
from pocket_studio.model.player import Player
from pocket_studio.performance.drawing import Window, said_of
from pocket_studio.performance.take import Held

N_FAVOURITES: Final = 5


@dataclass(frozen=True, eq=False)
class CodeChoice:
    """A code that a beat could have in place of its own.

    Attributes
    ----------
    code, detail : int
        The code, and the detail the seed chooses for it.
    probability : float
        What the prior gives the code at temperature 1, knowing the beats before.
    note : array [32, 7] of uint8
        The notes of both bars with the code in place, and the held cells in theirs.
    leak : tuple of 8 int
        In each beat, how many cells then differ from the present notes; of the other beats, how
        far the swap leaks.
    """

    code: int
    detail: int
    probability: float
    note: NDArray[np.uint8]
    leak: tuple[int, ...]


def code_choices(
    player: Player,
    window: Window,
    codes: Ints,
    beat: int,
    gumbel: Array,
    held: Held | None,
) -> tuple[CodeChoice, ...]:
    """Return every code in `beat`, likeliest first.

    Parameters
    ----------
    player : Player
    window : Window
    codes : array [8, L] of int
        The present codes and details.
    beat : int
    gumbel : array [8, L, K]
        The take's noise, which chooses the details.
    held : Held or None
        Cells that no code changes.
    """
    n = player.config.codebook_size
    # The last one stays as it is, to compare with what came of the very same operations.
    given = np.repeat(codes[None], n + 1, 0)
    given[:n, beat, 0], given[:n, beat, 1:] = np.arange(n), SAMPLED
    asked = replace(window.asked, template=np.repeat(window.asked.template, n + 1, 0))
    noise = np.repeat(gumbel[None], n + 1, 0)
    sampled, probability = player.codes(asked, noise, window.temperature, window.guidance, given)
    note = player.hits(sampled, asked.template) | window.sure
    if held is not None:
        note = np.where(held.cells, held.groove.note > 0, note)
    leak = (note[:n] != note[n]).reshape(n, N_CODES, -1).sum(-1).tolist()
    details = said_of(sampled[:n, beat], n)[1]
    likely = probability[0, beat]
    return tuple(
        CodeChoice(
            code,
            int(details[code]),
            float(likely[code]),
            note[code].astype(np.uint8),
            tuple(leak[code]),
        )
        for code in np.argsort(-likely, kind="stable").tolist()
    )


def favourites(in_genre: Array, in_any: Array) -> tuple[int, ...]:
    """Return the up to five codes whose share is furthest above the average, as a ratio.

    Only codes with at least an even share in the genre and more than the average's count: a
    rarity is nobody's favourite. `in_genre` and `in_any` are shares [K].
    """
    often = (in_genre >= 1 / len(in_genre)) & (in_genre > in_any)
    ratio = np.where(often, in_genre / np.maximum(in_any, np.finfo(np.float32).tiny), 0)
    order = np.argsort(-ratio, kind="stable")[: min(N_FAVOURITES, int(often.sum()))]
    return tuple(order.tolist())
