"""What else a beat could say: every code in its place (docs/decisions/0013-takes.md)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from pocket_studio.model.config import N_CODES
from pocket_studio.model.note import Codes
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.performance.drawing import Array, Said, Window
from pocket_studio.performance.take import Held

N_FAVOURITES: Final = 5


@dataclass(frozen=True, eq=False)
class CodeChoice:
    """A code that a beat could have in place of its own.

    Attributes
    ----------
    code, detail : int
        The code, and the detail the seed chooses for it (-1: the model has none).
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


@torch.inference_mode()
def code_choices(
    model: PocketVAE,
    logit_threshold: float,
    window: Window,
    said: Said,
    beat: int,
    detail_gumbel: Array,
    held: Held | None,
) -> tuple[CodeChoice, ...]:
    """Return every code in `beat`, likeliest first.

    Parameters
    ----------
    model : PocketVAE
    logit_threshold : float
        Above which a cell is a hit.
    window : Window
    said : array [2, 8] of int
        The present codes and details.
    beat : int
    detail_gumbel : array [K]
        Noise of the beat's detail.
    held : Held or None
        Cells that no code changes.
    """
    n = model.config.codebook_size
    known = [
        torch.from_numpy(values).expand(n + 1, *values.shape)
        for values in (window.template, window.genre, window.h_p)
    ]
    # The last one stays as it is, to compare with what came of the very same operations.
    codes, details = torch.from_numpy(said).unsqueeze(1).repeat(1, n + 1, 1)
    codes[:n, beat] = torch.arange(n)
    has_details = model.config.detail_size > 0
    logits, detail_logits = model.prior(Codes(codes, details if has_details else None), *known)
    if detail_logits is not None:
        scores = detail_logits[:n, beat] / window.temperature + torch.from_numpy(detail_gumbel)
        details[:n, beat] = scores.argmax(-1)
    note = model.note.decode(Codes(codes, details), known[0], known[2]) > logit_threshold
    note = note | (torch.from_numpy(window.sure) > 0)
    if held is not None:
        kept = torch.from_numpy(held.groove.note > 0)
        note = torch.where(torch.from_numpy(held.cells.copy()), kept, note)
    leak = (note[:n] != note[n]).reshape(n, N_CODES, -1).sum(-1).tolist()
    probability = logits[0, beat].softmax(-1)
    return tuple(
        CodeChoice(
            code,
            int(details[code, beat]),
            float(probability[code]),
            note[code].numpy().astype(np.uint8),
            tuple(leak[code]),
        )
        for code in probability.argsort(descending=True, stable=True).tolist()
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
