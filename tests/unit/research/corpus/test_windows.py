import numpy as np
import pytest
from handmade import groove_of, played_beat, small_corpus, track_of

from pocket_studio.errors import InvalidMidiError
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.music.kit import CLOSED_HAT, KICK, RIDE, SNARE
from pocket_studio.music.patterns import (
    AUTO,
    microtiming_pattern_of,
    template_of,
    velocity_pattern_of,
)
from pocket_studio.research import metrics
from pocket_studio.research.corpus import EXTRA, Entry, corpus_of, windows


def test_windows_are_two_bars_a_bar_apart():
    first, second = played_beat(1), played_beat(2)
    found = list(windows(track_of(first, second), "rock"))
    assert len(found) == 3
    assert found[0] == first
    assert found[2] == second


@pytest.mark.parametrize(
    ("drums", "genre", "kept"),
    [
        ((KICK, SNARE, CLOSED_HAT), "rock", True),
        ((KICK, SNARE, CLOSED_HAT), None, True),
        ((KICK, SNARE), "rock", False),
        ((KICK, SNARE), "jazz", False),
        ((KICK, CLOSED_HAT, RIDE), "rock", False),
        ((SNARE, CLOSED_HAT, RIDE), None, False),
        ((SNARE, CLOSED_HAT, RIDE), "jazz", True),
    ],
)
def test_windows_need_three_drums_and_outside_jazz_kick_and_snare(drums, genre, kept):
    groove = groove_of(*((4 * number, drum, 0.5, 0) for number, drum in enumerate(drums)))
    assert len(list(windows(track_of(groove), genre))) == kept


def test_a_corpus_of_nothing_usable_says_so():
    entry = Entry("0", "rock", "train", track_of(groove_of((0, KICK, 1, 0))))
    with pytest.raises(InvalidMidiError, match="no two bars"):
        corpus_of([entry])


def test_a_corpus_derives_templates_patterns_and_genres():
    corpus = small_corpus()
    assert len(corpus) == 30
    for index in (0, 4, 17):
        groove = corpus.groove(index)
        assert np.array_equal(corpus.template[index], template_of(groove))
        assert np.array_equal(corpus.velocity_pattern[index], velocity_pattern_of(groove))
        assert np.array_equal(corpus.microtiming_pattern[index], microtiming_pattern_of(groove))
    assert corpus.genre[::3][:6].tolist() == [
        *(GENRES.index(genre) for genre in ("rock", "funk", "jazz", "hiphop", "electronic")),
        NO_GENRE,
    ]


def test_all_is_known_unless_an_entry_says_otherwise():
    track = track_of(played_beat(1), played_beat(2))
    corpus = corpus_of([Entry("0", "rock", "train", track)])
    assert corpus.velocity_known.tolist() == [[True] * 7] * 3
    assert corpus.microtiming_known.tolist() == [True] * 3
    assert corpus.velocity_known.dtype == corpus.microtiming_known.dtype == bool
    assert corpus.archive_sha256 == corpus.extra_sha256 == ""


def test_what_is_not_known_is_marked_window_by_window():
    corpus = small_corpus(n_extra=2)
    assert corpus.velocity_known[:30].all()
    assert corpus.velocity_known[30:].tolist() == [[False, *[True] * 6]] * 3 + [[True] * 7] * 3
    assert corpus.microtiming_known.tolist() == [True] * 33 + [False] * 3


def test_unknown_microtiming_has_no_pattern():
    corpus = small_corpus(n_extra=2)
    assert (corpus.microtiming_pattern[33:] == AUTO).all()
    assert (corpus.microtiming_pattern[:33] != AUTO).any(axis=1).all()
    assert (corpus.velocity_pattern != AUTO).any(axis=1).all()


A, B = played_beat(1), played_beat(2)


@pytest.mark.parametrize(
    ("beats", "n_distinct"),
    [
        ((A, A, A, A), 2),  # A, and its second bar before its first
        ((A, B, A, B), 4),
    ],
)
def test_repeated_windows_of_a_track_are_kept_once_if_it_is_extra(beats, n_distinct):
    track = track_of(*beats)
    assert len(corpus_of([Entry("0", "rock", "train", track)])) == 7
    once = corpus_of([Entry("0", "rock", EXTRA, track)])
    assert len(once) == n_distinct
    assert once.groove(0) == A  # the order stays


def test_equal_windows_of_two_extra_tracks_both_stay():
    entry = Entry("0", "rock", EXTRA, track_of(A))
    assert len(corpus_of([entry, entry])) == 2


@pytest.mark.parametrize(("velocity", "microtiming"), [(0.4, 0.0), (0.5, 0.1)])
def test_windows_with_the_same_notes_played_otherwise_both_stay(velocity, microtiming):
    first = [(0, KICK, 0.5, 0.0), (4, SNARE, 0.5, 0.0), (8, CLOSED_HAT, 0.5, 0.0)]
    other = [*first[:2], (8, CLOSED_HAT, velocity, microtiming)]
    bars = [
        groove_of(*first, *((step + 16, *hit) for step, *hit in hits)) for hits in (first, other)
    ]
    # Bars 1 1 1 2: the first two windows are the same, the third is not.
    assert len(corpus_of([Entry("0", "rock", EXTRA, track_of(*bars))])) == 2


# The real data


def test_real_windows_are_valid_and_follow_the_rules(prepared):
    corpus, _ = prepared
    assert len(corpus) > 10_000
    played = corpus.note.any(axis=1)
    assert (played.sum(axis=1) >= 3).all()
    not_jazz = corpus.genre != GENRES.index("jazz")
    assert played[not_jazz][:, [KICK, SNARE]].all()
    assert set(np.unique(corpus.note)) == {0, 1}
    rests = corpus.note == 0
    assert not corpus.velocity[rests].any()
    assert not corpus.microtiming[rests].any()
    assert corpus.velocity[~rests].min() >= 1 / 127 - 1e-6
    assert corpus.velocity.max() <= 1
    assert -1 <= corpus.microtiming.min() < -0.9
    assert 0.9 < corpus.microtiming.max() < 1


def test_all_genres_have_windows_in_the_official_training_part(prepared):
    corpus, _ = prepared
    train = corpus.genre[corpus.indices("official", "train")]
    assert set(np.unique(train)) == {NO_GENRE, *range(len(GENRES))}


def test_the_template_alone_is_a_fair_guess_at_the_notes(prepared):
    corpus, _ = prepared
    test = corpus.indices("official", "test")
    template = corpus.template[test].astype(np.float32)
    # A grid, pitch or template rule gone wrong shows here first.
    assert metrics.note_f1_micro(corpus.note[test], template) == pytest.approx(0.68, abs=0.02)
