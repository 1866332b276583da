from dataclasses import asdict

import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.music.patterns import AUTO, LAID_BACK, N_VELOCITY_CLASSES, PUSHED
from pocket_studio.research.evaluation.generation import (
    all_funk_scores,
    control_scores,
    diversity,
    example_of_control,
    generation_scores,
)
from pocket_studio.research.evaluation.results import Discriminated
from pocket_studio.research.evaluation.scores import human
from pocket_studio.research.evaluation.systems import Played, System

CORPUS = small_corpus()
INDICES = np.flatnonzero(CORPUS.genre != NO_GENRE)[::2]
TRAINING = np.flatnonzero(CORPUS.genre != NO_GENRE)[1::2]


class Obedient(System):
    """Plays as the human did, but with the timing and the loudness that its corpus asks for."""

    def __init__(self, obedience=1.0, painted=True):
        self.obedience, self.painted, self.asked = obedience, painted, []

    def reconstruct(self, *_):
        raise AssertionError("something new is asked for")

    def generate(self, corpus, indices, seed):
        self.asked.append((corpus, seed))
        true = human(corpus, indices)
        if not self.painted:
            return true
        signs = np.select(
            [corpus.microtiming_pattern == PUSHED, corpus.microtiming_pattern == LAID_BACK], [-1, 1]
        )[indices, :, None]
        microtiming = np.where(signs != 0, 0.5 * self.obedience * signs, true.microtiming)
        classes = corpus.velocity_pattern[indices, :, None]
        loudness = (classes + 0.5) / N_VELOCITY_CLASSES
        velocity = np.where(classes == AUTO, true.velocity, loudness)
        note = true.note
        return Played(
            note, (velocity * note).astype(np.float32), (microtiming * note).astype(np.float32)
        )


class Altered(System):
    """Plays as the human did, changed by a function of the seed and the notes."""

    def __init__(self, change):
        self.change = change

    def reconstruct(self, *_):
        raise AssertionError("something new is asked for")

    def generate(self, corpus, indices, seed):
        true = human(corpus, indices)
        note = self.change(true.note.copy(), seed)
        return Played(note, 0.5 * note, 0.1 * note)


def test_playing_as_the_human_did_scores_as_the_human(classifier):
    scores = generation_scores(
        Obedient(painted=False), CORPUS, TRAINING, INDICES, classifier, seed=0
    )
    note = CORPUS.note[INDICES]
    assert scores.n_windows == len(INDICES)
    assert scores.hits_per_window == scores.hits_per_window_human
    assert scores.hits_per_window == pytest.approx(note.sum() / len(INDICES))
    assert scores.note_f1_micro_to_human == 1
    assert scores.velocity_kl == pytest.approx(0, abs=1e-9)
    assert scores.microtiming_spread == pytest.approx(1)
    assert scores.diversity_note == scores.diversity_velocity == 0
    assert scores.discriminator == Discriminated(auc=0.5, auc_sd=0)
    assert sum(scores.genre_shares.values()) == pytest.approx(1)


def test_takes_are_of_several_seeds(classifier):
    system = Obedient()
    generation_scores(system, CORPUS, TRAINING, INDICES, classifier, seed=5)
    discriminators = [5, 5, 6, 6, 7, 7]
    assert [seed for _, seed in system.asked] == [5, 6, 7, 8, *discriminators]


def test_kicks_and_backbeats_that_are_left_out_are_counted(classifier):
    def without_downbeats(note, _seed):
        note[:, ::8, 0] = 0  # all kicks of the template
        note[1:, 4::16, 1] = 0  # the twos, but in the first window
        return note

    scores = generation_scores(
        Altered(without_downbeats), CORPUS, TRAINING, INDICES, classifier, seed=0
    )
    assert scores.kicks_kept == 0
    asked_for_twos = CORPUS.template[INDICES[1:], 4::16, 1].any(axis=1).sum()
    assert 0 < asked_for_twos < len(INDICES)
    assert scores.two_four_snares_kept == pytest.approx(1 - asked_for_twos / len(INDICES))
    assert scores.hits_per_window < scores.hits_per_window_human


def test_templates_without_kicks_are_not_counted(classifier):
    corpus = small_corpus()
    corpus.template[:, :, 0] = 0
    system = Obedient(painted=False)
    scores = generation_scores(system, corpus, TRAINING, INDICES, classifier, seed=0)
    assert scores.kicks_kept is None
    assert scores.two_four_snares_kept == 1


