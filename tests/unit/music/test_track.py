import numpy as np
import pytest

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.kit import KICK, N_DRUMS
from pocket_studio.music.track import Bar, Track

BEAT = Bar(120.0, n_hits=1)


def track_of_bars(*bars, **more):
    """Make a track with a kick at the start of each bar that can be used and has hits."""
    matrices = np.zeros((3, 16 * len(bars), N_DRUMS), np.float32)
    for at, bar in enumerate(bars):
        if bar.is_usable and bar.n_hits:
            matrices[:2, 16 * at, KICK] = 1
    return Track(*matrices, tempo_bpm=120.0, bars=bars, **more)


@pytest.mark.parametrize(
    ("bars", "first"),
    [
        ((BEAT, BEAT, BEAT), 0),
        ((Bar(120.0), BEAT, BEAT), 1),
        ((Bar(120.0), BEAT), 0),
        ((Bar(120.0, n_hits=1, is_lead=True), BEAT, BEAT), 1),
        ((Bar(120.0, "3/4", 4), BEAT, BEAT), 1),
        ((BEAT, Bar(120.0, "3/4"), BEAT, BEAT), 2),
        ((Bar(120.0), Bar(120.0), Bar(120.0)), 0),
    ],
)
def test_the_first_bar_is_the_first_of_two_full_ones(bars, first):
    track = track_of_bars(*bars)
    assert track.first_bar == first
    assert track.first_loop() == track.loop(first)


def test_notices_are_about_the_bars_that_are_used():
    odd = Bar(300.0, n_hits=1, n_together=1, n_outside=2, n_moved=3)
    track = track_of_bars(BEAT, BEAT, odd, BEAT, remarks=("Said.",), n_closing=2, n_tempo_changes=1)
    assert track.notices_at(0) == (
        "Said.",
        "A closing bar with 2 hits on its first step was left out.",
        "The tempo changes 1 time: that of bar 1, 120 bpm, is used.",
    )
    assert track.notices_at(2)[2:] == (
        "2 hits outside the seven drums were left out.",
        "1 hit that fell into one sixteenth with a louder one of the same drum was left out.",
        "3 hits were moved by up to an eighth of a sixteenth, so as to stay in a sixteenth of "
        "their own.",
        "The tempo changes 1 time: that of bar 3, 300 bpm, is used.",
        "The tempo of 300 bpm was moved to 240.",
    )
    assert track.loop(2).tempo_bpm == 240.0
    assert set(track.notices_at(2)[:5]) <= set(track.notices)


def test_every_bar_must_be_described():
    with pytest.raises(InvalidGrooveError, match="a track of 3 bars must describe each"):
        Track(*np.zeros((3, 48, N_DRUMS)), tempo_bpm=120.0, bars=(BEAT,))
