from math import log

import numpy as np
import pytest
import torch
from handmade import DETAILED, TINY, small_corpus

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.training.validation import (
    validate_classifier,
    validate_expression,
    validate_note_vae,
    validate_notes,
    validate_one_step,
    validate_prior,
)

INDICES = np.arange(12)


def made(kind, *arguments):
    torch.manual_seed(0)
    return kind(*arguments).eval()


@pytest.fixture
def model():
    return made(PocketVAE, TINY)


@pytest.fixture
def detailed():
    return made(PocketVAE, DETAILED)


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


def play_nothing(output):
    """Let every cell's logit be below 0."""
    with torch.no_grad():
        output.weight.zero_()
        output.bias.fill_(-1)


def test_notes_are_scored_with_and_without_details(model, detailed, corpus):
    scores = validate_notes(detailed, corpus, INDICES)
    assert scores["score"] == pytest.approx(1 - scores["note_f1_micro"])
    assert scores["note_f1_micro_coarse"] != scores["note_f1_micro"]
    assert 1 <= scores["codes_used"] <= TINY.codebook_size
    without = validate_notes(model, corpus, INDICES)
    assert without["note_f1_micro_coarse"] == without["note_f1_micro"]


def test_the_notes_score_is_worst_when_nothing_is_played(model, corpus):
    play_nothing(model.note.decoder.output)
    scores = validate_notes(model, corpus, INDICES)
    assert scores["score"] == 1
    assert scores["note_f1_micro"] == scores["note_exact"] == 0


def test_expression_is_scored_at_hits(model, corpus):
    with torch.no_grad():
        for module in (model.vel, model.time):
            module.output.weight.zero_()
            module.output.bias.zero_()  # velocity 0.5, microtiming 0
    scores = validate_expression(model, corpus, INDICES)
    hits = corpus.note[INDICES] > 0
    velocity = ((corpus.velocity[INDICES] - 0.5)[hits] ** 2).mean()
    microtiming = (corpus.microtiming[INDICES][hits] ** 2).mean()
    assert scores["velocity_mse_hits"] == pytest.approx(velocity, rel=1e-5)
    assert scores["microtiming_mse_hits"] == pytest.approx(microtiming, rel=1e-5)
    assert scores["score"] == pytest.approx(velocity + microtiming, rel=1e-5)


@pytest.mark.parametrize("config", [TINY, DETAILED], ids=["codes", "codes and details"])
def test_the_prior_is_scored_in_nats_a_beat(corpus, config, monkeypatch):
    model = made(PocketVAE, config)
    whole = validate_prior(model, corpus, INDICES)["score"]
    monkeypatch.setattr("pocket_studio.research.corpus.batch._BATCH_SIZE", 5)
    assert validate_prior(model, corpus, INDICES)["score"] == pytest.approx(whole, rel=1e-5)
    outputs = [model.prior.output, *([model.prior.detail_output] if config.detail_size else [])]
    with torch.no_grad():
        for output in outputs:
            output.weight.zero_()
            output.bias.zero_()
    expected = log(config.codebook_size) + (log(config.detail_size) if config.detail_size else 0)
    assert validate_prior(model, corpus, INDICES)["score"] == pytest.approx(expected, rel=1e-5)


def test_baselines_are_scored_by_what_they_play(corpus):
    note_vae, one_step = made(NoteVae, TINY), made(OneStepVae, TINY)
    scores = validate_note_vae(note_vae, corpus, INDICES)
    assert 0 < scores["note_f1_micro"] < 1
    assert scores["score"] == pytest.approx(1 - scores["note_f1_micro"])
    play_nothing(note_vae.decoder.output)
    assert validate_note_vae(note_vae, corpus, INDICES)["score"] == 1
    scores = validate_one_step(one_step, corpus, INDICES)
    assert scores["score"] == pytest.approx(
        1 - scores["note_f1_micro"] + scores["velocity_mse_hits"] + scores["microtiming_mse_hits"]
    )
    play_nothing(one_step.output)  # no note, so nothing is played of V and M either
    scores = validate_one_step(one_step, corpus, INDICES)
    hits = corpus.note[INDICES] > 0
    assert scores["note_f1_micro"] == 0
    assert scores["velocity_mse_hits"] == pytest.approx(
        (corpus.velocity[INDICES][hits] ** 2).mean(), rel=1e-5
    )


def test_windows_without_a_genre_are_not_classified(corpus):
    classifier = made(GrooveClassifier, len(GENRES))
    with torch.no_grad():
        classifier.output.weight.zero_()
        classifier.output.bias.zero_()
        classifier.output.bias[GENRES.index("rock")] = 1  # takes all for rock
    everywhere = np.arange(len(corpus))
    labelled = corpus.genre[corpus.genre != NO_GENRE]
    assert 0 < len(labelled) < len(corpus)
    scores = validate_classifier(classifier, corpus, everywhere)
    expected = (labelled == GENRES.index("rock")).mean()
    assert scores["genre_accuracy"] == pytest.approx(expected)
    assert scores["score"] == pytest.approx(1 - expected)
