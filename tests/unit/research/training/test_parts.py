import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from handmade import DETAILED, TINY, TINY_BEATS

from pocket_studio.errors import CheckpointError
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.genres import GENRES
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.training import beats, loop, validation
from pocket_studio.research.training.comparisons import ANNEALED_SHARE
from pocket_studio.research.training.parts import (
    RECIPES,
    Part,
    assemble,
    best_weights,
    described,
    history,
    is_finished,
    load_module,
    phase_of,
    train_part,
)

from .conftest import CONFIG
from .results import assert_same_result

NOTE = Part("note", "note", CONFIG, 2, DETAILED)
BEAT_NOTE = Part("beat-note", "beat_note", CONFIG, 2, TINY_BEATS)
BEAT_VEL, BEAT_TIME = (
    Part(f"beat-{name}", f"beat_{name}", CONFIG, 2, TINY_BEATS) for name in ("vel", "time")
)
CODES_OF = {
    "prior": NOTE,
    "beat_prior": BEAT_NOTE,
    "beat_vel_prior": BEAT_VEL,
    "beat_time_prior": BEAT_TIME,
}
PARTS = {
    kind: Part(
        f"a {kind}",
        kind,
        CONFIG,
        2,
        TINY_BEATS if kind.startswith("beat") else DETAILED,
        CODES_OF.get(kind),
    )
    for kind in RECIPES
}
LOGGED = {
    "note": {"note", "commitment", "note_f1_micro", "note_f1_micro_coarse", "note_exact"},
    "expression": {"velocity", "velocity_kl", "microtiming", "microtiming_kl"},
    "prior": {"prior", "prior_detail", "validation_prior"},
    "note_vae": {"note", "note_kl", "note_f1_micro"},
    "one_step": {"note", "velocity", "microtiming", "kl", "note_f1_micro"},
    "classifier": {"classifier", "genre_accuracy"},
    "beat_note": {"note", "commitment", "note_f1_micro_1", "note_f1_micro_3", "note_exact"},
    "beat_vel": {"vel_nll", "vel_kl", "nll", "kl", "mse_told", "mse_untold"},
    "beat_time": {"time_nll", "time_kl", "nll", "kl", "mse_told", "mse_untold"},
    "beat_prior": {"prior_0", "prior_1", "prior_2", "validation_prior_2"},
    "beat_vel_prior": {"vel_kl", "kl"},
    "beat_time_prior": {"time_kl", "kl"},
}
EACH_KIND = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)


@pytest.fixture(scope="module")
def trained(corpus, tmp_path_factory):
    """The folder with one part of each kind, and the codes that the prior learnt."""
    parts_dir = tmp_path_factory.mktemp("parts")
    for part in (*CODES_OF.values(), *PARTS.values()):
        train_part(part, corpus, parts_dir)
    return parts_dir


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("kind", "codes_of", "message"),
    [
        ("drummer", None, "a part's kind is one of note, expression"),
        ("prior", None, "a prior, and nothing else"),
        ("beat_vel_prior", None, "a prior, and nothing else"),
        ("note", NOTE, "a prior, and nothing else"),
        ("beat_vel", None, "the parts of the model over beats, and no others"),
    ],
)
def test_parts_that_make_no_sense_are_refused(kind, codes_of, message):
    with pytest.raises(ValueError, match=message):
        Part("some", kind, CONFIG, 2, TINY, codes_of)


