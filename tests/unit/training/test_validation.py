from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from handmade import TINY, small_corpus

from pocket_studio.corpus import GENRES, NO_GENRE
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.validation import (
    choose_threshold,
    code_usage,
    validate_modules,
    validate_prior,
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return PocketVAE(TINY).eval()


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


def test_the_score_is_lower_for_better_modules(model, corpus):
    scores = validate_modules(model, corpus, np.arange(12))
    assert scores["score"] == pytest.approx(
        1 - scores["note_f1_micro"] + scores["velocity_mse_hits"] + scores["microtiming_mse_hits"]
    )
    assert 1 <= scores["codes_used"] <= TINY.codebook_size


def test_the_prior_is_scored_in_nats_a_code(model, corpus, monkeypatch):
    with torch.no_grad():
        model.prior.output.weight.zero_()
        model.prior.output.bias.zero_()
    scores = validate_prior(model, corpus, np.arange(12))
    assert scores["score"] == pytest.approx(log(TINY.codebook_size), rel=1e-5)
    torch.manual_seed(3)
    model.prior.output.reset_parameters()
    whole = validate_prior(model, corpus, np.arange(12))["score"]
    monkeypatch.setattr("pocket_studio.training.validation._BATCH_SIZE", 5)
    assert validate_prior(model, corpus, np.arange(12))["score"] == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize(
    ("on_hits", "elsewhere", "expected"), [(0.9, 0.41, 0.42), (0.45, 0.1, 0.3)]
)
def test_the_threshold_separates_hits_from_rests(
    model, corpus, monkeypatch, on_hits, elsewhere, expected
):
    from pocket_studio.training import validation

    def reconstruct(*_):
        probability = np.where(corpus.note > 0, on_hits, elsewhere)
        return type("Reconstruction", (), {"probability": probability})

    monkeypatch.setattr(validation, "reconstruct", reconstruct)
    assert choose_threshold(model, corpus, np.arange(len(corpus))) == expected


def test_code_usage_is_shares_of_all_and_of_each_genre(model, corpus):
    usage = code_usage(model, corpus, np.arange(len(corpus)))
    assert set(usage) == {"any", *GENRES}
    assert {len(shares) for shares in usage.values()} == {TINY.codebook_size}
    for genre in ("any", "rock", "jazz"):
        assert sum(usage[genre]) == pytest.approx(1, abs=1e-4)
        assert min(usage[genre]) >= 0


def test_a_genre_without_windows_uses_no_code(model, corpus):
    unlabelled = replace(corpus, genre=np.full_like(corpus.genre, NO_GENRE))
    usage = code_usage(model, unlabelled, np.arange(6))
    assert sum(usage["any"]) == pytest.approx(1, abs=1e-4)
    assert usage["jazz"] == [0.0] * TINY.codebook_size
