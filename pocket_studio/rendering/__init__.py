"""Groove -> sound with FluidSynth; the only package that touches it.

`soundfont` finds the sounds, `synth` drives one FluidSynth, `loop` makes seamless loops of grooves,
`wav` makes files. Sound is int16 [n_frames, 2] at 44100 Hz on the outside.
"""

from pocket_studio.rendering.loop import GENRE_KITS, Renderer
from pocket_studio.rendering.soundfont import (
    SOUNDFONT_DIRECTORY,
    Soundfont,
    find_soundfont,
    install_command,
    soundfonts,
)
from pocket_studio.rendering.synth import SAMPLE_RATE, Kit
from pocket_studio.rendering.wav import midi_to_wav, wav_bytes

__all__ = [
    "GENRE_KITS",
    "SAMPLE_RATE",
    "SOUNDFONT_DIRECTORY",
    "Kit",
    "Renderer",
    "Soundfont",
    "find_soundfont",
    "install_command",
    "midi_to_wav",
    "soundfonts",
    "wav_bytes",
]
