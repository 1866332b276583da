from dataclasses import replace

import numpy as np
import pytest
from handmade import TINY_BEATS, small_corpus

from pocket_studio.research.evaluation.beats import OverBeats

from .test_systems import FIELDS, INDICES, OTHER_GENRE, is_a_groove, same, told_otherwise


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


def test_it_reconstructs_and_plays_grooves(untrained, corpus):
    system = OverBeats(untrained, True, True)
    found = system.reconstruct(corpus, INDICES)
    is_a_groove(found.groove, len(INDICES))
    is_a_groove(found.expression, len(INDICES))
    assert np.array_equal(found.expression.note, corpus.note[INDICES])
    assert found.codes.shape == (len(INDICES), 8)
    is_a_groove(system.generate(corpus, INDICES, 0), len(INDICES))
    performed = system.perform(corpus, INDICES, 0)
    is_a_groove(performed, len(INDICES))
    assert np.array_equal(performed.note, corpus.note[INDICES])


def test_a_seed_is_a_take(untrained, corpus):
    system = OverBeats(untrained, True, True)
    played = system.generate(corpus, INDICES, 3)
    assert same(played, system.generate(corpus, INDICES, 3))
    assert not same(played, system.generate(corpus, INDICES, 4))


def test_codes_are_those_of_the_new_grooves_prior(untrained, corpus):
    codes = OverBeats(untrained, True, False).sample_codes(corpus, INDICES, 3)
    assert codes.shape == (len(INDICES), 8)
    assert codes.min() >= 0
    assert codes.max() < TINY_BEATS.codebook_size
    assert len(np.unique(codes)) > 1
    again = OverBeats(untrained, True, False).sample_codes(corpus, INDICES, 3)
    assert np.array_equal(codes, again)


def test_it_hears_only_what_it_is_told(untrained, corpus):
    other = told_otherwise(corpus, **OTHER_GENRE)
    for genre in (True, False):
        system = OverBeats(untrained, genre, False)
        heard = not same(system.perform(corpus, INDICES, 0), system.perform(other, INDICES, 0))
        assert heard == genre
    louder = replace(corpus, velocity_pattern=np.maximum(corpus.velocity_pattern, 4))
    for patterns in (True, False):
        system = OverBeats(untrained, False, patterns)
        heard = not same(system.perform(corpus, INDICES, 0), system.perform(louder, INDICES, 0))
        assert heard == patterns


def test_a_contour_for_all_drums_moves_others_than_the_cymbal(untrained, corpus):
    painted = [told_otherwise(corpus, velocity_pattern=c) for c in (0, 4)]

    def moved(*, all_drums):
        system = OverBeats(untrained, False, True, all_drums=all_drums)
        soft, loud = (system.perform(each, INDICES, 0).velocity for each in painted)
        return np.abs(loud - soft).max((0, 1)) > 0

    assert moved(all_drums=True)[:2].all()


def test_what_is_sketched_sounds_if_it_is_to_be_kept(untrained, corpus):
    template = corpus.template[INDICES]
    kept = OverBeats(untrained, True, False, keep_sketch=True).generate(corpus, INDICES, 0)
    assert (kept.note >= template).all()
    assert (kept.velocity[template > 0] > 0).all()
    free = OverBeats(untrained, True, False).generate(corpus, INDICES, 0)
    assert (free.note < template).any()


def test_without_humanity_a_hit_has_no_luck(untrained, corpus):
    straight = OverBeats(untrained, True, False, humanity=0.0).perform(corpus, INDICES, 0)
    human = OverBeats(untrained, True, False).perform(corpus, INDICES, 0)
    hits = corpus.note[INDICES] > 0
    for name in FIELDS[1:]:
        assert getattr(straight, name)[hits].std() < 0.7 * getattr(human, name)[hits].std()


def test_fewer_books_say_less(untrained, corpus):
    found = [
        OverBeats(untrained, False, False, n_books=n).reconstruct(corpus, INDICES) for n in (1, 3)
    ]
    assert np.array_equal(found[0].codes, found[1].codes)
    assert not np.array_equal(found[0].groove.note, found[1].groove.note)
