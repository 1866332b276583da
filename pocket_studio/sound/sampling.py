"""What a kit's single hits sound like, measured: how loud at each velocity, what ends what.

Whoever plays these hits one by one plays what FluidSynth would: a sound for each velocity where
velocity changes more than loudness, one for all where it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pocket_studio.sound.loop import Pcm
from pocket_studio.sound.synth import BLOCK_FRAMES, SAMPLE_RATE, Hit, Sound, Synth

VELOCITIES: Final = (127, 111, 95, 79, 63, 47, 31, 15)
"""Where loudness is measured; between two of them it is interpolated, dB against log velocity."""

_ONSET_BLOCKS: Final = 69  # 0.1 s says how loud a hit is and whether it is the same sound
_SAME: Final = 0.999  # correlation of two velocities' onsets from which they are one sound
_END: Final = 10 ** (-72 / 20)  # of a sound's peak; what comes after is cut off
_END_FADE_S: Final = 0.05
_FADE_BLOCKS: Final = 200  # 0.29 s behind the hit that ends another
_FADE_SKIP_BLOCKS: Final = 4
_AUDIBLE: Final = 1e-5
_SLOWEST_DB_A_S: Final = 1.0  # what dies slower is not ended


@dataclass(frozen=True)
class HitSounds:
    """One pitch of a kit.

    Attributes
    ----------
    levels : tuple of 8 float
        Root mean square of the first 0.1 s at each of `VELOCITIES`, of full scale.
    sounds : tuple of 8 int
        The velocity of the sound to be scaled to that level: the nearest louder one that differs.
    fades : mapping of pitch to float
        The pitches that end its ringing and how fast: the time in seconds in which it falls by
        8.7 dB (to 1 / e), for pitches that do.
    """

    levels: tuple[float, ...]
    sounds: tuple[int, ...]
    fades: Mapping[int, float]


def measure(synth: Synth, kit: int, pitch: int, others: Sequence[int]) -> HitSounds:
    """Return what `pitch` sounds like; `others` may end its ringing, as it does itself."""
    onsets = [synth.render([Hit(0, pitch, v)], kit, _ONSET_BLOCKS) for v in VELOCITIES]
    levels = [float(np.sqrt(np.mean(onset**2))) for onset in onsets]
    sounds = [0]
    for index in range(1, len(VELOCITIES)):
        same = _correlation(onsets[sounds[-1]], onsets[index]) >= _SAME
        sounds.append(sounds[-1] if same else index)
    fades = {}
    for other in (pitch, *others):
        if seconds := _fade(synth, kit, pitch, other):
            fades[other] = seconds
    return HitSounds(tuple(levels), tuple(VELOCITIES[index] for index in sounds), fades)


def render(synth: Synth, kit: int, pitch: int, velocity: int) -> Pcm:
    """Return a hit up to where it is 72 dB below its peak, int16 [n_frames, 2] up to full scale."""
    sound = synth.render([Hit(0, pitch, velocity)], kit, max(1, synth.tail_blocks(kit, pitch)))
    loud = np.abs(sound).max(axis=1)
    (audible,) = np.nonzero(loud > _END * loud.max(initial=0.0))
    sound = sound[: int(audible[-1]) + 1 if len(audible) else 1].copy()
    n_fade = min(round(_END_FADE_S * SAMPLE_RATE), len(sound))
    sound[-n_fade:] *= np.linspace(1.0, 0.0, n_fade, dtype=np.float32)[:, None]
    pcm: Pcm = np.rint(sound * (32767.0 / max(loud.max(initial=0.0), _AUDIBLE))).astype(np.int16)
    return pcm


def _correlation(one: Sound, other: Sound) -> float:
    norm = np.linalg.norm(one) * np.linalg.norm(other)
    return float(np.vdot(one, other) / norm) if norm else 1.0


def _fade(synth: Synth, kit: int, pitch: int, other: int) -> float | None:
    """Return how fast `pitch` dies after a hit of `other`: FluidSynth lets it fall evenly in dB."""
    at = min(150, synth.tail_blocks(kit, pitch) // 4)
    n_blocks = at + _FADE_BLOCKS
    alone = synth.render([Hit(0, pitch, 127)], kit, n_blocks)
    ended = synth.render([Hit(0, pitch, 127), Hit(at, other, 1)], kit, n_blocks)
    ended -= synth.render([Hit(at, other, 1)], kit, n_blocks)
    before, after = (_loudness(sound)[at + _FADE_SKIP_BLOCKS :] for sound in (alone, ended))
    audible = (before > _AUDIBLE) & (after > _AUDIBLE)
    if audible.sum() < 2:
        return None
    seconds = np.arange(len(before))[audible] * BLOCK_FRAMES / SAMPLE_RATE
    decibels = 20 * np.log10(after[audible] / before[audible])
    slope = float(np.polyfit(seconds, decibels, 1)[0])
    return -20 / np.log(10) / slope if slope < -_SLOWEST_DB_A_S else None


def _loudness(sound: Sound) -> Sound:
    """Return the root mean square of each block."""
    blocks = sound.reshape(-1, 2 * BLOCK_FRAMES)
    loudness: Sound = np.sqrt(np.mean(blocks**2, axis=1))
    return loudness
