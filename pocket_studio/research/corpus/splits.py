"""Which tracks are trained on and which are scored."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

OFFICIAL: Final = "official"
BY_SESSION: Final = ("0", "1", "2", "3", "4")
BY_TRACK: Final = tuple(f"tracks-{number}" for number in range(5))
SPLITS: Final = (OFFICIAL, *BY_SESSION, *BY_TRACK)
EXTRA: Final = "extra"  # may be trained on beside any split, is never validated or scored on
PARTS: Final = ("train", "validation", "test", EXTRA)

_TRAIN_SHARE, _VALIDATION_SHARE = 0.8, 0.1  # of the splits by track


def track_parts(
    split: str,
    track_id: NDArray[np.str_],
    official_part: NDArray[np.str_],
    n_windows: NDArray[np.int64],
) -> NDArray[np.str_]:
    """Return the part (one of `PARTS`) of each track, of which `n_windows` are kept.

    `official` is the data set's own split. `0` to `4` keep each session, a drummer's day, in one
    part: their five test parts hold every session once, about a fifth of the windows each, and up
    to half of the next one's test part is validated on. `tracks-0` to `tracks-4` are random
    80/10/10 splits of the tracks. All are the same for the same tracks whatever their order. Extra
    tracks stay extra in all of them and do not change where the others go.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split not in SPLITS:
        raise ValueError(f"the splits are {', '.join(SPLITS)}, not {split!r}")
    if split == OFFICIAL:
        return official_part
    own = np.flatnonzero(official_part != EXTRA)
    own = own[np.argsort(track_id[own])]
    parts = np.full(len(track_id), EXTRA, dtype=f"U{max(map(len, PARTS))}")
    if split in BY_SESSION:
        parts[own] = _by_session(int(split), track_id[own], n_windows[own])
    else:
        parts[own] = _by_track(BY_TRACK.index(split), len(own))
    return parts


def session_of(track_id: str) -> str:
    """Return the session of a track of the data set: `drummer1/session1` of `.../session1/12`."""
    return "/".join(track_id.split("/")[:2])


def _by_session(
    number: int, track_id: NDArray[np.str_], n_windows: NDArray[np.int64]
) -> NDArray[np.str_]:
    sessions = np.array([session_of(each) for each in track_id])
    names, of_track = np.unique(sessions, return_inverse=True)
    sizes = np.bincount(of_track, n_windows, len(names)).astype(np.int64)
    tests = _dealt(range(len(names)), sizes, len(BY_SESSION))
    # The second hand has the more and the smaller sessions, and leaves more to train on.
    _, validated = _dealt(tests[(number + 1) % len(tests)], sizes, 2)
    parts = np.full(len(names), "train", dtype=f"U{max(map(len, PARTS))}")
    parts[validated] = "validation"
    parts[tests[number]] = "test"
    return parts[of_track]


def _dealt(items: Sequence[int], sizes: NDArray[np.int64], n_hands: int) -> list[list[int]]:
    """Deal `items`, the largest first, each to the hand that holds the least so far."""
    hands: list[list[int]] = [[] for _ in range(n_hands)]
    for item in sorted(items, key=lambda item: -sizes[item]):
        min(hands, key=lambda hand: sizes[hand].sum()).append(item)
    return hands


def _by_track(seed: int, n_tracks: int) -> NDArray[np.str_]:
    shuffled = np.random.default_rng(seed).permutation(n_tracks)
    n_train = round(_TRAIN_SHARE * n_tracks)
    n_validation = round(_VALIDATION_SHARE * n_tracks)
    parts = np.full(n_tracks, "test", dtype=f"U{max(map(len, PARTS))}")
    parts[shuffled[:n_train]] = "train"
    parts[shuffled[n_train : n_train + n_validation]] = "validation"
    return parts
