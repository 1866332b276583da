"""WAV files, alone and from MIDI through midi2audio."""

import io
import shutil
import wave

import numpy as np
import pytest

from pocket_studio.errors import InvalidMidiError, SoundUnavailableError
from pocket_studio.midi import groove_to_midi
from pocket_studio.music.kit import SNARE
from pocket_studio.sound import SAMPLE_RATE, midi_to_wav, normalised, wav_bytes

needs_program = pytest.mark.skipif(
    shutil.which("fluidsynth") is None, reason="the program fluidsynth is not installed"
)


def read_wav(source):
    with wave.open(source, "rb") as file:
        assert (file.getframerate(), file.getnchannels()) == (SAMPLE_RATE, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def test_wav_bytes_keep_every_sample():
    pcm = np.arange(-32768, 32768, dtype=np.int16).reshape(-1, 2)
    np.testing.assert_array_equal(read_wav(io.BytesIO(wav_bytes(pcm))), pcm)


@needs_program
def test_midi_becomes_sound_at_the_right_time(make_groove, tmp_path):
    midi, wav = tmp_path / "beat.mid", tmp_path / "made" / "beat.wav"
    midi.write_bytes(groove_to_midi(make_groove((8, SNARE, 1.0, 0.0))))
    midi_to_wav(midi, wav)
    level = np.abs(read_wav(str(wav)).astype(int)).max(axis=1)
    onset = np.argmax(level > 0.1 * level.max())
    assert 20 * np.log10(level.max() / 32767) == pytest.approx(-1, abs=0.1)
    # FluidSynth's own player works in its 64-frame blocks too, from one block late on.
    assert onset == pytest.approx(SAMPLE_RATE, abs=0.01 * SAMPLE_RATE)
    assert [path.name for path in wav.parent.iterdir()] == ["beat.wav"]


@needs_program
def test_its_peak_may_be_left_as_it_is(make_groove, tmp_path):
    midi, wav = tmp_path / "beat.mid", tmp_path / "beat.wav"
    midi.write_bytes(groove_to_midi(make_groove((8, SNARE, 0.5, 0.0))))
    midi_to_wav(midi, wav, normalise=False)
    left = np.abs(read_wav(str(wav)).astype(int)).max()
    midi_to_wav(midi, wav)
    assert left < 0.5 * np.abs(read_wav(str(wav)).astype(int)).max()


def pcm_of(*values):
    return np.int16(values).repeat(2).reshape(-1, 2)


@pytest.mark.parametrize(
    ("parts", "peaks"),
    [
        ([(0, 0)], [0]),
        ([()], [0]),
        ([(100, -9000)], [29204]),
        ([(-32768, 5)], [29204]),
        ([(100, 0), (50, 0)], [19469, 9735]),  # the sum has the peak
        ([(100, 0), (-100, 1)], [29204, 29204]),  # they cancel out: the loudest has it
        ([(0, 0), (7, 0)], [0, 29204]),
    ],
)
def test_the_peak_is_brought_to_1_db_below_full_scale(parts, peaks):
    found = normalised([pcm_of(*part) for part in parts])
    assert [int(np.abs(part.astype(int)).max(initial=0)) for part in found] == peaks
    assert all(part.dtype == np.int16 for part in found)


@needs_program
def test_what_is_no_midi_leaves_the_old_file(tmp_path):
    midi, wav = tmp_path / "beat.mid", tmp_path / "beat.wav"
    midi.write_bytes(b"no MIDI at all")
    wav.write_bytes(b"old")
    with pytest.raises(SoundUnavailableError, match=r"could not render beat\.mid"):
        midi_to_wav(midi, wav)
    assert wav.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beat.mid", "beat.wav"]


@needs_program
def test_a_program_that_does_not_start_says_why(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libfluidsynth.so.3").write_bytes(b"cut off")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "lib"))
    (tmp_path / "beat.mid").write_bytes(b"any")
    with pytest.raises(SoundUnavailableError, match=r"beat\.mid \(.*libfluidsynth\.so\.3.*\)$"):
        midi_to_wav(tmp_path / "beat.mid", tmp_path / "beat.wav")


@needs_program
def test_missing_midi_is_named(tmp_path):
    with pytest.raises(InvalidMidiError, match=r"there is no file .*none\.mid"):
        midi_to_wav(tmp_path / "none.mid", tmp_path / "out.wav")


def test_missing_program_is_said_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SoundUnavailableError, match="program fluidsynth is not installed; run: "):
        midi_to_wav(tmp_path / "beat.mid", tmp_path / "beat.wav")
    assert not list(tmp_path.iterdir())
