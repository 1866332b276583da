"""Hits to the sound of one seamless loop, and sound to 16-bit samples.

How the loop is closed is told in `docs/decisions/0005-loop-wrap.md`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.sound.playing import next_pass
from pocket_studio.sound.synth import Hit, Sound, Synth

Pcm = NDArray[np.int16]

_KNEE: Final = 0.8  # of full scale


def loop_sound(synth: Synth, hits: Sequence[Hit], kit: int, n_frames: int) -> Sound:
    """Return the loop of `hits`, [n_frames, 2]."""
    tails = tails_of(synth, hits, kit)
    after = next_pass(hits, n_frames, tails)
    end = end_block(hits, tails)
    if not end:
        return np.zeros((n_frames, 2), np.float32)
    sound = synth.render([*hits, *after], kit, end)
    if after:
        # Only what they do to the tails is wanted, so their own sound is taken out again.
        sound -= synth.render(after, kit, end)
    return _fold(sound, n_frames)


def tails_of(synth: Synth, hits: Sequence[Hit], kit: int) -> dict[int, int]:
    """Return how many blocks each pitch among `hits` rings."""
    return {pitch: synth.tail_blocks(kit, pitch) for pitch in {hit.pitch for hit in hits}}


def end_block(hits: Sequence[Hit], tails: Mapping[int, int]) -> int:
    """Return the block where the last tail has died away, 0 if nothing sounds."""
    return max((hit.block + tails[hit.pitch] for hit in hits), default=0)


def _fold(sound: Sound, n_frames: int) -> Sound:
    """Add what lies beyond `n_frames` onto the start, as often as it takes."""
    loop = np.zeros((n_frames, 2), np.float32)
    for start in range(0, len(sound), n_frames):
        part = sound[start : start + n_frames]
        loop[: len(part)] += part
    return loop


def to_pcm(sound: Sound) -> Pcm:
    """Convert to int16, bending what exceeds 0.8 so that nothing wraps or clips hard.

    Only the loudest kits at full velocity get there; a fixed curve, unlike normalising a loop,
    keeps the level of one edit comparable with the next.
    """
    peak = np.abs(sound).max(initial=0.0)
    if peak > _KNEE:
        over = np.maximum(np.abs(sound) - _KNEE, 0.0) / (1.0 - _KNEE)
        bent = _KNEE + (1.0 - _KNEE) * np.tanh(over)
        sound = np.where(over > 0.0, np.copysign(bent, sound), sound)
    pcm: Pcm = np.rint(sound * 32767.0).astype(np.int16)
    return pcm
