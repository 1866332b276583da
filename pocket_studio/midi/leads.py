"""What comes before the music: a count-in, or a pickup before the first full bar."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.midi.parts import CLICKS, Hits
from pocket_studio.music.grid import STEPS_PER_BAR, STEPS_PER_BEAT

_COUNT_IN_PITCHES: Final = (*CLICKS, 44)  # and the hat's pedal
_MAX_COUNT_IN_BARS: Final = 2
_NEAR_BEAT: Final = 0.35  # steps
_LAST_PICKUP_STEP: Final = STEPS_PER_BAR // 2  # a pickup starts in the second half of its bar


def leads_of(hits: Hits, bar: NDArray[np.int64], starts: NDArray[np.float64]) -> dict[int, str]:
    """Return {bar: "count-in" or "pickup"} of the bars before the first full one.

    A count-in is a bar or two of nothing but sticks, blocks, clicks or the hat's pedal on quarters.
    A pickup is a first bar that starts in its second half, with fewer hits than the next one, which
    starts on its first step. Either has music after it.

    Parameters
    ----------
    hits : Hits
        All, drums or not.
    bar : array [n_hits]
        The bar of each.
    starts : array [n_bars]
        Where each bar starts, in steps.
    """
    found: dict[int, str] = {}
    at = int(bar.min())
    while (
        len(found) <= _MAX_COUNT_IN_BARS
        and (bar == at).any()
        and _counts(hits, bar == at, float(starts[at]))
    ):
        found[at] = "count-in"
        at += 1
    if len(found) > _MAX_COUNT_IN_BARS or not (bar == at).any():
        return {}  # a beat of clicks, for all one knows
    now, after = bar == at, bar == at + 1
    step = np.floor(hits.position + 0.5)
    late = step[now].min() - starts[at] >= _LAST_PICKUP_STEP
    if late and now.sum() < after.sum() and (step[after].min() == starts[at + 1]):
        found[at] = "pickup"
    return found


def _counts(hits: Hits, of: NDArray[np.bool_], start: float) -> bool:
    """Return whether the hits `of` a bar that starts at `start` are a count."""
    beats = (hits.position[of] - start) / STEPS_PER_BEAT
    on_beat = np.abs(beats - np.round(beats)) * STEPS_PER_BEAT <= _NEAR_BEAT
    n_beats = len(np.unique(np.round(beats)))
    return bool(n_beats > 1 and on_beat.all() and np.isin(hits.pitch[of], _COUNT_IN_PITCHES).all())
