import numpy as np
import pytest

from pocket_studio.server.listening.levels import TARGET_LUFS, gain_to, loudness_lufs


def tone(frequency_hz, amplitude, seconds=2.0):
    """A stereo sine that fits the loop exactly, int16 [n, 2]."""
    time_s = np.arange(round(seconds * 44100)) / 44100
    line = 32767 * amplitude * np.sin(2 * np.pi * frequency_hz * time_s)
    return np.rint(np.stack([line, line], axis=1)).astype(np.int16)


def test_a_full_scale_kilohertz_has_the_loudness_of_the_standard():
    """BS.1770: 997 Hz at full scale reads -3.01 in one channel, so 0 in both."""
    assert loudness_lufs(tone(997.0, 1.0)) == pytest.approx(0.0, abs=0.05)
    one_channel = tone(997.0, 1.0) * np.array([1, 0], np.int16)
    assert loudness_lufs(one_channel) == pytest.approx(-3.01, abs=0.05)


def test_bass_counts_less_and_treble_more_than_the_middle():
    middle = loudness_lufs(tone(1000.0, 0.5))
    assert loudness_lufs(tone(40.0, 0.5)) < middle - 3
    assert loudness_lufs(tone(8000.0, 0.5)) == pytest.approx(middle + 3.3, abs=0.4)


def test_where_the_loop_begins_does_not_matter():
    sound = (np.random.default_rng(0).normal(size=(44100, 2)) * 2000).astype(np.int16)
    assert loudness_lufs(np.roll(sound, 9999, axis=0)) == pytest.approx(loudness_lufs(sound))


def at_level(pcm):
    return np.rint(gain_to(pcm) * pcm)


@pytest.mark.parametrize("amplitude", [0.003, 0.1, 0.9])
def test_soft_and_loud_come_out_alike(amplitude):
    assert loudness_lufs(at_level(tone(500.0, amplitude))) == pytest.approx(TARGET_LUFS, abs=0.1)


def test_silence_stays_silent_and_a_lone_click_does_not_clip():
    silence = np.zeros((1000, 2), np.int16)
    assert loudness_lufs(silence) == -np.inf
    assert not at_level(silence).any()
    click = silence.repeat(200, axis=0)
    click[0] = -3000
    assert at_level(click).min() == -32767
