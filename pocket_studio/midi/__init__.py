"""MIDI files to tracks and grooves to MIDI files; the only package that imports a MIDI library.

`reading` reads any drum file: `parsing` its bytes, `parts` tells which notes are the drums, `bars`
where bars lie, `downbeats` moves them, `placing` and `cells` put the hits on the grid, `own` tells
how files of the studio's own are to be read. `writing` writes grooves and songs, `pretty` is the
door to pretty_midi, `note_maps` says which pitches common drum instruments expect.
"""

from pocket_studio.midi.bars import MAX_BARS
from pocket_studio.midi.downbeats import DOWNBEATS
from pocket_studio.midi.note_maps import GENERAL_MIDI, NOTE_MAPS, NoteMap, validate_note_map
from pocket_studio.midi.own import LEADS
from pocket_studio.midi.parts import Part
from pocket_studio.midi.pretty import groove_to_pretty_midi, pretty_midi_to_groove
from pocket_studio.midi.reading import (
    MAX_MIDI_BYTES,
    DrumFile,
    open_midi,
    read_performance,
    read_track,
)
from pocket_studio.midi.writing import groove_to_midi, song_to_midi
from pocket_studio.music.groove import Section

__all__ = [
    "DOWNBEATS",
    "GENERAL_MIDI",
    "LEADS",
    "MAX_BARS",
    "MAX_MIDI_BYTES",
    "NOTE_MAPS",
    "DrumFile",
    "NoteMap",
    "Part",
    "Section",
    "groove_to_midi",
    "groove_to_pretty_midi",
    "open_midi",
    "pretty_midi_to_groove",
    "read_performance",
    "read_track",
    "song_to_midi",
    "validate_note_map",
]
