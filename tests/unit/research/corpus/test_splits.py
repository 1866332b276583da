import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.research.corpus import BY_SESSION, BY_TRACK, EXTRA, PARTS, SPLITS, track_parts

SPLIT_PARTS = ("train", "validation", "test")


def track_ids(n):
    return np.array([f"drummer{i % 9}/session{i % 4}/{i}" for i in range(n)])


def sessions(ids):
    return {each.rpartition("/")[0] for each in ids}


def parts_of(split, ids, official=None):
    """The parts of tracks, a window each."""
    n = np.ones(len(ids), np.int64)
    return track_parts(split, ids, np.full(len(ids), "test") if official is None else official, n)


@pytest.mark.parametrize("split", SPLITS)
def test_parts_do_not_depend_on_the_order(split):
    ids, n_windows = track_ids(200), np.arange(200)
    official = np.array([*["train"] * 160, *["test"] * 40])
    parts = track_parts(split, ids, official, n_windows)
    order = np.random.default_rng(1).permutation(200)
    again = track_parts(split, ids[order], official[order], n_windows[order])
    assert np.array_equal(again, parts[order])


@pytest.mark.parametrize("split", BY_TRACK)
def test_splits_by_track_are_80_10_10(split):
    parts = parts_of(split, track_ids(200))
    assert [int((parts == part).sum()) for part in PARTS] == [160, 20, 20, 0]


def test_splits_by_track_differ_and_stay():
    parts = [parts_of(split, track_ids(200)) for split in BY_TRACK]
    for number, part in enumerate(parts):
        assert all((part != other).any() for other in parts[number + 1 :])
    # Scores are only comparable while everybody's split 0 is this one.
    assert np.flatnonzero(parts[0] == "validation")[:6].tolist() == [18, 28, 32, 37, 44, 56]


def test_splits_by_session_test_every_session_once_and_keep_it_whole():
    ids = track_ids(200)
    tested = []
    for split in BY_SESSION:
        parts = parts_of(split, ids)
        by_part = [sessions(ids[parts == part]) for part in SPLIT_PARTS]
        assert all(by_part)
        assert sum(map(len, by_part)) == len(sessions(ids))
        tested += by_part[2]
    assert sorted(tested) == sorted(sessions(ids))


def test_splits_by_session_weigh_windows_rather_than_tracks():
    """One session has half of all windows: it is tested alone."""
    ids = track_ids(360)
    largest = sessions(ids[:1])
    n_windows = np.where([sessions([each]) == largest for each in ids], 35, 1)
    tests = [
        sessions(ids[track_parts(split, ids, np.full(360, "train"), n_windows) == "test"])
        for split in BY_SESSION
    ]
    assert [test for test in tests if largest <= test] == [largest]


@pytest.mark.parametrize("split", SPLITS)
def test_extra_tracks_are_in_no_split_and_move_nobody(split):
    ids, official = track_ids(200), np.array([*["train"] * 160, *["test"] * 40])
    at = np.random.default_rng(2).choice(200, 50)  # among the others, before them and after
    more_ids = np.insert(ids, at, [f"{'azd'[i % 3]}/{i}" for i in range(50)])
    more_official = np.insert(official, at, EXTRA)
    parts = parts_of(split, more_ids, more_official)
    assert np.array_equal(parts == EXTRA, more_official == EXTRA)
    assert np.array_equal(parts[parts != EXTRA], parts_of(split, ids, official))


def test_the_official_split_is_the_data_sets_own():
    corpus = small_corpus()
    assert corpus.indices("official", "validation").tolist() == list(range(18, 24))
    assert corpus.indices("official", "test").tolist() == list(range(24, 30))


@pytest.mark.parametrize("split", SPLITS)
def test_extra_windows_are_the_same_beside_every_split(split):
    corpus, without = small_corpus(n_extra=2), small_corpus()
    assert corpus.indices(split, EXTRA).tolist() == list(range(30, 36))
    assert without.indices(split, EXTRA).tolist() == []
    for part in SPLIT_PARTS:
        assert np.array_equal(corpus.indices(split, part), without.indices(split, part))


@pytest.mark.parametrize("split", ["5", "", "train"])
def test_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match="the splits are"):
        small_corpus().indices(split, "train")


# Windows of the Groove MIDI Dataset in train, validation and test: scores of one split are only
# comparable while these stay, with or without extra data beside them.
N_WINDOWS = {
    "official": (15715, 1889, 2036),
    "0": (14289, 1418, 3933),
    "1": (13875, 1882, 3883),
    "2": (13770, 1986, 3884),
    "3": (13660, 1993, 3987),
    "4": (14726, 961, 3953),
    "tracks-0": (15933, 2039, 1668),
    "tracks-1": (15486, 2472, 1682),
    "tracks-2": (15550, 2001, 2089),
    "tracks-3": (16233, 1722, 1685),
    "tracks-4": (15744, 1822, 2074),
}


@pytest.mark.parametrize("split", SPLITS)
def test_the_real_splits_stay_and_no_track_is_in_two_parts(prepared, split):
    corpus, _ = prepared
    indices = [corpus.indices(split, part) for part in PARTS]
    assert tuple(map(len, indices[:3])) == N_WINDOWS[split]
    tracks = [set(corpus.track[part]) for part in indices]
    assert all(tracks)
    assert sum(map(len, tracks)) == len(set.union(*tracks)) == len(set(corpus.track))


@pytest.mark.parametrize("split", BY_SESSION)
def test_no_real_session_stands_on_both_sides(prepared, split):
    corpus, _ = prepared
    tracks = [np.unique(corpus.track[corpus.indices(split, part)]) for part in SPLIT_PARTS]
    found = [sessions(corpus.track_id[part]) for part in tracks]
    assert sum(map(len, found)) == len(set.union(*found)) == 24
