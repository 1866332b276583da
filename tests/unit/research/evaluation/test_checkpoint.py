import json
from dataclasses import replace

import numpy as np
import pytest
from handmade import groove_of, played_beat

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import groove_to_midi
from pocket_studio.model.trained import model_of
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.research import metrics
from pocket_studio.research.evaluation.checkpoint import evaluate_folder, evaluate_split
from pocket_studio.research.evaluation.protocol import as_shipped
from pocket_studio.research.evaluation.scores import reconstruction_scores
from pocket_studio.research.typed import to_json


@pytest.fixture(scope="module")
def of_split(studio, corpus, classifier):
    return evaluate_split(studio.checkpoint, corpus, "official", classifier)


@pytest.fixture
def folder(tmp_path):
    """Two files of played beats in folders of their own."""
    for number in (1, 2):
        path = tmp_path / f"drummer{number}" / f"beat.{'mid' if number == 1 else 'MIDI'}"
        path.parent.mkdir()
        path.write_bytes(groove_to_midi(played_beat(number), repeats=2))
    return tmp_path


def test_a_split_s_scores_say_what_they_are_of(studio, of_split):
    assert of_split.split == "official"
    assert of_split.trained_on_split == studio.checkpoint.training["split"]
    assert of_split.checkpoint == studio.checkpoint.digest
    assert of_split.archive_sha256 == "made by hand"
    assert set(of_split.libraries) == {"torch", "numpy", "faiss-cpu"}
    json.loads(to_json(of_split), parse_constant=pytest.fail)


def test_a_split_is_scored_with_and_without_conditions(studio, corpus, of_split):
    test = corpus.indices("official", "test")
    for name, told in (("conditioned", True), ("unconditioned", False)):
        system = as_shipped(model_of(studio.checkpoint), genre=told, patterns=told)
        expected = reconstruction_scores(system, corpus, test)
        found = getattr(of_split, name).reconstruction
        told_apart = {name: None for name in vars(found) if name.startswith(("genre", "confusion"))}
        assert replace(found, **told_apart) == expected
        assert (getattr(of_split, name).control is not None) == told
        assert getattr(of_split, name).generation.n_windows == 6
    assert of_split.template_note_f1_micro == metrics.note_f1_micro(
        corpus.note[test], corpus.template[test].astype(np.float32)
    )


def test_a_split_is_scored_as_the_studio_asks_and_as_a_user_meets_it(of_split):
    asked, use = of_split.asked, of_split.use
    assert 0 <= asked.defaults.discriminator.auc <= 1
    assert use.sketch.kept == 1
    assert use.edits.n_trials > 0


def test_a_folder_is_read_deeply_and_scored(studio, folder, classifier):
    scores = evaluate_folder(studio.checkpoint, folder, classifier, None)
    assert (scores.n_files, scores.skipped, scores.folder) == (2, {}, str(folder))
    for name in ("conditioned", "unconditioned"):
        assert getattr(scores, name).n_windows == 6
    assert scores.conditioned.note_f1 == scores.unconditioned.note_f1
    assert scores.conditioned.microtiming_mse < scores.unconditioned.microtiming_mse
    assert sum(scores.genre_shares.values()) == pytest.approx(1)
    written = json.loads(to_json(scores), parse_constant=pytest.fail)
    assert not {"knn", "discriminator_auc", "judged_human"} & set(written)


def test_with_a_corpus_a_folder_is_compared_with_it(studio, corpus, folder, classifier):
    scores = evaluate_folder(studio.checkpoint, folder, classifier, corpus)
    assert scores.knn.n_windows == 6
    assert 0 < scores.knn.note_f1 < 1
    assert 0 <= scores.discriminator_auc <= 1
    assert 0 <= scores.judged_human <= 1
    assert scores == evaluate_folder(studio.checkpoint, folder, classifier, corpus)
    json.loads(to_json(scores), parse_constant=pytest.fail)


def test_unusable_files_are_listed_and_others_scored(studio, folder, classifier):
    (folder / "broken.mid").write_bytes(b"MThd")
    (folder / "notes.txt").write_text("not MIDI, and not named so")
    scores = evaluate_folder(studio.checkpoint, folder, classifier, None)
    assert scores.n_files == 2
    assert list(scores.skipped) == ["broken.mid"]
    assert "cut short" in scores.skipped["broken.mid"]


def test_scores_that_files_leave_undefined_are_none(studio, tmp_path, classifier):
    hats = ((step, CLOSED_HAT, 0.5, 0.0) for step in range(0, 32, 2))
    machine = groove_of((0, KICK, 0.5, 0.0), (4, SNARE, 0.5, 0.0), (20, SNARE, 0.5, 0.0), *hats)
    (tmp_path / "machine.mid").write_bytes(groove_to_midi(machine))
    scores = evaluate_folder(studio.checkpoint, tmp_path, classifier, None)
    undefined = {"velocity_kl", "microtiming_kl", "velocity_spread", "microtiming_spread"}
    written = json.loads(to_json(scores), parse_constant=pytest.fail)["conditioned"]
    assert {name for name, score in written.items() if score is None} == undefined


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path / "missing", "there is no folder"),
        (lambda path: path, "no usable drum MIDI"),
    ],
)
def test_no_usable_file(studio, tmp_path, classifier, make, message):
    (tmp_path / "broken.mid").write_bytes(b"hello")
    with pytest.raises(InvalidMidiError, match=message):
        evaluate_folder(studio.checkpoint, make(tmp_path), classifier, None)


def test_files_without_a_window_to_score(studio, tmp_path, classifier):
    (tmp_path / "kick.mid").write_bytes(groove_to_midi(groove_of((20, KICK, 1, 0))))
    with pytest.raises(InvalidMidiError, match="no two bars"):
        evaluate_folder(studio.checkpoint, tmp_path, classifier, None)
