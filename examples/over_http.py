"""A groove and its MIDI file from a studio that is served: URL OUT.mid."""

import sys
from base64 import b64decode
from pathlib import Path

from gradio_client import Client

url, out = sys.argv[1:]
studio = Client(url, verbose=False)
beat = {"kick": "x...x...x...x..." * 2}
played = studio.predict(template=beat, genre="electronic", api_name="/groove")
midi = studio.predict(groove=played["groove"], kind="midi", api_name="/export")
Path(out).write_bytes(b64decode(midi["content"]))
