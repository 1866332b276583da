"""Which tracks are trained on and which are scored."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SPLITS: Final = ("official", "0", "1", "2", "3", "4")
EXTRA: Final = "extra"  # may be trained on beside any split, is never validated or scored on
PARTS: Final = ("train", "validation", "test", EXTRA)

_TRAIN_SHARE, _VALIDATION_SHARE = 0.8, 0.1


def track_parts(
    split: str, track_id: NDArray[np.str_], official_part: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Return the part (one of `PARTS`) of each track.

    `official` is the data set's own split; `0` to `4` are random 80/10/10 splits of its tracks, the
    same for the same set of ids whatever their order. Extra tracks stay extra in all of them and do
    not change where the others go.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split not in SPLITS:
        raise ValueError(f"the splits are {', '.join(SPLITS)}, not {split!r}")
    if split == "official":
        return official_part
    own = np.flatnonzero(official_part != EXTRA)
    shuffled = np.random.default_rng(int(split)).permutation(own[np.argsort(track_id[own])])
    n_train = round(_TRAIN_SHARE * len(shuffled))
    n_validation = round(_VALIDATION_SHARE * len(shuffled))
    parts = np.full(len(track_id), EXTRA, dtype=f"U{max(map(len, PARTS))}")
    parts[shuffled[:n_train]] = "train"
    parts[shuffled[n_train : n_train + n_validation]] = "validation"
    parts[shuffled[n_train + n_validation :]] = "test"
    return parts
