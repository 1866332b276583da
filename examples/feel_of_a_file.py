"""One's own beat, played with the feel of two bars of a MIDI file: REFERENCE.mid OUT.mid."""

import sys
from pathlib import Path

from pocket_studio import Studio, groove_to_midi, read_track, rows_to_template

reference, out = map(Path, sys.argv[1:])
feel = read_track(reference).first_loop()
beat = rows_to_template({"kick": "x..x..x.x..x..x." * 2, "closed_hat": "x.x.x.x.x.x.x.x." * 2})
played = Studio.load().groove(beat, reference=feel, tempo_bpm=feel.tempo_bpm)
out.write_bytes(groove_to_midi(played.groove))
