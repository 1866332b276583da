from dataclasses import asdict, replace

import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.errors import MissingPartError
from pocket_studio.music.genres import NO_GENRE
from pocket_studio.research.clips import human_clips
from pocket_studio.server.listening.questions import (
    HUMAN_OR_AI,
    KINDS,
    MAX_SEED,
    PREFERENCE,
    plain_groove,
)


@pytest.fixture(scope="module")
def corpus():
    """Thirty tracks, all but four of them test tracks, every sixth without a genre."""
    corpus = small_corpus(30)
    parts = np.array(["train", "validation", "train", "validation", *["test"] * 26])
    return replace(corpus, track_part=parts)


@pytest.fixture(scope="module")
def clips(corpus):
    return human_clips(corpus)


def content(questions):
    """Return all but the random ids."""
    hidden = ("id", "test")
    return [{k: v for k, v in asdict(one).items() if k not in hidden} for one in questions]


@pytest.mark.parametrize("kind", KINDS)
def test_ten_questions_from_different_tracks_half_of_them_human(clips, kind):
    questions = clips.draw(kind, "digest", seed=1)
    assert [question.number for question in questions] == list(range(1, 11))
    assert len({question.track_id for question in questions}) == 10
    assert sum(question.a_is_human for question in questions) == 5
    assert {(question.kind, question.checkpoint) for question in questions} == {(kind, "digest")}
    assert all(0 <= question.seed <= MAX_SEED for question in questions)


def test_only_test_windows_with_a_genre_are_drawn(clips, corpus):
    drawn = [question for seed in range(40) for question in clips.draw(PREFERENCE, "d", seed)]
    ids = corpus.track_id.tolist()
    for question in drawn:
        track = ids.index(question.track_id)
        assert corpus.track_part[track] == "test"
        index = int(np.flatnonzero(corpus.track == track)[question.window])
        assert corpus.genre[index] != NO_GENRE
        human = clips[question]
        assert human.groove == corpus.groove(index)
        assert np.array_equal(human.template, corpus.template[index])
    assert {question.window for question in drawn} == {0, 1, 2}


def test_a_seed_draws_the_same_questions_under_new_ids(clips):
    first, again = clips.draw(HUMAN_OR_AI, "d", 7), clips.draw(HUMAN_OR_AI, "d", 7)
    assert content(first) == content(again)
    ids = {one.id for one in (*first, *again)} | {one.test for one in (*first, *again)}
    assert len(ids) == 22
    assert content(clips.draw(HUMAN_OR_AI, "d", 8)) != content(first)


def test_the_order_is_random_and_no_place_tells_who_plays(clips):
    orders = np.array(
        [[one.a_is_human for one in clips.draw(HUMAN_OR_AI, "d", seed)] for seed in range(400)]
    )
    shares = orders.mean(axis=0)
    assert ((shares > 0.38) & (shares < 0.62)).all()
    assert len(np.unique(orders, axis=0)) > 100


def test_fewer_tracks_make_a_shorter_test():
    clips = human_clips(small_corpus())
    humans = [
        tuple(one.a_is_human for one in clips.draw(PREFERENCE, "d", seed)) for seed in range(30)
    ]
    assert set(humans) == {(True, False), (False, True)}


def test_a_corpus_without_test_tracks_is_refused():
    corpus = small_corpus()
    parts = np.full(len(corpus.track_id), "train")
    with pytest.raises(MissingPartError, match="no test tracks"):
        human_clips(replace(corpus, track_part=parts))


def test_a_question_about_another_cache_is_not_among_the_clips(clips):
    question = clips.draw(PREFERENCE, "d", 0)[0]
    assert question in clips
    assert replace(question, track_id="other/1") not in clips
    assert replace(question, window=99) not in clips


@pytest.mark.parametrize(
    ("a_is_human", "answer", "source"),
    [(True, "a", "human"), (True, "b", "ai"), (False, "a", "ai"), (False, "b", "human")],
)
def test_a_preference_names_who_played(clips, a_is_human, answer, source):
    question = replace(clips.draw(PREFERENCE, "d", 0)[0], a_is_human=a_is_human)
    assert question.chosen_source(answer) == source
    assert replace(question, kind=HUMAN_OR_AI).chosen_source("ai") == "ai"


def test_the_plain_beat_is_the_template_even_and_on_the_grid(clips):
    template = clips[clips.draw(PREFERENCE, "d", 0)[0]].template
    plain = plain_groove(template, 90.0)
    assert np.array_equal(plain.note, template)
    assert not plain.microtiming.any()
    assert len(np.unique(plain.velocity[plain.note > 0])) == 1
    assert plain.tempo_bpm == 90.0
