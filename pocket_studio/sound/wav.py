"""Sound files: rendered sound as WAV, its peak, and MIDI files played into WAV by midi2audio."""

import io
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pocket_studio.errors import InvalidMidiError, SoundUnavailableError
from pocket_studio.files import atomic_path
from pocket_studio.places import SOUNDFONT_FOLDERS
from pocket_studio.sound.loop import Pcm
from pocket_studio.sound.soundfont import find_soundfont, install_command
from pocket_studio.sound.synth import SAMPLE_RATE

PEAK_DB: Final = -1.0

_PEAK: Final = 10 ** (PEAK_DB / 20) * np.iinfo(np.int16).max


def normalised(parts: Sequence[Pcm]) -> list[Pcm]:
    """Return sounds that belong together at one gain, their peak at -1 dB of full scale.

    The peak is that of their sum or, where they cancel out, of the loudest of them; so neither
    clips, and they keep their balance. Silence stays silence.

    Parameters
    ----------
    parts : sequence of int16 array [n_frames, 2]
        All of one length.
    """
    together = np.sum(parts, axis=0, dtype=np.int32) if len(parts) > 1 else parts[0]
    peak = max(
        max(int(each.max(initial=0)), -int(each.min(initial=0))) for each in (together, *parts)
    )
    gain = np.float32(_PEAK / peak if peak else 1.0)
    return [np.rint(part * gain).astype(np.int16) for part in parts]


def wav_bytes(pcm: Pcm) -> bytes:
    """Return int16 `pcm` [n_frames, 2] as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm.astype("<i2").tobytes())
    return buffer.getvalue()


def midi_to_wav(
    midi_path: Path,
    wav_path: Path,
    soundfont_folders: Iterable[Path] = SOUNDFONT_FOLDERS,
    *,
    normalise: bool = True,
) -> None:
    """Play a MIDI file into a WAV file with FluidSynth's program, reverb and tail included.

    Its peak is at -1 dB of full scale, or with `normalise` off where FluidSynth puts it.

    Raises
    ------
    SoundUnavailableError
        If the program or a soundfont is missing, or it wrote no sound.
    InvalidMidiError
        If there is no such file.
    """
    if shutil.which("fluidsynth") is None:
        raise SoundUnavailableError(
            f"no sound: the program fluidsynth is not installed; run: {install_command()}"
        )
    if not midi_path.is_file():
        raise InvalidMidiError(f"there is no file {midi_path}")
    soundfont = find_soundfont(soundfont_folders)
    with atomic_path(wav_path.resolve()) as temporary:
        # As a child: in process, midi2audio lets FluidSynth write its banner to our stdout.
        command = (sys.executable, "-m", "midi2audio", "-s", soundfont.path)
        arguments = (midi_path.resolve(), temporary)
        ran = subprocess.run((*command, *arguments), capture_output=True, check=False)
        # midi2audio drops FluidSynth's exit code, so its output is what shows success.
        if not _holds_sound(temporary):
            said = ran.stderr.decode(errors="replace").strip().splitlines()
            reason = f" ({said[-1]})" if said else ""
            raise SoundUnavailableError(f"FluidSynth could not render {midi_path.name}{reason}")
        if normalise:
            temporary.write_bytes(wav_bytes(*normalised([_read(temporary)])))


def _read(path: Path) -> Pcm:
    """Return what FluidSynth's program wrote: 16 bits, two channels."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def _holds_sound(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() > 0
    except (OSError, EOFError, wave.Error):
        return False
