"""What a user gets: new grooves for the test templates, without a reference."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.genres import GENRES
from pocket_studio.music.grid import N_BEATS, N_STEPS, STEPS_PER_BEAT
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import KICK, SNARE
from pocket_studio.music.patterns import (
    AUTO,
    LAID_BACK,
    N_VELOCITY_CLASSES,
    PUSHED,
    TWO_FOUR_STEPS,
    Pattern,
    velocity_pattern_of,
)
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.classifiers import genre_scores
from pocket_studio.research.evaluation.discriminator import discriminator_scores
from pocket_studio.research.evaluation.results import (
    Control,
    Diversity,
    Example,
    Generation,
    GenreScores,
)
from pocket_studio.research.evaluation.scores import distribution_scores, human
from pocket_studio.research.evaluation.systems import Played, System

_SPAN_STEPS = 8
_N_TAKES = 4
_FUNK = GENRES.index("funk")


def generation_scores(
    system: System,
    corpus: Corpus,
    training: Indices,
    indices: Indices,
    classifier: GrooveClassifier,
    seed: int,
) -> Generation:
    """Play new grooves for windows `indices` and compare them with what humans played.

    Windows `training`, of other tracks, are what discriminators learn from. Both are windows with
    a genre.
    """
    takes = [system.generate(corpus, indices, seed + number) for number in range(_N_TAKES)]
    played, true = takes[0], human(corpus, indices)
    template = corpus.template[indices]
    two_four = list(TWO_FOUR_STEPS)
    return Generation(
        n_windows=len(indices),
        hits_per_window=float(played.note.sum() / len(indices)),
        hits_per_window_human=float(true.note.sum() / len(indices)),
        note_f1_micro_to_human=metrics.note_f1_micro(true.note, played.note),
        kicks_kept=_kept(template[:, :, KICK], played.note[:, :, KICK]),
        two_four_snares_kept=_kept(template[:, two_four, SNARE], played.note[:, two_four, SNARE]),
        **vars(distribution_scores(true, played)),
        **vars(diversity(takes)),
        discriminator=discriminator_scores(system, corpus, training, indices, seed),
        **vars(genre_scores(classifier, played, corpus.genre[indices])),
    )


def all_funk_scores(
    system: System, corpus: Corpus, indices: Indices, classifier: GrooveClassifier, seed: int
) -> GenreScores:
    """Play windows `indices` as funk, whatever their genre (Figure 5), and classify them."""
    as_funk = replace(corpus, genre=np.full_like(corpus.genre, _FUNK))
    played = system.generate(as_funk, indices, seed)
    return genre_scores(classifier, played, corpus.genre[indices])


def control_scores(system: System, corpus: Corpus, indices: Indices, seed: int) -> Control:
    """Paint contours at random, then their opposites (Figure 6), and count what came out as asked.

    In half of the windows all steps are painted, a class a beat, in the others eight steps in a
    row. A microtiming is as asked if the step's mean has the sign; a velocity if the class of the
    dominant cymbal is within one of the asked.
    """
    system = system.for_painting()
    randoms = [np.random.default_rng(int(index)) for index in indices]
    velocity = np.stack([_painted(random, range(N_VELOCITY_CLASSES)) for random in randoms])
    microtiming = np.stack([_painted(random, (PUSHED, LAID_BACK)) for random in randoms])
    asked = _followed(system, corpus, indices, velocity, microtiming, seed)
    flipped = _followed(
        system,
        corpus,
        indices,
        np.where(velocity == AUTO, AUTO, N_VELOCITY_CLASSES - 1 - velocity).astype(np.int8),
        np.where(microtiming == AUTO, AUTO, PUSHED + LAID_BACK - microtiming).astype(np.int8),
        seed,
    )
    return Control(**asked, **{f"{name}_flipped": share for name, share in flipped.items()})


def example_of_control(system: System, corpus: Corpus, index: int, seed: int) -> Example:
    """Return M [32, 7] of window `index` as played by the human, and all pushed and laid back."""
    indices = np.array([index])

    def painted(sign: int) -> list[list[float]]:
        pattern = np.full_like(corpus.microtiming_pattern, sign)
        asked = replace(corpus, microtiming_pattern=pattern)
        played: list[list[float]] = system.generate(asked, indices, seed).microtiming[0].tolist()
        return played

    return Example(
        human=human(corpus, indices).microtiming[0].tolist(),
        pushed=painted(PUSHED),
        laid_back=painted(LAID_BACK),
    )


def diversity(takes: Sequence[Played]) -> Diversity:
    """Return how much takes for one template differ, averaged over all pairs of takes."""
    pairs = [(a, b) for number, a in enumerate(takes) for b in takes[number + 1 :]]
    shared = [(a.note * b.note) > 0 for a, b in pairs]

    def apart(name: Literal["velocity", "microtiming"]) -> float | None:
        differences = np.concatenate(
            [
                np.abs(getattr(a, name) - getattr(b, name))[hits]
                for (a, b), hits in zip(pairs, shared, strict=True)
            ]
        )
        return float(differences.mean()) if len(differences) else None

    notes = [1 - metrics.note_f1_micro(a.note, b.note) for a, b in pairs]
    return Diversity(
        diversity_note=float(np.mean(notes)),
        diversity_velocity=apart("velocity"),
        diversity_microtiming=apart("microtiming"),
    )


def _kept(asked: NDArray[np.uint8], got: NDArray[np.float32]) -> float | None:
    """Return the share of windows that play every asked hit, among those that ask for any."""
    asking = asked.max(axis=1) > 0
    return _share(np.all(got[asking] >= asked[asking], axis=1).tolist())


def _followed(
    system: System,
    corpus: Corpus,
    indices: Indices,
    velocity_asked: NDArray[np.int8],
    microtiming_asked: NDArray[np.int8],
    seed: int,
) -> dict[str, float | None]:
    velocity_pattern = corpus.velocity_pattern.copy()
    microtiming_pattern = corpus.microtiming_pattern.copy()
    velocity_pattern[indices], microtiming_pattern[indices] = velocity_asked, microtiming_asked
    asked = replace(
        corpus, velocity_pattern=velocity_pattern, microtiming_pattern=microtiming_pattern
    )
    played = system.generate(asked, indices, seed)
    lateness = played.microtiming.sum(axis=2)  # of the sign of the mean
    hit = played.note.any(axis=2)
    got = np.stack(
        [
            velocity_pattern_of(Groove(n, v, m))
            for n, v, m in zip(played.note, played.velocity, played.microtiming, strict=True)
        ]
    )
    both = (velocity_asked != AUTO) & (got != AUTO)
    off_by = np.abs(velocity_asked[both].astype(int) - got[both])
    return {
        "pushed_followed": _share((lateness < 0)[hit & (microtiming_asked == PUSHED)].tolist()),
        "laid_back_followed": _share(
            (lateness > 0)[hit & (microtiming_asked == LAID_BACK)].tolist()
        ),
        "velocity_class_exact": _share((off_by == 0).tolist()),
        "velocity_class_within_one": _share((off_by <= 1).tolist()),
    }


def _painted(random: np.random.Generator, classes: range | tuple[int, ...]) -> Pattern:
    pattern = np.repeat(random.choice(list(classes), N_BEATS), STEPS_PER_BEAT).astype(np.int8)
    if random.random() < 0.5:
        first = random.integers(N_STEPS)
        outside = (np.arange(N_STEPS) - first) % N_STEPS >= _SPAN_STEPS
        pattern[:] = pattern[first]
        pattern[outside] = AUTO
    return pattern


def _share(answers: list[bool]) -> float | None:
    return float(np.mean(answers)) if answers else None
