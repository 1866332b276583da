import numpy as np
import pytest
import torch

from pocket_studio.errors import CheckpointError
from pocket_studio.music.genres import GENRES
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.evaluation.classifiers import (
    genre_scores,
    load_classifier,
    probabilities,
    save_classifier,
)
from pocket_studio.research.evaluation.scores import human

INDICES = np.arange(30)


def always(number, n_classes=6):
    """Make a classifier that takes everything for class `number`."""
    classifier = GrooveClassifier(n_classes).eval()
    with torch.no_grad():
        classifier.output.weight.zero_()
        classifier.output.bias.copy_(5.0 * torch.eye(n_classes)[number])
    return classifier


def test_a_classifier_is_read_as_it_was_written(corpus, tmp_path):
    torch.manual_seed(0)
    classifier, path = GrooveClassifier(6).eval(), tmp_path / "classifier.safetensors"
    save_classifier(classifier, path)
    played = human(corpus, INDICES)
    loaded = load_classifier(path, 6)
    assert not loaded.training
    assert np.array_equal(probabilities(loaded, played), probabilities(classifier, played))


def test_unusable_classifiers_are_refused(tmp_path):
    path = tmp_path / "classifier.safetensors"
    with pytest.raises(CheckpointError, match="cannot read the classifier"):
        load_classifier(path, 6)
    save_classifier(GrooveClassifier(2), path)
    with pytest.raises(CheckpointError, match="not a classifier of 6 classes"):
        load_classifier(path, 6)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="not a classifier of 2 classes"):
        load_classifier(path, 2)


def test_probabilities_do_not_depend_on_what_else_is_classified(corpus):
    torch.manual_seed(0)
    classifier, played = GrooveClassifier(6).eval(), human(corpus, np.tile(INDICES, 10))
    found = probabilities(classifier, played)
    assert found.shape == (300, 6)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[270:] == pytest.approx(found[:30], abs=1e-6)


def test_genre_scores_by_hand(corpus):
    genre = np.array([1, 1, 1, 2], np.int8)
    scores = genre_scores(always(2), human(corpus, INDICES[:4]), genre)
    assert scores.genre_accuracy == 0.25
    assert scores.genre_accuracy_by_genre == {
        "electronic": None,
        "rock": 0,
        "funk": 1,
        "jazz": None,
        "blues": None,
        "hiphop": None,
    }
    assert scores.genre_shares == {genre: float(genre == "funk") for genre in GENRES}
    confusion = np.zeros((6, 6))
    confusion[1:3, 2] = 1
    assert scores.confusion == confusion.tolist()