def test_diversity_by_hand():
    note = np.zeros((1, 32, 7), np.float32)
    note[0, :4, 0] = 1
    other_note = note.copy()
    other_note[0, 0, 0], other_note[0, 8, 0] = 0, 1  # three of four shared
    takes = [
        Played(note, 0.5 * note, 0.1 * note),
        Played(other_note, 0.7 * other_note, -0.2 * other_note),
    ]
    assert asdict(diversity(takes)) == pytest.approx(
        {"diversity_note": 1 / 4, "diversity_velocity": 0.2, "diversity_microtiming": 0.3}
    )
    silent = Played(*[np.zeros_like(note)] * 3)
    assert diversity([takes[0], silent]).diversity_velocity is None


def test_diversity_is_over_all_pairs():
    note = np.zeros((3, 32, 7), np.float32)
    note[:, :4, 0] = 1
    takes = [Played(note, value * note, note) for value in (0.1, 0.2, 0.6)]
    assert diversity(takes).diversity_velocity == pytest.approx((0.1 + 0.5 + 0.4) / 3)


def test_all_funk_asks_for_funk_and_compares_with_the_track_s_genre(classifier):
    system = Obedient()
    scores = all_funk_scores(system, CORPUS, INDICES, classifier, seed=3)
    ((asked, seed),) = system.asked
    assert seed == 3
    assert (asked.genre == GENRES.index("funk")).all()
    assert np.array_equal(asked.template, CORPUS.template)
    rows = np.array(scores.confusion).sum(axis=1)
    assert [bool(row) for row in rows] == [
        number in CORPUS.genre[INDICES] for number in range(len(GENRES))
    ]


def test_what_is_obeyed_is_followed():
    scores = control_scores(Obedient(), CORPUS, INDICES, seed=0)
    assert asdict(scores) == {
        f"{name}{way}": 1
        for name in (
            "pushed_followed",
            "laid_back_followed",
            "velocity_class_exact",
            "velocity_class_within_one",
        )
        for way in ("", "_flipped")
    }


def test_what_is_played_against_is_not_followed():
    scores = control_scores(Obedient(obedience=-1.0), CORPUS, INDICES, seed=0)
    assert scores.pushed_followed == scores.laid_back_followed_flipped == 0
    assert scores.velocity_class_exact == 1


def test_playing_on_regardless_follows_by_chance():
    scores = control_scores(Obedient(painted=False), CORPUS, INDICES, seed=0)
    for name in ("pushed_followed", "laid_back_followed"):
        assert 0.2 < getattr(scores, name) < 0.8
    assert scores.velocity_class_exact < scores.velocity_class_within_one < 0.9


def test_half_of_the_windows_are_painted_whole_and_then_flipped():
    indices = np.arange(30)
    system = Obedient()
    control_scores(system, CORPUS, indices, seed=0)
    (asked, _), (flipped, _) = system.asked
    whole = (asked.velocity_pattern != AUTO).all(axis=1)
    assert 0.2 < whole.mean() < 0.8
    spans = (asked.velocity_pattern[~whole] != AUTO).sum(axis=1)
    assert (spans == 8).all()
    for name, n_classes in (("velocity_pattern", N_VELOCITY_CLASSES), ("microtiming_pattern", 3)):
        one, other = getattr(asked, name), getattr(flipped, name)
        assert np.array_equal(one == AUTO, other == AUTO)
        painted = one != AUTO
        assert (one[painted] + other[painted] == n_classes - 1).all()
    assert set(np.unique(asked.microtiming_pattern)) == {AUTO, PUSHED, LAID_BACK}


def test_velocity_and_microtiming_are_painted_independently():
    system = Obedient()
    control_scores(system, CORPUS, np.arange(30), seed=0)
    asked, _ = system.asked[0]
    velocity, microtiming = asked.velocity_pattern, asked.microtiming_pattern
    both = (velocity != AUTO) & (microtiming != AUTO)
    pairs = set(zip(velocity[both].tolist(), microtiming[both].tolist(), strict=True))
    assert pairs == {(v, m) for v in range(N_VELOCITY_CLASSES) for m in (PUSHED, LAID_BACK)}
    assert ((velocity == AUTO) != (microtiming == AUTO)).any()


def test_the_corpus_itself_is_not_painted():
    before = small_corpus()
    control_scores(Obedient(), CORPUS, INDICES, seed=0)
    example_of_control(Obedient(), CORPUS, 3, seed=0)
    for name in ("velocity_pattern", "microtiming_pattern", "genre"):
        assert np.array_equal(getattr(CORPUS, name), getattr(before, name))


def test_the_example_is_played_pushed_and_laid_back():
    example = example_of_control(Obedient(), CORPUS, 7, seed=0)
    note = CORPUS.note[7]
    assert np.array_equal(np.array(example.human, np.float32), CORPUS.microtiming[7])
    assert np.array_equal(example.pushed, -0.5 * note)
    assert np.array_equal(example.laid_back, 0.5 * note)
