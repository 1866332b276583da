"""One FluidSynth: hits on its 64-frame blocks in, float32 [n_frames, 2] out."""

import contextlib
import io
import math
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from ctypes import c_float, c_int, c_void_p
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.sound.soundfont import Soundfont, install_command

Sound = NDArray[np.float32]

SAMPLE_RATE: Final = 44100
BLOCK_FRAMES: Final = 64

_DRUM_BANK: Final = 128
# Hits of one level share a MIDI channel; the loudest have the one that is meant for drums.
_CHANNELS: Final = (9, *range(9), *range(10, 16))
_ATTENUATION: Final = 48  # the number of FluidSynth's generator for it, which counts in 0.1 dB
# A hit on a GM kit of FluidR3 then peaks at 0.15 to 0.5. Nothing is normalised: an edit must not
# change the level of what it leaves alone.
_GAIN: Final = 0.4
_TAIL_PART_S: Final = 0.2
_MAX_TAIL_S: Final = 12.0
_SILENCE: Final = 1.0 / 32768.0  # the smallest int16 step
_import_lock = threading.Lock()


@dataclass(frozen=True)
class Kit:
    """A drum kit: its program number in bank 128 and the name the soundfont gives it."""

    program: int
    name: str


class Hit(NamedTuple):
    """A hit of a MIDI `pitch` at `velocity` 1..127, in 64-frame blocks from the start.

    `level` (0..1, not 0) is how loud it is in the mix. Hits of one level end each other's ringing
    as the soundfont says (one hat the other's); hits of different levels leave each other alone.
    """

    block: int
    pitch: int
    velocity: int
    level: float = 1.0


def load_fluidsynth() -> ModuleType:
    """Import pyfluidsynth, which looks for FluidSynth's library as it is imported.

    Raises
    ------
    SoundUnavailableError
        If there is no such library, or what is there does not load.
    """
    with _import_lock:
        try:
            # Where CI is set, the import prints the library's place: stdout is the caller's.
            with contextlib.redirect_stdout(io.StringIO()):
                import fluidsynth
        except ImportError:
            raise SoundUnavailableError(
                f"no sound: FluidSynth is not installed; run: {install_command()}"
            ) from None
        except (OSError, TypeError) as error:  # TypeError: it lacks even the version
            reason = error if isinstance(error, OSError) else "it is another library"
            raise SoundUnavailableError(
                f"no sound: the FluidSynth that was found does not load ({reason}); "
                f"install it anew: {install_command()}"
            ) from None
    module: ModuleType = fluidsynth
    return module


