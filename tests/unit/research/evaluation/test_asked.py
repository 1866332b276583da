import numpy as np
import pytest
import torch
from handmade import small_corpus
from torch import nn

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.performance.controls import DEFAULT_GUIDANCE
from pocket_studio.research.evaluation.asked import asked_scores
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.scores import human, with_genre
from pocket_studio.research.evaluation.systems import Played

CORPUS = small_corpus()
TEST = with_genre(CORPUS, CORPUS.indices("official", "test"))


@pytest.fixture
def generated(monkeypatch):
    """What is asked of the model: (system, corpus, indices), in turn; the humans' answers."""
    calls = []

    def generate(system, corpus, indices, _seed):
        calls.append((system, corpus, indices))
        return human(corpus, indices)

    monkeypatch.setattr(OverBeats, "generate", generate)
    return calls


def test_what_a_model_plays_is_scored(untrained, classifier):
    scores = asked_scores(untrained, CORPUS, "official", classifier, seed=1)
    for name in ("defaults", "nothing", "played"):
        assert 0 <= getattr(scores, name).template_sounds <= 1
        assert getattr(scores, name).hits_per_window > 0
    assert set(scores.genres) == set(GENRES)
    assert sum(shares.untold for shares in scores.genres.values()) == pytest.approx(1)
    assert scores == asked_scores(untrained, CORPUS, "official", classifier, seed=1)


@pytest.mark.usefixtures("generated")
def test_the_humans_score_as_the_humans(untrained, classifier):
    scores = asked_scores(untrained, CORPUS, "official", classifier, seed=0)
    kept = CORPUS.note[TEST][CORPUS.template[TEST] > 0].mean()
    assert scores.defaults.template_sounds == pytest.approx(float(kept))
    assert scores.played.template_sounds == 1
    for name in ("defaults", "nothing", "played"):
        assert getattr(scores, name).velocity_kl == pytest.approx(0, abs=1e-9)
        assert getattr(scores, name).microtiming_spread == pytest.approx(1)
    assert scores.defaults.discriminator.auc == pytest.approx(0.5)


def test_each_is_asked_for_what_it_is_named_after(untrained, classifier, generated):
    asked_scores(untrained, CORPUS, "official", classifier, seed=0)
    of_values, of_genres = generated[:3], generated[3 + 2 * 6 :]
    assert [system.kept for system, _, _ in of_values] == [1, -1, 1]
    assert {system.guidance for system, _, _ in generated} == {DEFAULT_GUIDANCE}
    assert not any(system.patterns for system, _, _ in generated)
    *straight, played = (corpus.template for _, corpus, _ in of_values)
    assert all(np.array_equal(template, CORPUS.template) for template in straight)
    assert np.array_equal(played, CORPUS.template * CORPUS.note)
    told = [set(corpus.genre.tolist()) for _, corpus, _ in of_genres]
    assert told == [{NO_GENRE}, *({number} for number in range(len(GENRES)))]
    assert all(np.array_equal(indices, TEST) for _, _, indices in of_genres)


class ByLoudness(nn.Module):
    """Takes a groove for the genre whose number its velocities stand for."""

    def forward(self, note, velocity, _microtiming):
        loudness = velocity.sum((1, 2)) / note.sum((1, 2))
        return -(loudness.unsqueeze(1) - torch.arange(len(GENRES)) / 10).abs()


def test_genres_are_told_and_what_they_are_taken_for_is_counted(untrained, monkeypatch):
    def generate(_, corpus, indices, _seed):
        note = human(corpus, indices).note
        told = corpus.genre[indices].clip(0)[:, None, None] / 10  # no genre sounds as the first
        return Played(note, (told * note).astype(np.float32), np.zeros_like(note))

    monkeypatch.setattr(OverBeats, "generate", generate)
    scores = asked_scores(untrained, CORPUS, "official", ByLoudness(), seed=0).genres
    assert [shares.told for shares in scores.values()] == [1] * len(GENRES)
    assert [shares.untold for shares in scores.values()] == [1, 0, 0, 0, 0, 0]
