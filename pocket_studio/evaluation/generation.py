"""What a user gets: grooves from the prior, without a reference, for the test templates."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pocket_studio import metrics
from pocket_studio.corpus import ANY_GENRE, GENRES, NO_GENRE, Corpus
from pocket_studio.evaluation.reconstruction import defined
from pocket_studio.grid import N_BEATS, N_STEPS, STEPS_PER_BEAT
from pocket_studio.groove import Groove
from pocket_studio.kit import KICK, SNARE
from pocket_studio.patterns import (
    AUTO,
    LAID_BACK,
    N_VELOCITY_CLASSES,
    PUSHED,
    TWO_FOUR_STEPS,
    Pattern,
    velocity_pattern_of,
)
from pocket_studio.performance import DEFAULT_TEMPERATURE, Studio

_SPAN_STEPS = 8


def generation_scores(
    studio: Studio,
    corpus: Corpus,
    indices: Sequence[int],
    temperature: float = DEFAULT_TEMPERATURE,
) -> dict[str, Any]:
    """Play one groove for the template and genre of each window and compare with the human's.

    Contours are then painted at random, in half of the windows over all steps (a class a beat), in
    the others over eight steps in a row, and it is counted how much comes out as asked: the sign of
    a step's mean microtiming, the class of the dominant cymbal's velocity within one.
    """
    plain = _play(studio, corpus, indices, temperature, lambda _: (None, None))
    human = [corpus.groove(index) for index in indices]
    note, velocity, microtiming = _stack(plain)
    true_note, true_velocity, true_microtiming = _stack(human)
    template = corpus.template[indices]
    return {
        "n_windows": len(indices),
        "temperature": temperature,
        "hits_per_window": float(note.sum() / len(note)),
        "hits_per_window_human": float(true_note.sum() / len(note)),
        "kicks_kept": _kept(template[:, :, KICK], note[:, :, KICK]),
        "two_four_snares_kept": _kept(
            template[:, list(TWO_FOUR_STEPS), SNARE], note[:, list(TWO_FOUR_STEPS), SNARE]
        ),
        "note_f1_micro_to_human": metrics.note_f1_micro(true_note, note),
        "velocity_kl": defined(metrics.mean_metrical_kl, true_velocity, velocity, true_note, note),
        "microtiming_kl": defined(
            metrics.mean_metrical_kl, true_microtiming, microtiming, true_note, note
        ),
        "velocity_spread": defined(metrics.spread_ratio, true_velocity, velocity, true_note, note),
        "microtiming_spread": defined(
            metrics.spread_ratio, true_microtiming, microtiming, true_note, note
        ),
        **_followed(studio, corpus, indices, temperature),
    }


def _followed(
    studio: Studio, corpus: Corpus, indices: Sequence[int], temperature: float
) -> dict[str, float | None]:
    velocity_asked = {index: _painted(index, range(N_VELOCITY_CLASSES)) for index in indices}
    microtiming_asked = {index: _painted(index, (PUSHED, LAID_BACK)) for index in indices}
    played = _play(
        studio, corpus, indices, temperature, lambda i: (velocity_asked[i], microtiming_asked[i])
    )
    within_one: list[bool] = []
    signs: dict[int, list[bool]] = {PUSHED: [], LAID_BACK: []}
    for index, groove in zip(indices, played, strict=True):
        asked, got = velocity_asked[index], velocity_pattern_of(groove)
        both = (asked != AUTO) & (got != AUTO)
        within_one += (np.abs(asked[both] - got[both]) <= 1).tolist()
        lateness = groove.microtiming.sum(axis=1)  # of the sign of the mean
        hit = groove.note.any(axis=1)
        for sign, direction in ((PUSHED, -1), (LAID_BACK, 1)):
            steps = hit & (microtiming_asked[index] == sign)
            signs[sign] += (lateness[steps] * direction > 0).tolist()
    return {
        "pushed_followed": _share(signs[PUSHED]),
        "laid_back_followed": _share(signs[LAID_BACK]),
        "velocity_class_within_one": _share(within_one),
    }


def _painted(index: int, classes: range | tuple[int, ...]) -> Pattern:
    random = np.random.default_rng(index)
    pattern = np.repeat(random.choice(list(classes), N_BEATS), STEPS_PER_BEAT).astype(np.int8)
    if random.random() < 0.5:
        first = random.integers(N_STEPS)
        outside = (np.arange(N_STEPS) - first) % N_STEPS >= _SPAN_STEPS
        pattern[:] = pattern[first]
        pattern[outside] = AUTO
    return pattern


def _play(
    studio: Studio,
    corpus: Corpus,
    indices: Sequence[int],
    temperature: float,
    patterns: Callable[[int], tuple[Pattern | None, Pattern | None]],
) -> list[Groove]:
    grooves = []
    for index in tqdm(indices, desc="Playing", unit="groove"):
        genre = corpus.genre[index]
        velocity_pattern, microtiming_pattern = patterns(index)
        performance = studio.groove(
            corpus.template[index],
            genre=ANY_GENRE if genre == NO_GENRE else GENRES[genre],
            velocity_pattern=velocity_pattern,
            microtiming_pattern=microtiming_pattern,
            temperature=temperature,
            seed=int(index),
        )
        grooves.append(performance.groove)
    return grooves


def _stack(grooves: list[Groove]) -> tuple[NDArray[np.float32], ...]:
    return (
        np.stack([groove.note for groove in grooves]),
        np.stack([groove.velocity for groove in grooves]),
        np.stack([groove.microtiming for groove in grooves]),
    )


def _kept(asked: NDArray[np.uint8], got: NDArray[np.float32]) -> float | None:
    """Return the share of windows that play every asked hit, among those that ask for any."""
    asking = asked.max(axis=1) > 0
    return _share(np.all(got[asking] >= asked[asking], axis=1).tolist())


def _share(answers: list[bool]) -> float | None:
    return float(np.mean(answers)) if answers else None
