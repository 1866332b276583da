import pytest

from pocket_studio.music.kit import (
    CLOSED_HAT,
    CRASH,
    CYMBALS,
    DRUM_TITLES,
    DRUMS,
    KICK,
    N_DRUMS,
    OPEN_HAT,
    RIDE,
    SNARE,
    TOM,
    drum_to_pitch,
    pitch_to_drum,
)


def test_drums_stand_in_the_order_of_the_paper():
    assert DRUMS == ("kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom")
    assert tuple(range(N_DRUMS)) == (KICK, SNARE, CLOSED_HAT, OPEN_HAT, RIDE, CRASH, TOM)
    assert len(DRUM_TITLES) == N_DRUMS
    assert CYMBALS == (CLOSED_HAT, OPEN_HAT, RIDE, CRASH)


def test_drums_are_written_with_general_midi_pitches():
    assert [drum_to_pitch(drum) for drum in range(N_DRUMS)] == [36, 38, 42, 46, 51, 49, 45]


@pytest.mark.parametrize("drum", range(N_DRUMS), ids=DRUMS)
def test_what_is_written_is_read_as_the_same_drum(drum):
    assert pitch_to_drum(drum_to_pitch(drum)) == drum


@pytest.mark.parametrize(
    ("pitch", "drum"),
    [
        (35, KICK),
        (40, SNARE),
        (37, SNARE),
        (22, CLOSED_HAT),
        (44, CLOSED_HAT),
        (26, OPEN_HAT),
        (53, RIDE),
        (59, RIDE),
        (55, CRASH),
        (52, CRASH),
        (57, CRASH),
        (43, TOM),
        (47, TOM),
        (48, TOM),
        (50, TOM),
        (58, TOM),
    ],
)
def test_pitches_of_the_groove_midi_dataset(pitch, drum):
    assert pitch_to_drum(pitch) == drum


@pytest.mark.parametrize("pitch", [-1, 0, 21, 33, 83, 127, 128])
def test_other_pitches_are_no_drum(pitch):
    assert pitch_to_drum(pitch) is None


@pytest.mark.parametrize("drum", [-1, 7])
def test_unknown_drum_has_no_pitch(drum):
    with pytest.raises(KeyError):
        drum_to_pitch(drum)