@EACH_KIND
def test_a_part_is_trained_in_a_folder_of_its_own(corpus, trained, part):
    assert is_finished(part, corpus, trained)
    assert {path.name for path in (trained / part.name).iterdir()} == {
        "config.json",
        "log.csv",
        "state.safetensors",
    }
    with (trained / part.name / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(history(part, trained)) == 2
    assert LOGGED[part.kind] | {"epoch", "duration_s", "score"} <= set(rows[0])
    assert all(np.isfinite([float(value) for value in row.values()]).all() for row in rows)
    written = json.loads((trained / part.name / "config.json").read_text())
    assert len(written.pop("windows_sha256")) == 64
    assert written == described(part, corpus)


@EACH_KIND
def test_a_killed_part_ends_as_if_unbroken(corpus, trained, tmp_path, part, monkeypatch):
    original = loop.save_state

    def killed(*arguments):
        original(*arguments)
        raise KeyboardInterrupt

    if part.codes_of is not None:
        train_part(part.codes_of, corpus, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(loop, "save_state", killed)
        with pytest.raises(KeyboardInterrupt):
            train_part(part, corpus, tmp_path)
    assert not is_finished(part, corpus, tmp_path)
    train_part(part, corpus, tmp_path)
    assert_same_result(part, tmp_path, trained)


@EACH_KIND
def test_a_finished_part_is_not_trained_again(corpus, trained, part, monkeypatch):
    def fail(*_):
        raise AssertionError("trained again")

    monkeypatch.setattr(loop, "_epoch", fail)
    before = contents(trained / part.name)
    train_part(part, corpus, trained)
    assert contents(trained / part.name) == before


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 3},
        {"training": replace(CONFIG, seed=6)},
        {"training": replace(CONFIG, peak_lr=1e-3)},
        {"training": replace(CONFIG, extra=True)},
        {"model": TINY},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_part_with_other_settings_does_not_enter_the_folder(corpus, trained, change):
    part = replace(PARTS["note"], **change)
    before = contents(trained / part.name)
    for enter in (train_part, is_finished):
        with pytest.raises(CheckpointError, match="other settings or data") as caught:
            enter(part, corpus, trained)
        assert "\n" not in str(caught.value)
    assert contents(trained / part.name) == before


def test_a_prior_of_other_codes_does_not_enter_the_folder(corpus, trained):
    other = replace(NOTE, training=replace(CONFIG, seed=6))
    with pytest.raises(CheckpointError, match="other settings or data"):
        train_part(replace(PARTS["prior"], codes_of=other), corpus, trained)


def test_other_data_do_not_enter_the_folder(corpus, trained):
    with pytest.raises(CheckpointError, match="other settings or data"):
        train_part(PARTS["note"], replace(corpus, archive_sha256="other"), trained)
    # Extra data matter to those alone that are trained on them.
    assert is_finished(PARTS["note"], replace(corpus, extra_sha256="other"), trained)


def test_another_cache_of_the_same_archive_does_not_enter_the_folder(corpus, trained):
    other = corpus.velocity.copy()
    other[corpus.indices(CONFIG.split, "train")[0], 0] += 0.01
    for enter in (train_part, is_finished):
        with pytest.raises(CheckpointError, match="other settings or data"):
            enter(PARTS["note"], replace(corpus, velocity=other), trained)
    # Windows that it is neither trained nor validated on do not matter.
    tested = corpus.velocity.copy()
    tested[corpus.indices(CONFIG.split, "test")] += 0.01
    assert is_finished(PARTS["note"], replace(corpus, velocity=tested), trained)


def test_a_folder_of_before_windows_were_told_apart_goes_on(corpus, trained, tmp_path):
    shutil.copytree(trained / NOTE.name, tmp_path / NOTE.name)
    config = tmp_path / NOTE.name / "config.json"
    told = config.read_text()
    config.write_text(json.dumps(described(NOTE, corpus), indent=1) + "\n")
    assert is_finished(NOTE, corpus, tmp_path)
    assert config.read_text() == told


def test_what_is_missing_or_damaged_is_one_line(corpus, trained, tmp_path):
    assert not is_finished(NOTE, corpus, tmp_path)
    with pytest.raises(CheckpointError, match="cannot resume"):
        best_weights(NOTE, tmp_path)
    with pytest.raises(CheckpointError, match="cannot resume"):
        train_part(PARTS["prior"], corpus, tmp_path)  # before the codes it learns
    (tmp_path / NOTE.name).mkdir()
    content = (trained / NOTE.name / "state.safetensors").read_bytes()
    (tmp_path / NOTE.name / "state.safetensors").write_bytes(content[:1000])
    with pytest.raises(CheckpointError, match="remove it to train from the start"):
        is_finished(NOTE, corpus, tmp_path)


# What is trained


@EACH_KIND
def test_training_moves_every_weight(corpus, trained, part):
    start = phase_of(part, corpus, trained).modules.state_dict()
    best = best_weights(part, trained)
    assert start.keys() == best.keys()
    # An entry that no beat of the corpus needs stays; a whole tensor does not.
    assert [name for name in best if torch.equal(start[name], best[name])] == []


def test_assembled_parts_make_a_pocket_vae(corpus, trained):
    model = assemble(PocketVAE(DETAILED), trained, NOTE, PARTS["expression"], PARTS["prior"])
    assert isinstance(model, PocketVAE)
    assert not model.training
    weights = {}
    for part in (NOTE, PARTS["expression"], PARTS["prior"]):
        weights |= best_weights(part, trained)
    assert weights.keys() == model.state_dict().keys()  # nothing is left untrained
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, weights[name])
    indices = corpus.indices(CONFIG.split, "validation")
    scored = validation.validate_notes(model, corpus, indices)
    assert scored["score"] == min(row["score"] for row in history(NOTE, trained))


