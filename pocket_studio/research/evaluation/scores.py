"""The scores of a system's reconstruction (section 4.2, Table 1); formulas are in `metrics`."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research import metrics
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.results import (
    Distributions,
    Expression,
    MetricalMeans,
    Reconstruction,
)
from pocket_studio.research.evaluation.systems import Played, System

Array = NDArray[np.float32]


def reconstruction_scores(system: System, corpus: Corpus, indices: Indices) -> Reconstruction:
    """Reconstruct windows `indices` and return the scores but for those of the genre."""
    found = system.reconstruct(corpus, indices)
    true = human(corpus, indices)
    return Reconstruction(
        n_windows=len(indices),
        note_f1=metrics.note_f1(true.note, found.groove.note),
        note_f1_micro=metrics.note_f1_micro(true.note, found.groove.note),
        note_exact=metrics.note_exact(true.note, found.groove.note),
        **vars(expression_scores(true, found.expression)),
        cascade=expression_scores(true, found.groove),
        codes_used=None if found.codes is None else len(np.unique(found.codes)),
        metrical_means=metrical_means(found.expression, corpus.genre[indices]),
    )


def expression_scores(true: Played, played: Played) -> Expression:
    """Return KL, squared error (all cells; true hits only) and spread of V and M."""
    hits, error = metrics.mean_squared_error_at_hits, metrics.mean_squared_error
    return Expression(
        velocity_mse=error(true.velocity, played.velocity),
        velocity_mse_hits=hits(true.velocity, played.velocity, true.note),
        microtiming_mse=error(true.microtiming, played.microtiming),
        microtiming_mse_hits=hits(true.microtiming, played.microtiming, true.note),
        **vars(distribution_scores(true, played)),
    )


def distribution_scores(true: Played, played: Played) -> Distributions:
    """Return what does not compare hit with hit: the metrical KL and the spread of V and M."""
    velocity = true.velocity, played.velocity, true.note, played.note
    microtiming = true.microtiming, played.microtiming, true.note, played.note
    return Distributions(
        velocity_kl=defined(metrics.mean_metrical_kl, *velocity),
        velocity_spread=defined(metrics.spread_ratio, *velocity),
        microtiming_kl=defined(metrics.mean_metrical_kl, *microtiming),
        microtiming_spread=defined(metrics.spread_ratio, *microtiming),
    )


def metrical_means(played: Played, genre: NDArray[np.int8]) -> dict[str, MetricalMeans]:
    """Return mean velocity and microtiming at 1, e, & and a, for each genre (Figure 4)."""
    means = {}
    for number, name in enumerate(GENRES):
        chosen = genre == number
        if chosen.any():
            note = played.note[chosen]
            means[name] = MetricalMeans(
                velocity=metrics.metrical_means(played.velocity[chosen], note),
                microtiming=metrics.metrical_means(played.microtiming[chosen], note),
            )
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
