"""A plain beat, played and written as a MIDI file."""

from pathlib import Path

from pocket_studio import Studio, groove_to_midi, rows_to_template

beat = rows_to_template({"kick": "x.......x.x....." * 2, "snare": "....x.......x..." * 2})
played = Studio.load().groove(beat, genre="funk", seed=7)
Path("groove.mid").write_bytes(groove_to_midi(played.groove))
