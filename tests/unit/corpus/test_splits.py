import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.corpus import EXTRA, PARTS, SPLITS, track_parts

SPLIT_PARTS = ("train", "validation", "test")


def track_ids(n):
    return np.array([f"drummer{i % 9}/session{i % 4}/{i}" for i in range(n)])


@pytest.mark.parametrize("split", SPLITS[1:])
def test_random_splits_are_80_10_10_and_do_not_depend_on_the_order(split):
    ids, official = track_ids(200), np.full(200, "test")
    parts = track_parts(split, ids, official)
    assert [int((parts == part).sum()) for part in PARTS] == [160, 20, 20, 0]
    order = np.random.default_rng(1).permutation(200)
    assert np.array_equal(track_parts(split, ids[order], official[order]), parts[order])


def test_random_splits_differ_and_stay():
    parts = [track_parts(split, track_ids(200), track_ids(200)) for split in SPLITS[1:]]
    for number, part in enumerate(parts):
        assert all((part != other).any() for other in parts[number + 1 :])
    # Scores are only comparable while everybody's split 0 is this one.
    assert np.flatnonzero(parts[0] == "validation")[:6].tolist() == [18, 28, 32, 37, 44, 56]


@pytest.mark.parametrize("split", SPLITS)
def test_extra_tracks_are_in_no_split_and_move_nobody(split):
    ids, official = track_ids(200), np.array([*["train"] * 160, *["test"] * 40])
    at = np.random.default_rng(2).choice(200, 50)  # among the others, before them and after
    more_ids = np.insert(ids, at, [f"{'azd'[i % 3]}/{i}" for i in range(50)])
    more_official = np.insert(official, at, EXTRA)
    parts = track_parts(split, more_ids, more_official)
    assert np.array_equal(parts == EXTRA, more_official == EXTRA)
    assert np.array_equal(parts[parts != EXTRA], track_parts(split, ids, official))


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
    "0": (15933, 2039, 1668),
    "1": (15486, 2472, 1682),
    "2": (15550, 2001, 2089),
    "3": (16233, 1722, 1685),
    "4": (15744, 1822, 2074),
}


@pytest.mark.parametrize("split", SPLITS)
def test_the_real_splits_stay_and_no_track_is_in_two_parts(prepared, split):
    corpus, _ = prepared
    indices = [corpus.indices(split, part) for part in PARTS]
    assert tuple(map(len, indices[:3])) == N_WINDOWS[split]
    tracks = [set(corpus.track[part]) for part in indices]
    assert all(tracks)
    assert sum(map(len, tracks)) == len(set.union(*tracks)) == len(set(corpus.track))
