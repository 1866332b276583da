import pytest
import torch

from pocket_studio.research.baselines.groove_classifier import GrooveClassifier


@pytest.fixture
def classifier():
    torch.manual_seed(0)
    return GrooveClassifier(6).eval()


def test_logits_hear_notes_velocity_and_microtiming(classifier, batch):
    played = batch.note, batch.velocity, batch.microtiming
    with torch.no_grad():
        logits = classifier(*played)
        assert logits.shape == (6, 6)
        for changed in range(3):
            other = [1 - values if i == changed else values for i, values in enumerate(played)]
            assert not torch.allclose(logits, classifier(*other))


def test_windows_of_a_batch_do_not_mix(classifier, batch):
    played = batch.note, batch.velocity, batch.microtiming
    with torch.no_grad():
        alone = classifier(*(values[2:3] for values in played))
        assert torch.allclose(classifier(*played)[2:3], alone, atol=1e-6)


def test_dropout_is_for_training_alone(classifier, batch):
    played = batch.note, batch.velocity, batch.microtiming
    assert torch.equal(classifier(*played), classifier(*played))
    classifier.train()
    assert not torch.equal(classifier(*played), classifier(*played))
