import json

import numpy as np
import pytest
from handmade import groove_of, played_beat, small_corpus

from pocket_studio import metrics
from pocket_studio.errors import InvalidMidiError
from pocket_studio.evaluation.reconstruction import (
    evaluate_folder,
    evaluate_split,
    reconstruction_scores,
)
from pocket_studio.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.midi import groove_to_midi
from pocket_studio.model.reconstruction import reconstruct

KEYS = {
    "note_f1",
    "note_f1_micro",
    "note_exact",
    "velocity_kl",
    "velocity_mse",
    "velocity_mse_hits",
    "velocity_spread",
    "microtiming_kl",
    "microtiming_mse",
    "microtiming_mse_hits",
    "microtiming_spread",
    "codes_used",
    "n_windows",
}


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


@pytest.fixture
def folder(tmp_path):
    """Two files of played beats in folders of their own."""
    for number in (1, 2):
        path = tmp_path / f"drummer{number}" / f"beat.{'mid' if number == 1 else 'MIDI'}"
        path.parent.mkdir()
        path.write_bytes(groove_to_midi(played_beat(number), repeats=2))
    return tmp_path


def test_scores_are_those_of_the_reconstruction(studio, corpus):
    indices = np.array([3, 7, 12, 20])
    scores = reconstruction_scores(studio.checkpoint, corpus, indices)
    assert set(scores) == KEYS
    found = reconstruct(studio.checkpoint.model, corpus, indices)
    note = (found.probability > studio.checkpoint.note_threshold).astype(np.float32)
    truth = corpus.note[indices]
    assert scores["note_f1_micro"] == metrics.note_f1_micro(truth, note)
    assert scores["velocity_mse_hits"] == metrics.mean_squared_error_at_hits(
        corpus.velocity[indices], found.velocity, truth
    )
    assert scores["microtiming_spread"] == metrics.spread_ratio(
        corpus.microtiming[indices], found.microtiming, truth, truth
    )
    assert scores["codes_used"] == len(np.unique(found.codes))
    assert scores["n_windows"] == 4


def test_a_split_is_scored_on_its_test_windows_with_and_without_conditions(studio, corpus):
    scores = evaluate_split(studio.checkpoint, corpus, "official")
    assert set(scores) >= KEYS
    assert set(scores["without_conditions"]) == KEYS
    assert scores["n_windows"] == scores["without_conditions"]["n_windows"] == 6
    assert scores["split"] == "official"
    assert scores["trained_on_split"] == studio.checkpoint.training["split"]
    assert scores["checkpoint"] == studio.checkpoint.digest
    assert scores["archive_sha256"] == "made by hand"
    assert scores["velocity_mse_hits"] != scores["without_conditions"]["velocity_mse_hits"]
    json.dumps(scores, allow_nan=False)


def test_without_conditions_nothing_is_told(studio, corpus, monkeypatch):
    told = []

    def spy(model, seen, indices):
        told.append(seen)
        return reconstruct(model, seen, indices)

    monkeypatch.setattr("pocket_studio.evaluation.reconstruction.reconstruct", spy)
    evaluate_split(studio.checkpoint, corpus, "official")
    for name in ("genre", "velocity_pattern", "microtiming_pattern"):
        silent = [bool((getattr(seen, name) == -1).all()) for seen in told]
        assert sorted(silent) == [False, True], name


def test_the_corpus_is_not_changed(studio):
    corpus = small_corpus()
    evaluate_split(studio.checkpoint, corpus, "official")
    assert np.array_equal(corpus.genre, small_corpus().genre)
    assert np.array_equal(corpus.velocity_pattern, small_corpus().velocity_pattern)


def test_a_folder_is_read_deeply_and_scored(studio, folder):
    scores = evaluate_folder(studio.checkpoint, folder)
    assert set(scores) >= KEYS
    assert (scores["n_files"], scores["n_windows"], scores["skipped"]) == (2, 6, {})
    assert scores["folder"] == str(folder)
    json.dumps(scores, allow_nan=False)


def test_unusable_files_are_listed_and_others_scored(studio, folder):
    (folder / "broken.mid").write_bytes(b"MThd")
    (folder / "notes.txt").write_text("not MIDI, and not named so")
    scores = evaluate_folder(studio.checkpoint, folder)
    assert scores["n_files"] == 2
    assert list(scores["skipped"]) == ["broken.mid"]
    assert "damaged" in scores["skipped"]["broken.mid"]


def test_scores_that_files_leave_undefined_are_none(studio, tmp_path):
    hats = ((step, CLOSED_HAT, 0.5, 0.0) for step in range(0, 32, 2))
    machine = groove_of((0, KICK, 0.5, 0.0), (4, SNARE, 0.5, 0.0), (20, SNARE, 0.5, 0.0), *hats)
    (tmp_path / "machine.mid").write_bytes(groove_to_midi(machine))
    scores = evaluate_folder(studio.checkpoint, tmp_path)
    assert set(scores) >= KEYS
    undefined = {"velocity_kl", "microtiming_kl", "velocity_spread", "microtiming_spread"}
    assert {name for name in KEYS if scores[name] is None} == undefined
    json.dumps(scores, allow_nan=False)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path / "missing", "there is no folder"),
        (lambda path: path, "no usable drum MIDI"),
    ],
)
def test_no_usable_file(studio, tmp_path, make, message):
    (tmp_path / "broken.mid").write_bytes(b"hello")
    with pytest.raises(InvalidMidiError, match=message):
        evaluate_folder(studio.checkpoint, make(tmp_path))


def test_files_without_a_window_to_score(studio, tmp_path):
    (tmp_path / "kick.mid").write_bytes(groove_to_midi(groove_of((20, KICK, 1, 0))))
    with pytest.raises(InvalidMidiError, match="no two bars"):
        evaluate_folder(studio.checkpoint, tmp_path)
