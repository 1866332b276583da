"""New grooves as the studio asks for them: what each wish changes, and what each genre is."""

from dataclasses import replace
from typing import Any

import numpy as np

from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.classifiers import genre_scores
from pocket_studio.research.evaluation.discriminator import discriminator_scores
from pocket_studio.research.evaluation.protocol import as_shipped
from pocket_studio.research.evaluation.scores import (
    Indices,
    Scores,
    distribution_scores,
    human,
    with_genre,
)


def asked_scores(
    model: BeatPocketVAE, corpus: Corpus, split: str, classifier: GrooveClassifier, seed: int
) -> dict[str, Any]:
    """Score what `model` plays for the templates of the test windows that have a genre.

    It is told the genre and the tempo and nothing is painted, as in the studio before anyone
    paints, but no hit is forced to sound (`keep_sketch`), so that one sees what it believes in.

    Returns
    -------
    dict
        `defaults`, all hits of the straight templates of section 3.2 asked for; `nothing`, none of
        them insisted on; both with a `discriminator`; `played`, templates of which only
        those hits are left that the drummer played, all asked for. Each has `template_sounds`, the
        share of the template's hits that sound though nothing forces them, and the scores of the
        values and of the genre. `genres`, for each: the share of all templates taken for it when
        told it, `told`, and when told nothing, `untold`.
    """
    training, test = (with_genre(corpus, corpus.indices(split, part)) for part in ("train", "test"))
    defaults = as_shipped(model, genre=True, patterns=False)
    played = replace(corpus, template=corpus.template * corpus.note.astype(np.uint8))
    asked = {
        "defaults": (defaults, corpus),
        "nothing": (replace(defaults, kept=-1.0), corpus),
        "played": (defaults, played),
    }
    scores: dict[str, Any] = {
        name: _scores(*both, test, classifier, seed) for name, both in asked.items()
    }
    for name in ("defaults", "nothing"):
        scores[name]["discriminator"] = discriminator_scores(
            asked[name][0], corpus, training, test, seed
        )
    return scores | {"genres": _told_one_genre(defaults, corpus, test, classifier, seed)}


def _scores(
    system: OverBeats, corpus: Corpus, indices: Indices, classifier: GrooveClassifier, seed: int
) -> Scores:
    grooves, true = system.generate(corpus, indices, seed), human(corpus, indices)
    sketched = corpus.template[indices] > 0
    return {
        "hits_per_window": float(grooves.note.sum() / len(indices)),
        "template_sounds": float(grooves.note[sketched].mean()),
        **distribution_scores("velocity", true, grooves),
        **distribution_scores("microtiming", true, grooves),
        **genre_scores(classifier, grooves, corpus.genre[indices]),
    }


def _told_one_genre(
    system: OverBeats, corpus: Corpus, indices: Indices, classifier: GrooveClassifier, seed: int
) -> dict[str, dict[str, float]]:
    def shares(told: int) -> dict[str, float]:
        as_told = replace(corpus, genre=np.full_like(corpus.genre, told))
        grooves = system.generate(as_told, indices, seed)
        found: dict[str, float] = genre_scores(classifier, grooves, corpus.genre[indices])[
            "genre_shares"
        ]
        return found

    untold = shares(NO_GENRE)
    return {
        genre: {"told": shares(number)[genre], "untold": untold[genre]}
        for number, genre in enumerate(GENRES)
    }
