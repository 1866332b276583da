"""One FluidSynth: hits on its 64-frame blocks in, float32 [n_frames, 2] out."""

import contextlib
import io
import threading
from collections.abc import Sequence
from ctypes import c_int, c_void_p
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.kit import N_DRUMS, drum_to_pitch
from pocket_studio.rendering.soundfont import Soundfont, install_command

Sound = NDArray[np.float32]

SAMPLE_RATE: Final = 44100
BLOCK_FRAMES: Final = 64

_DRUM_BANK: Final = 128
_CHANNEL: Final = 9
# A hit on a GM kit of FluidR3 then peaks at 0.15 to 0.5. Nothing is normalised: an edit must not
# change the level of what it leaves alone.
_GAIN: Final = 0.4
_TAIL_CHUNK_S: Final = 0.2
_MAX_TAIL_S: Final = 12.0
_SILENCE: Final = 1.0 / 32768.0  # the smallest int16 step
_import_lock = threading.Lock()


@dataclass(frozen=True)
class Kit:
    """A drum kit: its program number in bank 128 and the name the soundfont gives it."""

    program: int
    name: str


class Hit(NamedTuple):
    """A hit of `drum` at MIDI `velocity` 1..127, in 64-frame blocks from the loop's start."""

    block: int
    drum: int
    velocity: int


def load_fluidsynth() -> ModuleType:
    """Import pyfluidsynth, which looks for FluidSynth's library as it is imported."""
    with _import_lock:
        try:
            # Where CI is set, the import prints the library's place; stdout may be someone's JSON.
            with contextlib.redirect_stdout(io.StringIO()):
                import fluidsynth
        except (ImportError, OSError):
            raise SoundUnavailableError(
                f"no sound: FluidSynth is not installed; run: {install_command()}"
            ) from None
    module: ModuleType = fluidsynth
    return module


class Synth:
    """One FluidSynth with a soundfont loaded; used by one thread at a time."""

    def __init__(
        self, fluidsynth: ModuleType, soundfont: Soundfont, tails: dict[int, tuple[int, ...]]
    ) -> None:
        # Without reverb and chorus a render is a plain sum of voices and nothing outlives it.
        # Samples are loaded with the kit that needs them, which opens FluidR3 several times faster.
        options = {
            "synth.reverb.active": 0,
            "synth.chorus.active": 0,
            "synth.dynamic-sample-loading": 1,
        }
        self._synth: Any = fluidsynth.Synth(gain=_GAIN, samplerate=SAMPLE_RATE, **options)
        self._write = _float_writer(fluidsynth)
        self._font = self._synth.sfload(str(soundfont.path))
        self._tails = tails  # shared by all synths of a soundfont
        self.kits = self._read_kits() if self._font >= 0 else ()

    def _read_kits(self) -> tuple[Kit, ...]:
        names = ((p, self._synth.sfpreset_name(self._font, _DRUM_BANK, p)) for p in range(128))
        return tuple(Kit(program, name.strip()) for program, name in names if name)

    def render(self, hits: Sequence[Hit], kit: int, n_blocks: int) -> Sound:
        """Return the sound of `hits`, [64 * n_blocks, 2], from silence on."""
        self._silence()
        self._synth.program_select(_CHANNEL, self._font, _DRUM_BANK, kit)
        sound = np.zeros((n_blocks * BLOCK_FRAMES, 2), np.float32)
        block = 0
        for hit in hits:
            self._write_blocks(sound, block, hit.block)
            self._synth.noteon(_CHANNEL, drum_to_pitch(hit.drum), hit.velocity)
            block = hit.block
        self._write_blocks(sound, block, n_blocks)
        return sound

    def tail_blocks(self, kit: int) -> tuple[int, ...]:
        """Return how many blocks each drum of `kit` rings when hit hardest (measured once)."""
        if kit not in self._tails:
            self._tails[kit] = tuple(self._measure_tail(kit, drum) for drum in range(N_DRUMS))
        return self._tails[kit]

    def _measure_tail(self, kit: int, drum: int) -> int:
        n_blocks = int(_TAIL_CHUNK_S * SAMPLE_RATE) // BLOCK_FRAMES
        part = self.render([Hit(0, drum, 127)], kit, n_blocks)
        n_chunks = 1
        while np.abs(part).max() >= _SILENCE and n_chunks < _MAX_TAIL_S / _TAIL_CHUNK_S:
            self._write_blocks(part, 0, n_blocks)
            n_chunks += 1
        return n_chunks * n_blocks

    def _silence(self) -> None:
        """Stop what the last render left ringing: a reset alone lets voices sound on."""
        self._synth.all_sounds_off(_CHANNEL)
        self._write_blocks(np.zeros((BLOCK_FRAMES, 2), np.float32), 0, 1)
        self._synth.system_reset()

    def _write_blocks(self, sound: Sound, start: int, end: int) -> None:
        """Play on into blocks `start` to `end` of `sound`."""
        n_frames = (end - start) * BLOCK_FRAMES
        place = sound.ctypes.data
        left = 2 * start * BLOCK_FRAMES
        self._write(self._synth.synth, n_frames, place, left, 2, place, left + 1, 2)

    def close(self) -> None:
        self._synth.delete()


def _float_writer(fluidsynth: ModuleType) -> Any:
    """Bind FluidSynth's float output; pyfluidsynth binds only the 16-bit one, which adds noise."""
    kinds = (c_void_p, c_int, c_void_p, c_int, c_int, c_void_p, c_int, c_int)
    names = ("synth", "len", "left", "left_offset", "left_step", "right", "right_offset")
    arguments = zip((*names, "right_step"), kinds, (1,) * len(kinds), strict=True)
    return fluidsynth.cfunc("fluid_synth_write_float", c_int, *arguments)
