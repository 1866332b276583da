"""New grooves as the studio asks for them: what each wish changes, and what each genre is."""

from dataclasses import dataclass, replace

import numpy as np

from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.classifiers import genre_scores
from pocket_studio.research.evaluation.discriminator import discriminator_scores
from pocket_studio.research.evaluation.protocol import as_shipped
from pocket_studio.research.evaluation.results import Discriminated, Distributions, GenreScores
from pocket_studio.research.evaluation.scores import (
    distribution_scores,
    human,
    with_genre,
)


@dataclass(frozen=True, kw_only=True)
class Answer(Distributions, GenreScores):
    """What new grooves are like that are asked for in one way.

    Attributes
    ----------
    template_sounds : float
        Share of the template's hits that sound though nothing forces them.
    """

    hits_per_window: float
    template_sounds: float
    discriminator: Discriminated | None = None


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Share of all templates that is taken for a genre when told it, and when told nothing."""

    told: float
    untold: float


@dataclass(frozen=True, kw_only=True)
class Asked:
    """New grooves for the templates of the test windows that have a genre.

    Attributes
    ----------
    defaults : Answer
        All hits of the straight templates of section 3.2 asked for.
    nothing : Answer
        None of them insisted on.
    played : Answer
        Templates of which only those hits are left that the drummer played, all asked for.
    genres : dict of str to Shares
    """

    defaults: Answer
    nothing: Answer
    played: Answer
    genres: dict[str, Shares]


def asked_scores(
    model: BeatPocketVAE, corpus: Corpus, split: str, classifier: GrooveClassifier, seed: int
) -> Asked:
    """Score what `model` plays for the templates of the test windows that have a genre.

    It is told the genre and the tempo and nothing is painted, as in the studio before anyone
    paints, but no hit is forced to sound (`keep_sketch`), so that one sees what it believes in.
    """
    training, test = (with_genre(corpus, corpus.indices(split, part)) for part in ("train", "test"))
    defaults = as_shipped(model, genre=True, patterns=False)
    nothing = replace(defaults, kept=-1.0)
    played = replace(corpus, template=corpus.template * corpus.note.astype(np.uint8))
    of_defaults = _answer(defaults, corpus, test, classifier, seed)
    of_nothing = _answer(nothing, corpus, test, classifier, seed)
    of_played = _answer(defaults, played, test, classifier, seed)

    def judged(answer: Answer, system: OverBeats) -> Answer:
        discriminated = discriminator_scores(system, corpus, training, test, seed)
        return replace(answer, discriminator=discriminated)

    return Asked(
        defaults=judged(of_defaults, defaults),
        nothing=judged(of_nothing, nothing),
        played=of_played,
        genres=_told_one_genre(defaults, corpus, test, classifier, seed),
    )


def _answer(
    system: OverBeats, corpus: Corpus, indices: Indices, classifier: GrooveClassifier, seed: int
) -> Answer:
    grooves, true = system.generate(corpus, indices, seed), human(corpus, indices)
    sketched = corpus.template[indices] > 0
    return Answer(
        hits_per_window=float(grooves.note.sum() / len(indices)),
        template_sounds=float(grooves.note[sketched].mean()),
        **vars(distribution_scores(true, grooves)),
        **vars(genre_scores(classifier, grooves, corpus.genre[indices])),
    )


def _told_one_genre(
    system: OverBeats, corpus: Corpus, indices: Indices, classifier: GrooveClassifier, seed: int
) -> dict[str, Shares]:
    def shares(told: int) -> dict[str, float]:
        as_told = replace(corpus, genre=np.full_like(corpus.genre, told))
        grooves = system.generate(as_told, indices, seed)
        return genre_scores(classifier, grooves, corpus.genre[indices]).genre_shares

    untold = shares(NO_GENRE)
    return {
        genre: Shares(told=shares(number)[genre], untold=untold[genre])
        for number, genre in enumerate(GENRES)
    }
