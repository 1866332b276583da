"""All scores of a row of Table 1, and of the humans' windows beside it."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import CYMBALS
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.classifiers import genre_scores
from pocket_studio.research.evaluation.generation import (
    all_funk_scores,
    control_scores,
    example_of_control,
    generation_scores,
)
from pocket_studio.research.evaluation.protocol import Row
from pocket_studio.research.evaluation.scores import (
    Scores,
    human,
    metrical_means,
    reconstruction_scores,
    with_genre,
)
from pocket_studio.research.evaluation.systems import System, TwoStep


def human_scores(
    classifier: GrooveClassifier, corpus: Corpus, indices: NDArray[np.int64]
) -> Scores:
    """Return what the classifier makes of the humans' windows, the bound of the genre accuracy."""
    chosen = with_genre(corpus, indices)
    template = corpus.template[indices].astype(np.float32)
    return {
        **genre_scores(classifier, human(corpus, chosen), corpus.genre[chosen]),
        "metrical_means": metrical_means(human(corpus, indices), corpus.genre[indices]),
        "template_note_f1_micro": metrics.note_f1_micro(corpus.note[indices], template),
    }


def row_scores(
    row: Row,
    system: System,
    corpus: Corpus,
    split: str,
    classifier: GrooveClassifier,
    seed: int,
) -> Scores:
    """Return the scores of a row's `system` on the test windows of `split`.

    `reconstruction` is section 4.2, with the genre accuracy of the reconstructed grooves. Those of
    new grooves, on the windows that have a genre, are in `generation`, for systems that are told
    the genre also `all_funk` (Figure 5) and `code_counts` (Figure 7), for those that are told
    the patterns `control` and `example` (Figure 6). The model over beats, whose guidance is more
    than 1, has Figure 5 `as_learnt` too, and `example_of_a_drum`, in which only the dominant
    cymbal is painted.
    """
    indices = corpus.indices(split, "test")
    chosen = with_genre(corpus, indices)
    genre = corpus.genre[chosen]
    scores: Scores = {"reconstruction": reconstruction_scores(system, corpus, indices)}
    if isinstance(system, TwoStep) and system.note_vae is None:
        config = system.model.config
        bits = math.log2(config.codebook_size)
        if config.detail_size:
            bits += math.log2(config.detail_size)
        scores["bits_per_beat"] = bits
    if isinstance(system, OverBeats):
        scores["bits_per_beat"] = system.n_books * math.log2(system.model.config.codebook_size)
    if not row.generates:
        return scores
    again = system.reconstruct(corpus, chosen).groove
    scores["reconstruction"] |= genre_scores(classifier, again, genre)
    training = with_genre(corpus, corpus.indices(split, "train"))
    scores["generation"] = generation_scores(system, corpus, training, chosen, classifier, seed)
    if row.genre:
        scores["all_funk"] = all_funk_scores(system, corpus, chosen, classifier, seed)
    if row.genre and isinstance(system, TwoStep | OverBeats):
        codes = system.sample_codes(corpus, chosen, seed)
        size = system.model.config.codebook_size
        scores["code_counts"] = {
            name: np.bincount(codes[genre == number].ravel(), minlength=size).tolist()
            for number, name in enumerate(GENRES)
        }
    if row.genre and isinstance(system, OverBeats):
        plain = replace(system, guidance=1.0)
        scores["as_learnt"] = {
            "generation": genre_scores(classifier, plain.generate(corpus, chosen, seed), genre),
            "all_funk": all_funk_scores(plain, corpus, chosen, classifier, seed),
        }
    if row.patterns:
        scores["control"] = control_scores(system, corpus, chosen, seed)
        example = int(chosen[np.argmax(corpus.note[chosen].sum(axis=(1, 2)))])
        scores["example"] = example_of_control(system, corpus, example, seed)
        if isinstance(system, OverBeats):
            drum = CYMBALS[int(corpus.note[example][:, CYMBALS].sum(axis=0).argmax())]
            alone = replace(system, painted_drum=drum)
            scores["example_of_a_drum"] = example_of_control(alone, corpus, example, seed)
    return scores
