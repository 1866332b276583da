from dataclasses import replace

import numpy as np
import pytest
import torch
from handmade import DETAILED, TINY, small_corpus

from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus.batch import over_windows
from pocket_studio.research.evaluation.systems import Neighbours, OneStep, TwoStep

INDICES = np.arange(0, 30, 3)
FIELDS = ("note", "velocity", "microtiming")


@pytest.fixture(scope="module")
def model():
    """An untrained model whose notes are uncertain enough to differ."""
    torch.manual_seed(0)
    return PocketVAE(TINY).eval()


def two_step(model, *, genre=True, patterns=True, **others):
    return TwoStep(model, genre, patterns, **others)


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in FIELDS)


def told_otherwise(corpus, **what):
    """Change what a system may be told of every window."""
    return replace(
        corpus, **{name: np.full_like(getattr(corpus, name), value) for name, value in what.items()}
    )


OTHER_GENRE = {"genre": 4}
OTHER_PATTERNS = {"velocity_pattern": 0, "microtiming_pattern": 2}


def is_a_groove(played, n_windows):
    for name in FIELDS:
        assert getattr(played, name).shape == (n_windows, 32, 7)
    assert set(np.unique(played.note)) <= {0, 1}
    assert (played.velocity[played.note == 0] == 0).all()
    assert (played.microtiming[played.note == 0] == 0).all()
    assert played.velocity.min() >= 0
    assert np.abs(played.microtiming).max() <= 1


def test_one_neighbour_is_the_most_similar_template():
    corpus = small_corpus()
    source = np.arange(5, 20)
    found = Neighbours(corpus, source, n_neighbours=1).reconstruct(corpus, INDICES).groove
    flat = corpus.template.reshape(len(corpus), -1).astype(int)
    similarity = flat[INDICES] @ flat[source].T
    for number, note in enumerate(found.note):
        matches = np.flatnonzero((corpus.note[source] == note).all(axis=(1, 2)))
        assert similarity[number].max() in similarity[number, matches]


def test_neighbours_vote_for_notes_and_average_the_rest():
    corpus = small_corpus()
    source = np.arange(4)  # of four, two are enough
    found = Neighbours(corpus, source, n_neighbours=4).reconstruct(corpus, INDICES)
    note = corpus.note[source].sum(axis=0) >= 2
    assert np.array_equal(found.groove.note[0], note)
    assert found.groove.velocity[3] == pytest.approx(corpus.velocity[source].mean(axis=0) * note)
    assert found.groove.microtiming[3] == pytest.approx(
        corpus.microtiming[source].mean(axis=0) * note, abs=1e-6
    )
    assert found.expression is found.groove
    assert found.codes is None


def test_fewer_windows_than_neighbours_are_all_taken():
    corpus, source = small_corpus(), np.arange(4)
    few, all_ = (Neighbours(corpus, source, n).reconstruct(corpus, INDICES) for n in (20, 4))
    assert same(few.groove, all_.groove)


def test_neighbours_have_no_chance():
    corpus = small_corpus()
    system = Neighbours(corpus, np.arange(20))
    assert same(system.generate(corpus, INDICES, 0), system.generate(corpus, INDICES, 1))
    assert same(system.generate(corpus, INDICES, 0), system.reconstruct(corpus, INDICES).groove)


def test_one_step_reconstructs_and_plays():
    torch.manual_seed(0)
    corpus, model = small_corpus(), OneStepVae(TINY).eval()
    system = OneStep(model)
    found = system.reconstruct(corpus, INDICES)
    is_a_groove(found.groove, len(INDICES))
    for name, values in zip(FIELDS, over_windows(model.reconstruct, corpus, INDICES), strict=True):
        assert np.array_equal(getattr(found.groove, name), values)
    assert found.expression is found.groove
    new = system.generate(corpus, INDICES, 1)
    is_a_groove(new, len(INDICES))
    assert same(new, system.generate(corpus, INDICES, 1))
    assert not same(new, system.generate(corpus, INDICES, 2))
    silent = told_otherwise(corpus, note=0, velocity=0, microtiming=0)
    assert same(new, system.generate(silent, INDICES, 1))  # the template is all it hears


