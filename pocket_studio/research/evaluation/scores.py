"""The scores of a system's reconstruction (section 4.2, Table 1); formulas are in `metrics`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research import metrics
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.evaluation.systems import Played, System

Array = NDArray[np.float32]
Indices = NDArray[np.int64]
Scores = dict[str, Any]


def reconstruction_scores(system: System, corpus: Corpus, indices: Indices) -> Scores:
    """Reconstruct windows `indices` and return the scores, None where the data define none.

    `cascade` holds V and M on the notes that came back, where one-step and two-step models are
    alike: a wrong note costs both. `metrical_means` is what Figure 4 draws.
    """
    found = system.reconstruct(corpus, indices)
    true = human(corpus, indices)
    return {
        "n_windows": len(indices),
        "note_f1": metrics.note_f1(true.note, found.groove.note),
        "note_f1_micro": metrics.note_f1_micro(true.note, found.groove.note),
        "note_exact": metrics.note_exact(true.note, found.groove.note),
        **expression_scores(true, found.expression),
        "cascade": expression_scores(true, found.groove),
        "codes_used": None if found.codes is None else len(np.unique(found.codes)),
        "metrical_means": metrical_means(found.expression, corpus.genre[indices]),
    }


def expression_scores(true: Played, played: Played) -> Scores:
    """Return KL, squared error (all cells; true hits only) and spread of V and M."""
    scores: Scores = {}
    for name in ("velocity", "microtiming"):
        true_values, values = getattr(true, name), getattr(played, name)
        scores |= {
            f"{name}_mse": metrics.mean_squared_error(true_values, values),
            f"{name}_mse_hits": metrics.mean_squared_error_at_hits(true_values, values, true.note),
            **distribution_scores(name, true, played),
        }
    return scores


def distribution_scores(name: str, true: Played, played: Played) -> Scores:
    """Return what does not compare hit with hit: the metrical KL and the spread of V or M."""
    true_values, values = getattr(true, name), getattr(played, name)
    notes = true.note, played.note
    return {
        f"{name}_kl": defined(metrics.mean_metrical_kl, true_values, values, *notes),
        f"{name}_spread": defined(metrics.spread_ratio, true_values, values, *notes),
    }


def metrical_means(
    played: Played, genre: NDArray[np.int8]
) -> dict[str, dict[str, list[float | None]]]:
    """Return mean velocity and microtiming at 1, e, & and a, for each genre (Figure 4)."""
    means = {}
    for number, name in enumerate(GENRES):
        chosen = genre == number
        if chosen.any():
            means[name] = {
                values: metrics.metrical_means(getattr(played, values)[chosen], played.note[chosen])
                for values in ("velocity", "microtiming")
            }
    return means


def human(corpus: Corpus, indices: Indices) -> Played:
    """Return what was really played in windows `indices`."""
    return Played(corpus.note[indices], corpus.velocity[indices], corpus.microtiming[indices])


def with_genre(corpus: Corpus, indices: Indices) -> Indices:
    """Return those of `indices` whose window is of one of the six genres."""
    chosen: Indices = indices[corpus.genre[indices] != NO_GENRE]
    return chosen


def defined(score: Callable[..., float], *arrays: Array) -> float | None:
    """Return `score(*arrays)`, or None where the data do not define it.

    A folder of quantised MIDI has no spread of microtiming, a beat in eighths no hits on e and a.
    """
    try:
        return score(*arrays)
    except metrics.UndefinedScoreError:
        return None
