"""MIDI files to tracks and grooves to MIDI files; the only package that imports a MIDI library.

`reading` reads any drum file, `placing` puts its hits on the grid, `writing` writes grooves and
songs, `own` says in them how they are to be read, `pretty` is the door to pretty_midi, `note_maps`
says which pitches common drum instruments expect.
"""

from pocket_studio.midi.note_maps import GENERAL_MIDI, NOTE_MAPS, NoteMap, validate_note_map
from pocket_studio.midi.own import LEADS
from pocket_studio.midi.placing import MAX_BARS
from pocket_studio.midi.pretty import groove_to_pretty_midi, pretty_midi_to_groove
from pocket_studio.midi.reading import MAX_MIDI_BYTES, read_track
from pocket_studio.midi.writing import groove_to_midi, song_to_midi
from pocket_studio.music.groove import Section

__all__ = [
    "GENERAL_MIDI",
    "LEADS",
    "MAX_BARS",
    "MAX_MIDI_BYTES",
    "NOTE_MAPS",
    "NoteMap",
    "Section",
    "groove_to_midi",
    "groove_to_pretty_midi",
    "pretty_midi_to_groove",
    "read_track",
    "song_to_midi",
    "validate_note_map",
]
