"""What is chosen beat after beat: codes the prior samples, codes that bring notes back best.

The networks are functions of arrays, whichever runtime they run in; only the choices are made here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model.config import SAMPLED

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
Step = Callable[..., Sequence[NDArray[Any]]]

N_TRIED = 16  # of 64: .2% more of the hits come back than from eight, in twice the time


def sample(
    begun: Sequence[Array],
    step: Step,
    gumbel: Array,
    temperature: float,
    guidance: float,
    given: Ints,
) -> tuple[Ints, Array]:
    """Sample codes [B, 8, L] up to the last beat in which any is free.

    Returns them and the log p [B, n, K] of the first code of each of these n beats at
    temperature 1.

    Parameters
    ----------
    begun : sequence of array
        What `CodePrior.begin` returns.
    step : callable
        `CodePrior.step`.
    gumbel : array [B, 8, L, K]
        Noise; the same keeps a take's character.
    temperature : float
        Above 0; divides the logits.
    guidance : float
        0 plays as without a genre, 1 as the genre, above 1 more so: log p = log p(no genre)
        + guidance (log p(genre) - log p(no genre)). The counts are guided by a fixed weight.
    given : array [B, 8, L] of int
        What is taken as it is, SAMPLED in at least one place; what follows hears it.
    """
    context, before, past = begun
    weights = np.array(temperature, np.float32), np.array(guidance, np.float32)
    codes, log_p = given.copy(), []
    last = np.flatnonzero((codes == SAMPLED).any((0, 2)))[-1]
    for beat in range(last + 1):
        codes[:, beat], likely, before, past = step(
            context[beat],
            before,
            past,
            gumbel[:, beat],
            codes[:, beat],
            *weights,
            np.array([beat]),
        )
        log_p.append(likely)
    return codes, np.stack(log_p, 1)


def search(
    z: Array, books: Array, play: Callable[[Ints, Array], Array], note: Array, template: Array
) -> Ints:
    """Return the codes [B, 8, L] that bring `note` [B, 32, 7] back best.

    Book after book and beat after beat, the codes nearest to what the encoder says are tried,
    and the one stays whose decoded notes are likeliest to be `note`.

    Parameters
    ----------
    z : array [B, 8, D]
        What NOTE's encoder says of `note` and `template`.
    books : array [L, K, D]
        The vectors of each codebook.
    play : callable
        `NoteModule.play`.
    note, template : array [B, 32, 7]
    """
    n, n_beats, _ = z.shape
    codes = np.full((n, n_beats, len(books)), -1)
    for level, book in enumerate(books):
        distances = (book**2).sum(1) - 2 * z @ book.T  # squared, up to what all codes share
        nearest = distances.argsort(-1, kind="stable")[..., :N_TRIED]
        n_tried = nearest.shape[-1]
        codes[..., level] = nearest[..., 0]
        wanted, known = (each.repeat(n_tried, 0) for each in (note, template))
        for beat in range(n_beats):
            trials = codes.repeat(n_tried, 0)
            trials[:, beat, level] = nearest[:, beat].ravel()
            logits = play(trials, known)
            error = np.logaddexp(0, logits) - logits * wanted  # the cross-entropy of each cell
            best = error.sum((1, 2)).reshape(n, n_tried).argmin(1)
            codes[:, beat, level] = nearest[np.arange(n), beat, best]
        z = z - book[codes[..., level]]
    return codes