def test_two_steps_are_scored_on_the_true_notes_and_heard_on_their_own(model):
    corpus = small_corpus()
    found = two_step(model).reconstruct(corpus, INDICES)
    is_a_groove(found.groove, len(INDICES))
    is_a_groove(found.expression, len(INDICES))
    assert np.array_equal(found.expression.note, corpus.note[INDICES])
    assert not np.array_equal(found.groove.note, corpus.note[INDICES])
    assert (found.expression.velocity[corpus.note[INDICES] > 0] > 0).all()
    assert found.codes.shape == (len(INDICES), 8)
    assert found.codes.max() < TINY.codebook_size


def test_new_grooves_depend_on_the_seed_and_not_on_what_was_played(model):
    corpus = small_corpus()
    system = two_step(model)
    new = system.generate(corpus, INDICES, 1)
    is_a_groove(new, len(INDICES))
    assert same(new, system.generate(corpus, INDICES, 1))
    assert not same(new, system.generate(corpus, INDICES, 2))
    silent = told_otherwise(corpus, note=0, velocity=0, microtiming=0)
    assert same(new, system.generate(silent, INDICES, 1))


@pytest.mark.parametrize(
    ("told", "change", "hears"),
    [
        ({"genre": True, "patterns": False}, OTHER_GENRE, True),
        ({"genre": True, "patterns": False}, OTHER_PATTERNS, False),
        ({"genre": False, "patterns": True}, OTHER_GENRE, False),
        ({"genre": False, "patterns": True}, OTHER_PATTERNS, True),
        ({"genre": False, "patterns": False}, OTHER_GENRE | OTHER_PATTERNS, False),
    ],
)
def test_a_system_hears_only_what_it_is_told(model, told, change, hears):
    corpus = small_corpus()
    changed, system = told_otherwise(corpus, **change), two_step(model, **told)
    new = [system.generate(each, INDICES, 0) for each in (corpus, changed)]
    again = [system.reconstruct(each, INDICES).expression for each in (corpus, changed)]
    assert same(*new) == same(*again) == (not hears)


def test_codes_are_sampled_for_the_template_and_the_genre(model):
    corpus = small_corpus()
    system = two_step(model)
    codes = system.sample_codes(corpus, INDICES, 3)
    assert codes.shape == (len(INDICES), 8)
    assert 0 <= codes.min() <= codes.max() < TINY.codebook_size
    assert np.array_equal(codes, system.sample_codes(corpus, INDICES, 3))
    assert not np.array_equal(codes, system.sample_codes(corpus, INDICES, 4))
    everywhere = system.sample_codes(corpus, np.tile(INDICES, 20), 0)
    assert len(np.unique(everywhere)) == TINY.codebook_size  # an untrained prior has no favourites


def test_a_model_with_details_plays_them():
    torch.manual_seed(1)
    corpus, model = small_corpus(), PocketVAE(DETAILED).eval()
    is_a_groove(two_step(model).reconstruct(corpus, INDICES).groove, len(INDICES))
    is_a_groove(two_step(model).generate(corpus, INDICES, 0), len(INDICES))


def test_a_note_vae_takes_the_place_of_the_codes(model):
    torch.manual_seed(2)
    corpus = small_corpus()
    system = two_step(model, note_vae=NoteVae(TINY).eval())
    found, of_codes = (each.reconstruct(corpus, INDICES) for each in (system, two_step(model)))
    assert found.codes is None
    assert not np.array_equal(found.groove.note, of_codes.groove.note)
    assert same(found.expression, of_codes.expression)
    new = system.generate(corpus, INDICES, 1)
    is_a_groove(new, len(INDICES))
    assert same(new, system.generate(corpus, INDICES, 1))
    assert not np.array_equal(new.note, system.generate(corpus, INDICES, 2).note)
