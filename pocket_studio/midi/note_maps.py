"""The pitches that drum instruments play the seven drums with, in the order of `kit.DRUMS`.

Where each map is from, and which plug-ins are missing for want of a source, is written in
docs/decisions/0015-sound-and-files.md.
"""

from collections.abc import Sequence
from typing import Final

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.kit import DRUMS, N_DRUMS, drum_to_pitch

NoteMap = tuple[int, ...]

MAX_PITCH: Final = 127
GENERAL_MIDI: Final = tuple(drum_to_pitch(drum) for drum in range(N_DRUMS))

NOTE_MAPS: Final[dict[str, NoteMap]] = {
    "General MIDI": GENERAL_MIDI,
    "Addictive Drums 2": (36, 38, 49, 56, 60, 77, 67),
    "EZdrummer, Superior Drummer": GENERAL_MIDI,
    "Logic Drum Kit Designer": GENERAL_MIDI,
    "MT Power Drum Kit 2": GENERAL_MIDI,
    "Steven Slate Drums 5": (36, 38, 42, 83, 51, 57, 47),
    "Pads from C1 (MPC)": (36, 37, 38, 39, 40, 41, 42),
}


def validate_note_map(note_map: Sequence[int]) -> NoteMap:
    """Return `note_map` as a tuple of seven pitches; two drums may share one.

    Raises
    ------
    InvalidRequestError
        If it does not hold seven whole numbers in 0..127.
    """
    pitches = tuple(note_map)
    if len(pitches) != N_DRUMS or any(pitch not in range(MAX_PITCH + 1) for pitch in pitches):
        raise InvalidRequestError(
            f"a note map needs a pitch 0 to {MAX_PITCH} for each of {', '.join(DRUMS)}"
        )
    return tuple(int(pitch) for pitch in pitches)