class Synth:
    """One FluidSynth with a soundfont loaded; used by one thread at a time."""

    def __init__(
        self, fluidsynth: ModuleType, soundfont: Soundfont, tails: dict[tuple[int, int], int]
    ) -> None:
        # Without reverb and chorus a render is a plain sum of voices and nothing outlives it.
        # Samples are loaded with the kit that needs them, which opens FluidR3 several times faster.
        options = {
            "synth.reverb.active": 0,
            "synth.chorus.active": 0,
            "synth.dynamic-sample-loading": 1,
        }
        self._synth: Any = fluidsynth.Synth(gain=_GAIN, samplerate=SAMPLE_RATE, **options)
        # FluidSynth's memory is its own: it is given back when nobody renders with this any more.
        self.close = weakref.finalize(self, self._synth.delete)
        self.close.atexit = False
        self._write = _float_writer(fluidsynth)
        self._set_generator = _generator_setter(fluidsynth)
        self._pin = _preset_pinner(fluidsynth)
        self._pinned: set[int] = set()
        self._font = self._synth.sfload(str(soundfont.path))
        self._tails = tails  # shared by all synths of a soundfont
        self.kits = self._read_kits() if self._font >= 0 else ()

    def _read_kits(self) -> tuple[Kit, ...]:
        names = ((p, self._synth.sfpreset_name(self._font, _DRUM_BANK, p)) for p in range(128))
        return tuple(Kit(program, name.strip()) for program, name in names if name)

    def render(self, hits: Sequence[Hit], kit: int, n_blocks: int) -> Sound:
        """Return the sound of `hits` (in order of time), [64 * n_blocks, 2], from silence on."""
        (sound,) = self.stream(hits, kit, n_blocks, n_blocks)
        return sound

    def stream(
        self, hits: Sequence[Hit], kit: int, n_blocks: int, part_blocks: int
    ) -> Iterator[Sound]:
        """Yield what `render` returns in parts of `part_blocks` blocks; the last may be shorter."""
        self._silence()
        channels = self._open_channels(hits, kit)
        waiting = deque(hits)
        for start in range(0, n_blocks, part_blocks):
            end = min(start + part_blocks, n_blocks)
            sound = np.zeros(((end - start) * BLOCK_FRAMES, 2), np.float32)
            block = start
            while waiting and waiting[0].block < end:
                hit = waiting.popleft()
                self._write_blocks(sound, block - start, hit.block - start)
                self._synth.noteon(channels[hit.level], hit.pitch, hit.velocity)
                block = hit.block
            self._write_blocks(sound, block - start, end - start)
            yield sound

    def _open_channels(self, hits: Sequence[Hit], kit: int) -> dict[float, int]:
        """Return the channel of each level among `hits`, made ready to play `kit`."""
        if kit not in self._pinned:
            self._pin(self._synth.synth, self._font, _DRUM_BANK, kit)
            self._pinned.add(kit)
        levels = sorted({hit.level for hit in hits}, reverse=True)
        channels = dict(zip(levels, _CHANNELS, strict=False))
        for level, channel in channels.items():
            self._synth.program_select(channel, self._font, _DRUM_BANK, kit)
            if level < 1.0:
                quieter = -200.0 * math.log10(level)
                self._set_generator(self._synth.synth, channel, _ATTENUATION, quieter)
        return channels

    def tail_blocks(self, kit: int, pitch: int) -> int:
        """Return how many blocks a pitch rings, hit hardest, 0 if it is mute (measured once)."""
        if (kit, pitch) not in self._tails:
            self._tails[kit, pitch] = self._measure_tail(kit, pitch)
        return self._tails[kit, pitch]

    def _measure_tail(self, kit: int, pitch: int) -> int:
        part_blocks = int(_TAIL_PART_S * SAMPLE_RATE) // BLOCK_FRAMES
        n_blocks = int(_MAX_TAIL_S * SAMPLE_RATE) // BLOCK_FRAMES
        sounds = False
        blocks = 0
        for part in self.stream([Hit(0, pitch, 127)], kit, n_blocks, part_blocks):
            if np.abs(part).max() < _SILENCE:
                return blocks + part_blocks if sounds else 0
            sounds = True
            blocks += part_blocks
        return blocks

    def _silence(self) -> None:
        """Stop what the last render left ringing: a reset alone lets voices sound on."""
        for channel in _CHANNELS:
            self._synth.all_sounds_off(channel)
        self._write_blocks(np.zeros((BLOCK_FRAMES, 2), np.float32), 0, 1)
        self._synth.system_reset()

    def _write_blocks(self, sound: Sound, start: int, end: int) -> None:
        """Play on into blocks `start` to `end` of `sound`."""
        n_frames = (end - start) * BLOCK_FRAMES
        place = sound.ctypes.data
        left = 2 * start * BLOCK_FRAMES
        self._write(self._synth.synth, n_frames, place, left, 2, place, left + 1, 2)


def _float_writer(fluidsynth: ModuleType) -> Any:
    """Bind FluidSynth's float output; pyfluidsynth binds only the 16-bit one, which adds noise."""
    kinds = (c_void_p, c_int, c_void_p, c_int, c_int, c_void_p, c_int, c_int)
    names = ("synth", "len", "left", "left_offset", "left_step", "right", "right_offset")
    arguments = zip((*names, "right_step"), kinds, (1,) * len(kinds), strict=True)
    return fluidsynth.cfunc("fluid_synth_write_float", c_int, *arguments)


def _generator_setter(fluidsynth: ModuleType) -> Any:
    """Bind what sets a sound parameter of a channel, finer than any controller; same reason."""
    kinds = (c_void_p, c_int, c_int, c_float)
    arguments = zip(("synth", "chan", "param", "value"), kinds, (1,) * len(kinds), strict=True)
    return fluidsynth.cfunc("fluid_synth_set_gen", c_int, *arguments)


def _preset_pinner(fluidsynth: ModuleType) -> Any:
    """Bind what keeps a kit's samples loaded, which every reset would unload; same reason."""
    names, kinds = ("synth", "sfont", "bank", "preset"), (c_void_p, c_int, c_int, c_int)
    arguments = zip(names, kinds, (1,) * len(kinds), strict=True)
    return fluidsynth.cfunc("fluid_synth_pin_preset", c_int, *arguments)
