import numpy as np
import pytest
import torch

from pocket_studio.midi import groove_to_midi, read_track
from pocket_studio.music.groove import Groove
from pocket_studio.research.evaluation.classifiers import probabilities
from pocket_studio.research.evaluation.discriminator import (
    IS_HUMAN,
    Discriminator,
    Sides,
    as_exported,
    discriminator_scores,
    human_or_model,
)
from pocket_studio.research.evaluation.scores import human
from pocket_studio.research.evaluation.systems import Played, System

TRAINING, TEST = np.tile(np.arange(18), 7), np.arange(18, 30)


def at(played, velocity):
    """Play the same notes, all of them at `velocity`."""
    return Played(played.note, velocity * played.note, played.microtiming)


def moved(played, velocity=0.0, microtiming=0.0):
    return Played(
        played.note,
        played.velocity + np.float32(velocity) * played.note,
        played.microtiming + np.float32(microtiming) * played.note,
    )


@pytest.fixture(scope="module")
def training(corpus):
    torch.set_num_threads(1)
    return human(corpus, TRAINING)


@pytest.fixture(scope="module")
def test(corpus):
    return human(corpus, TEST)


def test_a_discriminator_tells_what_differs(training, test):
    sides = [Sides(at(played, 0.9), at(played, 0.3)) for played in (training, test)]
    auc, discriminator = human_or_model(*sides, seed=0)
    assert auc == 1
    assert (probabilities(discriminator, sides[1].human)[:, IS_HUMAN] > 0.5).all()
    assert (probabilities(discriminator, sides[1].system)[:, IS_HUMAN] < 0.5).all()


def test_a_discriminator_hears_a_flatter_spread(training, test):
    sides = [
        Sides(played, Played(played.note, played.velocity, 0.3 * played.microtiming))
        for played in (training, test)
    ]
    auc, _ = human_or_model(*sides, seed=0)
    assert auc > 0.95


def test_a_discriminator_cannot_tell_equals_apart(training, test):
    auc, _ = human_or_model(Sides(training, training), Sides(test, test), seed=0)
    assert auc == 0.5


def test_what_is_learnt_is_judged_on_the_other_sides(training, test):
    # Humans are the loud ones in training and the soft ones in the test: what was learnt is wrong.
    learnt = Sides(at(training, 0.9), at(training, 0.3))
    auc, _ = human_or_model(learnt, Sides(at(test, 0.3), at(test, 0.9)), seed=0)
    assert auc == 0


def test_what_a_midi_file_cannot_say_is_not_heard(training):
    played = Played(*(values[:20] for values in vars(training).values()))
    whole = Played(played.note, *map(np.asarray, exported(played)))
    finer = moved(whole, velocity=0.4 / 127, microtiming=-0.4 / 60)
    torch.manual_seed(0)
    discriminator = Discriminator().eval()
    assert np.array_equal(probabilities(discriminator, finer), probabilities(discriminator, whole))
    other = moved(whole, velocity=0.6 / 127)
    assert not np.array_equal(
        probabilities(discriminator, other), probabilities(discriminator, whole)
    )


def exported(played):
    tensors = (torch.from_numpy(values) for values in vars(played).values())
    return [values.numpy() for values in as_exported(*tensors)]


def test_grooves_are_heard_as_they_are_exported(training):
    note, velocity, microtiming = (values[0].copy() for values in vars(training).values())
    microtiming[4] = note[4]  # as late as can be
    velocity[5] = 0.001 * note[5]  # as soft as can be
    track = read_track(groove_to_midi(Groove(note, velocity, microtiming), lead="none"))
    got = exported(Played(note, velocity, microtiming))
    assert np.array_equal(track.note[:32], note)
    assert got[0] == pytest.approx(track.velocity[:32], abs=1e-6)
    assert got[1] == pytest.approx(track.microtiming[:32], abs=1e-6)


def test_a_discriminator_hears_the_loop_whole_wherever_it_begins(training):
    torch.manual_seed(0)
    discriminator = Discriminator().eval()
    later = Played(*(np.roll(values, 5, axis=1) for values in vars(training).values()))
    assert probabilities(discriminator, later) == pytest.approx(
        probabilities(discriminator, training), abs=1e-5
    )


def test_silence_can_be_learnt_from(training):
    silent = Played(*(np.zeros_like(values) for values in vars(training).values()))
    auc, _ = human_or_model(Sides(training, silent), Sides(training, silent), seed=0)
    assert auc == 1


def test_a_discriminator_depends_on_its_seed_alone(training, test):
    sides = [Sides(played, moved(played, microtiming=0.1)) for played in (training, test)]
    found = [human_or_model(*sides, seed) for seed in (1, 1, 2)]
    weights = [discriminator.input.weight for _, discriminator in found]
    assert torch.equal(weights[0], weights[1])
    assert found[0][0] == found[1][0]
    assert not torch.equal(weights[0], weights[2])


class Straight(System):
    """Plays the humans' notes all at one loudness and one lateness."""

    def __init__(self):
        self.asked = []

    def reconstruct(self, *_):
        raise AssertionError("something new is asked for")

    def generate(self, corpus, indices, seed):
        self.asked.append((indices.tolist(), seed))
        note = human(corpus, indices).note
        return Played(note, 0.5 * note, 0.1 * note)


def test_discriminators_learn_from_training_windows_and_judge_others(corpus):
    straight = Straight()
    scores = discriminator_scores(straight, corpus, TRAINING, TEST, seed=2)
    assert scores.auc == pytest.approx(1, abs=0.01)
    assert scores.auc_sd < 0.01
    assert straight.asked == [
        (windows.tolist(), seed) for seed in (2, 3, 4) for windows in (TRAINING, TEST)
    ]