def test_assembled_parts_over_beats_make_a_whole_model(corpus, trained):
    parts = [BEAT_NOTE, *(PARTS[f"beat_{kind}"] for kind in ("vel", "time", "prior"))]
    model = assemble(BeatPocketVAE(TINY_BEATS), trained, *parts)
    assert not model.training
    weights = {}
    for part in parts:
        weights |= best_weights(part, trained)
    assert weights.keys() == model.state_dict().keys()  # nothing is left untrained
    windows = corpus.indices(CONFIG.split, "validation")
    scored = beats.validate_notes(model.note, corpus, windows)
    assert scored["score"] == min(row["score"] for row in history(BEAT_NOTE, trained))


def test_parts_of_another_model_do_not_fit(trained):
    with pytest.raises(CheckpointError, match="does not fit the model"):
        assemble(PocketVAE(DETAILED), trained, PARTS["one_step"])
    with pytest.raises(CheckpointError, match="does not fit the model"):
        assemble(PocketVAE(TINY), trained, NOTE)  # without a second codebook


@pytest.mark.parametrize(
    ("kind", "make", "validate"),
    [
        ("note_vae", lambda: NoteVae(DETAILED), validation.validate_note_vae),
        ("one_step", lambda: OneStepVae(DETAILED), validation.validate_one_step),
        ("classifier", lambda: GrooveClassifier(len(GENRES)), validation.validate_classifier),
    ],
)
def test_other_models_are_loaded_at_their_best(corpus, trained, kind, make, validate):
    part = PARTS[kind]
    module = load_module(make(), part, trained)
    assert not module.training
    scored = validate(module, corpus, corpus.indices(CONFIG.split, "validation"))
    settled = 0 if kind == "classifier" else ANNEALED_SHARE * part.epochs
    rows = history(part, trained)
    best = min(row["score"] for row in rows if row["epoch"] - 1 >= settled)
    assert scored["score"] == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("prior", "prior."),
        ("beat_prior", "prior."),
        ("beat_vel_prior", "vel.prior."),
        ("beat_time_prior", "time.prior."),
    ],
)
def test_a_prior_leaves_what_it_learns_as_it_is(trained, kind, own):
    assert all(name.startswith(own) for name in best_weights(PARTS[kind], trained))


def test_windows_are_counted(corpus, tmp_path):
    counted = []
    train_part(PARTS["classifier"], corpus, tmp_path, counted.append)
    assert sum(counted) == 2 * len(corpus.indices(CONFIG.split, "train"))
