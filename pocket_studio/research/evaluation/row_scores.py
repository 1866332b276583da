"""All scores of a row of Table 1, and of the humans' windows beside it."""

import math
from dataclasses import replace

import numpy as np

from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import CYMBALS
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.classifiers import genre_scores
from pocket_studio.research.evaluation.generation import (
    all_funk_scores,
    control_scores,
    example_of_control,
    generation_scores,
)
from pocket_studio.research.evaluation.protocol import Row
from pocket_studio.research.evaluation.results import GenreScores, Human, Recognised, RowScores
from pocket_studio.research.evaluation.scores import (
    human,
    metrical_means,
    reconstruction_scores,
    with_genre,
)
from pocket_studio.research.evaluation.systems import Played, System, TwoStep


def human_scores(classifier: GrooveClassifier, corpus: Corpus, indices: Indices) -> Human:
    """Return what the classifier makes of the humans' windows, the bound of the genre accuracy."""
    chosen = with_genre(corpus, indices)
    template = corpus.template[indices].astype(np.float32)
    return Human(
        **vars(genre_scores(classifier, human(corpus, chosen), corpus.genre[chosen])),
        metrical_means=metrical_means(human(corpus, indices), corpus.genre[indices]),
        template_note_f1_micro=metrics.note_f1_micro(corpus.note[indices], template),
    )


def row_scores(
    row: Row,
    system: System,
    corpus: Corpus,
    split: str,
    classifier: GrooveClassifier,
    seed: int,
) -> RowScores:
    """Return the scores of a row's `system` on the test windows of `split`.

    `reconstruction` is section 4.2, with the genre accuracy of the reconstructed grooves. Those of
    new grooves, on the windows that have a genre, are in `generation`, for systems that are told
    the genre also `all_funk` (Figure 5) and `code_counts` (Figure 7), for those that are told
    the patterns `control` and `example` (Figure 6). The model over beats, whose guidance is more
    than 1, has Figure 5 `as_learnt` too, and `example_of_a_drum`, in which only the dominant
    cymbal is painted.
    """
    indices = corpus.indices(split, "test")
    scores = RowScores(
        reconstruction=reconstruction_scores(system, corpus, indices),
        bits_per_beat=_bits_per_beat(system),
    )
    if not row.generates:
        return scores
    chosen = with_genre(corpus, indices)
    genre = corpus.genre[chosen]

    def taken_for(played: Played) -> GenreScores:
        return genre_scores(classifier, played, genre)

    again = system.reconstruct(corpus, chosen).groove
    training = with_genre(corpus, corpus.indices(split, "train"))
    scores = replace(
        scores,
        reconstruction=replace(scores.reconstruction, **vars(taken_for(again))),
        generation=generation_scores(system, corpus, training, chosen, classifier, seed),
    )
    if row.genre:
        scores = replace(scores, all_funk=all_funk_scores(system, corpus, chosen, classifier, seed))
    if row.genre and isinstance(system, TwoStep | OverBeats):
        codes = system.sample_codes(corpus, chosen, seed)
        size = system.model.config.codebook_size
        counts = {
            name: np.bincount(codes[genre == number].ravel(), minlength=size).tolist()
            for number, name in enumerate(GENRES)
        }
        scores = replace(scores, code_counts=counts)
    if row.genre and isinstance(system, OverBeats):
        plain = replace(system, guidance=1.0)
        as_learnt = Recognised(
            generation=taken_for(plain.generate(corpus, chosen, seed)),
            all_funk=all_funk_scores(plain, corpus, chosen, classifier, seed),
        )
        scores = replace(scores, as_learnt=as_learnt)
    if row.patterns:
        example = int(chosen[np.argmax(corpus.note[chosen].sum(axis=(1, 2)))])
        scores = replace(
            scores,
            control=control_scores(system, corpus, chosen, seed),
            example=example_of_control(system, corpus, example, seed),
        )
        if isinstance(system, OverBeats):
            drum = CYMBALS[int(corpus.note[example][:, CYMBALS].sum(axis=0).argmax())]
            alone = replace(system, painted_drum=drum)
            scores = replace(
                scores, example_of_a_drum=example_of_control(alone, corpus, example, seed)
            )
    return scores


def _bits_per_beat(system: System) -> float | None:
    """Return the rate of NOTE with its codes, None for a system without codes."""
    if isinstance(system, OverBeats):
        return system.n_books * math.log2(system.model.config.codebook_size)
    if not isinstance(system, TwoStep) or system.note_vae is not None:
        return None
    config = system.model.config
    details = math.log2(config.detail_size) if config.detail_size else 0.0
    return math.log2(config.codebook_size) + details
