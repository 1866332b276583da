"""A groove as a PrettyMIDI object, changed there, and back."""

from pocket_studio import Studio, rows_to_template
from pocket_studio.midi import groove_to_pretty_midi, pretty_midi_to_groove

beat = rows_to_template({"kick": "x.......x.x....." * 2, "snare": "....x.......x..." * 2})
midi = groove_to_pretty_midi(Studio.load().groove(beat).groove)
for note in midi.instruments[0].notes:
    note.velocity = max(1, note.velocity // 2)
softer = pretty_midi_to_groove(midi)
