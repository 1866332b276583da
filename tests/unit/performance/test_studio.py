"""The shipped checkpoint through the one door; tests of its behaviour hold for any good one."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from handmade import plain_template

from pocket_studio.errors import CheckpointError, InvalidRequestError
from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import KICK, N_DRUMS, SNARE
from pocket_studio.performance import MAX_SEED, Studio, Take, after_edit

TEMPLATE = plain_template()
EMPTY = np.zeros((N_STEPS, N_DRUMS))
SEEDS = range(8)


def distance(one, other):
    """Return the number of cells whose note differs."""
    return float(np.abs(one.note - other.note).sum())


# The answer


def test_an_answer_says_what_made_it(studio):
    performance = studio.groove(TEMPLATE, seed=3, tempo_bpm=97)
    assert type(performance.groove) is Groove
    assert performance.groove.tempo_bpm == 97.0
    assert len(performance.codes) == 8
    assert all(type(code) is int and 0 <= code < 64 for code in performance.codes)
    assert performance.z_velocity.shape == performance.z_microtiming.shape == (8, 16)
    assert performance.z_velocity.dtype == np.float32
    with pytest.raises(FrozenInstanceError):
        performance.codes = ()


@pytest.mark.parametrize("temperature", [0.05, 1.0, 2.0])
@pytest.mark.parametrize(
    "template", [TEMPLATE, EMPTY, np.ones_like(EMPTY)], ids=["plain", "empty", "full"]
)
def test_every_answer_is_a_valid_groove(studio, template, temperature):
    for genre in (ANY_GENRE, *GENRES):
        groove = studio.groove(template, genre=genre, temperature=temperature, seed=1).groove
        assert groove == Groove(groove.note, groove.velocity, groove.microtiming)


@pytest.mark.parametrize("genre", [ANY_GENRE, *GENRES])
def test_an_empty_template_gives_a_beat(studio, genre):
    grooves = [studio.groove(EMPTY, genre=genre, seed=seed).groove for seed in SEEDS]
    assert min(groove.n_hits for groove in grooves) > 0
    assert np.mean([groove.n_hits for groove in grooves]) > 8


def test_most_of_the_template_is_played(studio):
    asked = [(step, drum) for step, drum in np.argwhere(TEMPLATE) if drum in (KICK, SNARE)]
    asks = {"genre": "rock", "keep_sketch": False}
    grooves = [studio.groove(TEMPLATE, **asks, seed=seed).groove for seed in SEEDS]
    kept = [groove.note[step, drum] for groove in grooves for step, drum in asked]
    assert np.mean(kept) > 0.8


# Seeds


def test_the_same_seed_gives_the_same_groove(studio):
    first, again = (studio.groove(TEMPLATE, genre="funk", seed=7) for _ in range(2))
    assert first.groove == again.groove
    assert first.codes == again.codes
    assert np.array_equal(first.z_velocity, again.z_velocity)
    assert np.array_equal(first.z_microtiming, again.z_microtiming)


def test_another_seed_is_another_take(studio):
    takes = [studio.groove(TEMPLATE, genre="funk", seed=seed) for seed in (0, 1, 2, MAX_SEED)]
    for number, take in enumerate(takes):
        for other in takes[number + 1 :]:
            assert take.groove != other.groove
            assert not np.array_equal(take.z_velocity, other.z_velocity)


def test_an_edit_stays_in_its_beat(studio):
    edited = TEMPLATE.copy()
    edited[6, KICK] = 1
    others = np.arange(N_STEPS) // 4 != 1
    changed, strayed = [], []
    for seed in SEEDS:
        before = studio.groove(TEMPLATE, genre="funk", seed=seed)
        said = Take(seed, before.codes, before.details)
        codes, details = after_edit(Take(seed), said, TEMPLATE, edited).given
        after = studio.groove(edited, genre="funk", seed=seed, codes=codes, details=details)
        assert after.groove.note[6, KICK] == 1
        assert [c for b, c in enumerate(after.codes) if b != 1] == [
            c for b, c in enumerate(before.codes) if b != 1
        ]
        changed.append(int((before.groove.note != after.groove.note)[others].sum()))
        both = (before.groove.note * after.groove.note)[others] > 0
        strayed += np.abs(before.groove.velocity - after.groove.velocity)[others][both].tolist()
    assert np.median(changed) == 0
    assert max(changed) <= 4
    assert np.mean(strayed) < 0.1


def test_low_temperature_is_typical(studio):
    said = {"codes": range(8), "details": range(8)}  # the same notes, so z strays from one place

    def spread(temperature):
        takes = (studio.groove(TEMPLATE, temperature=temperature, seed=s, **said) for s in SEEDS)
        return np.std([take.z_velocity for take in takes], axis=0)

    cool, usual = spread(0.1), spread(1.0)
    assert (cool < 0.2 * usual).all()
    assert cool.mean() == pytest.approx(0.1 * usual.mean(), rel=0.1)
    cold = [studio.groove(TEMPLATE, temperature=0.05, seed=seed).groove for seed in SEEDS]
    warm = [studio.groove(TEMPLATE, temperature=1.5, seed=seed).groove for seed in SEEDS]
    between = lambda takes: np.mean([distance(takes[0], take) for take in takes[1:]])  # noqa: E731
    assert between(cold) < between(warm)


def test_tempo_is_heard_but_leaves_given_notes_alone(studio):
    slow, fast = (studio.groove(TEMPLATE, seed=1, tempo_bpm=bpm) for bpm in (60, 180))
    assert slow.codes != fast.codes
    said = {"codes": slow.codes, "details": slow.details, "seed": 1}
    again = studio.groove(TEMPLATE, tempo_bpm=180, **said).groove
    assert np.array_equal(again.note, slow.groove.note)
    assert not np.array_equal(again.microtiming, slow.groove.microtiming)


# Codebook


def test_codebook_decodes_every_code(studio):
    grooves = studio.codebook("funk")
    assert len(grooves) == 64
    assert all(type(groove) is Groove for groove in grooves)
    assert len({groove.note.tobytes() for groove in grooves}) > 32
    assert studio.codebook("funk")[5] == grooves[5]
    assert any(a != b for a, b in zip(grooves, studio.codebook("jazz"), strict=True))


def test_codebook_refuses_other_genres(studio):
    with pytest.raises(InvalidRequestError, match="the genre"):
        studio.codebook("polka")


def test_code_usage_has_a_share_for_every_code_and_genre(studio):
    usage = studio.code_usage
    assert set(usage) == {ANY_GENRE, *GENRES}
    for shares in usage.values():
        assert shares.shape == (64,)
        assert shares.dtype == np.float32
        assert shares.min() >= 0
        assert shares.sum() == pytest.approx(1, abs=1e-3)


# Threads


def test_several_threads_get_the_same_grooves(studio):
    alone = [studio.groove(TEMPLATE, genre="rock", seed=seed).groove for seed in range(12)]
    with ThreadPoolExecutor(4) as threads:
        together = threads.map(
            lambda seed: studio.groove(TEMPLATE, genre="rock", seed=seed).groove, range(12)
        )
        assert list(together) == alone


# The checkpoint


def copied(folder):
    path = folder / DEFAULT_CHECKPOINT.name
    for suffix in (".safetensors", ".graphs.safetensors", ".json"):
        shutil.copy(DEFAULT_CHECKPOINT.with_suffix(suffix), path.with_suffix(suffix))
    return path


def checkpoint_error(path):
    with pytest.raises(CheckpointError) as caught:
        Studio.load(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_checkpoint(tmp_path):
    checkpoint_error(tmp_path / "none.safetensors")


def test_a_truncated_checkpoint(tmp_path):
    path = copied(tmp_path)
    path.write_bytes(path.read_bytes()[:1_000_000])
    checkpoint_error(path)


def test_a_checkpoint_of_another_format(tmp_path):
    path = copied(tmp_path)
    config = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps({**config, "format_version": 99}))
    checkpoint_error(path)


def test_the_path_may_be_text(tmp_path, studio):
    path = copied(tmp_path)
    loaded = Studio.load(str(path))
    assert loaded.checkpoint.digest == studio.checkpoint.digest
    assert loaded.groove(TEMPLATE, seed=1).groove == studio.groove(TEMPLATE, seed=1).groove
