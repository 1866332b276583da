"""The seven drums of the paper (section 3.2), their General MIDI pitches and those of a metronome.

The drum order is the same everywhere: matrix columns, file rows and the page (kick at the bottom).
"""

from typing import Final

DRUMS: Final = ("kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom")
N_DRUMS: Final = len(DRUMS)

KICK, SNARE, CLOSED_HAT, OPEN_HAT, RIDE, CRASH, TOM = range(N_DRUMS)

CYMBALS: Final = (CLOSED_HAT, OPEN_HAT, RIDE, CRASH)

DRUM_TITLES: Final = ("Kick", "Snare", "Closed hat", "Open hat", "Ride", "Crash", "Tom")

SIDE_STICK: Final = 37
METRONOME_CLICK: Final = 33
METRONOME_BELL: Final = 34

# General MIDI percussion plus the Roland TD-11 extras that the Groove MIDI Dataset was recorded
# with (22 and 26 are hat edges, 58 the third tom's rim); docs/decisions/0009-drum-map.md.
_PITCHES: Final[dict[int, tuple[int, ...]]] = {
    KICK: (36, 35),
    SNARE: (38, 37, 39, 40, 75, 76, 77),
    CLOSED_HAT: (42, 22, 44, 54, 69, 70, 73, 74, 82),
    OPEN_HAT: (46, 26),
    RIDE: (51, 53, 59, 56, 67, 68, 80, 81),
    CRASH: (49, 52, 55, 57),
    TOM: (45, 41, 43, 47, 48, 50, 58, 60, 61, 62, 63, 64, 65, 66, 78, 79),
}

_DRUM_OF_PITCH: Final = {pitch: drum for drum, pitches in _PITCHES.items() for pitch in pitches}


def drum_to_pitch(drum: int) -> int:
    """Return the General MIDI pitch (36, 38, 42, 46, 51, 49, 45) that `drum` is written with.

    Raises
    ------
    KeyError
        If `drum` is not an index into `DRUMS`.
    """
    return _PITCHES[drum][0]


def pitch_to_drum(pitch: int) -> int | None:
    """Return the drum index of a MIDI `pitch`, or None for percussion outside the seven drums."""
    return _DRUM_OF_PITCH.get(pitch)
