from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from handmade import TINY_BEATS

from pocket_studio.errors import CheckpointError
from pocket_studio.model.config import BeatConfig
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.model.trained import model_of
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.training.parts import best_weights
from pocket_studio.research.training.pocket_vae import code_usage, pocket_vae_parts, train

from .conftest import CONFIG

PARTS = pocket_vae_parts(CONFIG, TINY_BEATS)


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def trained(corpus, cache, run_dir):
    """What `train` makes of a small corpus."""
    return train(corpus, cache, CONFIG, run_dir, TINY_BEATS)


def test_the_parts_are_the_two_steps_and_the_priors():
    note, vel, time, prior, vel_prior, time_prior = PARTS
    steps = ["beat_note", "beat_vel", "beat_time", "beat_prior"]
    assert [part.kind for part in PARTS] == [*steps, "beat_vel_prior", "beat_time_prior"]
    assert [part.epochs for part in PARTS] == [3, 2, 2, 2, 1, 1]
    assert prior.codes_of == note
    assert (vel_prior.codes_of, time_prior.codes_of) == (vel, time)
    assert vel.codes_of is time.codes_of is None
    assert {part.model for part in PARTS} == {TINY_BEATS}
    assert {part.model for part in pocket_vae_parts(CONFIG)} == {BeatConfig()}


def test_the_checkpoint_is_the_parts_at_their_best(trained, run_dir):
    weights = model_of(trained).state_dict()
    best = {}
    for part in PARTS:  # the priors of z are trained on after VEL and TIME
        best |= best_weights(part, run_dir)
    assert weights.keys() == best.keys()
    assert all(torch.equal(weights[name], best[name]) for name in best)
    assert trained.config == TINY_BEATS


def test_usage_is_measured_on_the_training_windows(corpus, trained):
    expected = code_usage(model_of(trained), corpus, corpus.indices("official", "train"))
    assert trained.code_usage == expected


def test_the_checkpoint_says_how_it_was_trained(trained):
    assert trained.training == {
        **asdict(CONFIG),
        "archive_sha256": "made by hand",
        "extra_sha256": "",
        "epochs_run": {
            "beat-note": 3,
            "beat-vel": 2,
            "beat-time": 2,
            "beat-prior": 2,
            "beat-vel-prior": 1,
            "beat-time-prior": 1,
        },
    }


@pytest.mark.parametrize(
    ("config", "model"),
    [(replace(CONFIG, seed=6), TINY_BEATS), (CONFIG, BeatConfig())],
    ids=["seed", "default sizes"],
)
@pytest.mark.usefixtures("trained")
def test_a_run_with_other_settings_is_refused(corpus, cache, run_dir, config, model):
    with pytest.raises(CheckpointError, match="other settings or data"):
        train(corpus, cache, config, run_dir, model)


def test_code_usage_is_shares_of_all_and_of_each_genre(corpus):
    usage = code_usage(BeatPocketVAE(TINY_BEATS).eval(), corpus, np.arange(len(corpus)))
    assert set(usage) == {"any", *GENRES}
    assert {len(shares) for shares in usage.values()} == {TINY_BEATS.codebook_size}
    for genre in ("any", "rock", "jazz"):
        assert sum(usage[genre]) == pytest.approx(1, abs=1e-4)
        assert min(usage[genre]) >= 0


def test_a_genre_without_windows_uses_no_code(corpus):
    unlabelled = replace(corpus, genre=np.full_like(corpus.genre, NO_GENRE))
    usage = code_usage(BeatPocketVAE(TINY_BEATS).eval(), unlabelled, np.arange(6))
    assert sum(usage["any"]) == pytest.approx(1, abs=1e-4)
    assert usage["jazz"] == [0.0] * TINY_BEATS.codebook_size
