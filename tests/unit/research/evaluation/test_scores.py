import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research import metrics
from pocket_studio.research.evaluation.results import Distributions
from pocket_studio.research.evaluation.scores import (
    defined,
    distribution_scores,
    expression_scores,
    human,
    metrical_means,
    reconstruction_scores,
    with_genre,
)
from pocket_studio.research.evaluation.systems import Played, Reconstructed, System

INDICES = np.arange(0, 30, 4)


class Echo(System):
    """Brings back what was played, less the toms and cymbals and somewhat too loud."""

    def __init__(self, louder=0.0, n_drums=7):
        self.louder, self.n_drums = louder, n_drums

    def reconstruct(self, corpus, indices):
        true = human(corpus, indices)
        heard = np.arange(7) < self.n_drums
        expression = Played(true.note, true.velocity + self.louder * true.note, true.microtiming)
        codes = indices[:, None] % 3 * np.ones(8, int)
        return Reconstructed(
            Played(true.note * heard, true.velocity, true.microtiming), expression, codes
        )

    def generate(self, *_):
        raise AssertionError("reconstructing plays nothing new")


def test_bringing_all_back_is_perfect():
    scores = reconstruction_scores(Echo(), small_corpus(), INDICES)
    assert scores.n_windows == len(INDICES)
    for name in ("note_f1", "note_f1_micro", "note_exact"):
        assert getattr(scores, name) == 1
    for name in ("velocity", "microtiming"):
        assert getattr(scores, f"{name}_mse") == getattr(scores, f"{name}_mse_hits") == 0
        assert getattr(scores, f"{name}_kl") == pytest.approx(0, abs=1e-9)
        assert getattr(scores, f"{name}_spread") == pytest.approx(1)


def test_notes_are_scored_on_the_groove_and_values_on_the_expression():
    corpus = small_corpus()
    scores = reconstruction_scores(Echo(louder=0.1, n_drums=2), corpus, INDICES)
    note = corpus.note[INDICES]
    only_two = note * (np.arange(7) < 2)
    assert scores.note_f1 == metrics.note_f1(note, only_two)
    assert scores.note_f1_micro == metrics.note_f1_micro(note, only_two)
    assert scores.note_exact == 0
    assert scores.velocity_mse_hits == pytest.approx(0.01, rel=1e-5)
    assert scores.velocity_mse == pytest.approx(0.01 * note.mean(), rel=1e-5)
    assert scores.velocity_kl > 0
    assert scores.velocity_spread == pytest.approx(1, rel=1e-5)
    assert scores.microtiming_mse == 0
    assert scores.codes_used == 3


def test_values_at_hits_are_scored_at_the_true_hits():
    true = human(small_corpus(), INDICES)
    silent = Played(*(0 * values for values in (true.note, true.velocity, true.microtiming)))
    scores = expression_scores(true, silent)
    hits = true.note > 0
    assert scores.velocity_mse_hits == pytest.approx((true.velocity[hits] ** 2).mean())
    assert scores.microtiming_mse_hits == pytest.approx((true.microtiming[hits] ** 2).mean())
    assert scores.velocity_kl is scores.microtiming_spread is None  # nothing was played


def test_distributions_do_not_compare_hit_with_hit():
    true = human(small_corpus(), INDICES)
    other = Played(true.note[::-1], true.velocity[::-1], true.microtiming[::-1])
    assert distribution_scores(true, other) == Distributions(
        velocity_kl=pytest.approx(0, abs=1e-6),
        velocity_spread=pytest.approx(1),
        microtiming_kl=pytest.approx(0, abs=1e-6),
        microtiming_spread=pytest.approx(1),
    )


def test_metrical_means_are_those_of_each_genre():
    corpus = small_corpus()
    played, genre = human(corpus, INDICES), corpus.genre[INDICES]
    means = metrical_means(played, genre)
    assert set(means) == {GENRES[number] for number in set(genre.tolist()) - {NO_GENRE}}
    rock = genre == GENRES.index("rock")
    for name in ("velocity", "microtiming"):
        expected = metrics.metrical_means(getattr(played, name)[rock], played.note[rock])
        assert getattr(means["rock"], name) == expected


def test_windows_with_a_genre():
    corpus = small_corpus()
    chosen = with_genre(corpus, np.arange(30))
    assert 0 < len(chosen) < 30
    assert (corpus.genre[chosen] != NO_GENRE).all()
    assert NO_GENRE in corpus.genre


def test_a_score_that_the_data_do_not_define_is_none():
    def undefined(_values):
        raise metrics.UndefinedScoreError("nothing to score")

    def refused(_values):
        raise ValueError("no groove")

    assert defined(undefined, np.zeros(3)) is None
    with pytest.raises(ValueError, match="no groove"):
        defined(refused, np.zeros(3))
    assert defined(lambda values: float(values.sum()), np.ones(3)) == 3
