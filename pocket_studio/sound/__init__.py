"""Groove -> sound with FluidSynth; the only package that touches it.

`soundfont` finds the sounds, `synth` drives one FluidSynth, `playing` says what it is to play,
`loop` closes the loop, `sampling` measures and renders single hits, `kits` knows which voices a kit
has, `renderer` puts them together for one soundfont and `library` keeps all
soundfonts; `wav` makes files. Sound is int16 [n_frames, 2] at 44100 Hz on the outside.
"""

from pocket_studio.sound.kits import GENRE_KITS
from pocket_studio.sound.library import SoundLibrary
from pocket_studio.sound.loop import Pcm
from pocket_studio.sound.playing import validate_levels
from pocket_studio.sound.renderer import MAX_SONG_S, Renderer
from pocket_studio.sound.soundfont import (
    Soundfont,
    find_soundfont,
    install_command,
    soundfonts,
)
from pocket_studio.sound.synth import SAMPLE_RATE, Kit
from pocket_studio.sound.wav import midi_to_wav, normalised, wav_bytes

__all__ = [
    "GENRE_KITS",
    "MAX_SONG_S",
    "SAMPLE_RATE",
    "Kit",
    "Pcm",
    "Renderer",
    "SoundLibrary",
    "Soundfont",
    "find_soundfont",
    "install_command",
    "midi_to_wav",
    "normalised",
    "soundfonts",
    "validate_levels",
    "wav_bytes",
]
