"""What FluidSynth is told to play: grooves, songs, levels and clicks as hits on its blocks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR, STEPS_PER_BEAT, steps_to_seconds
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import (
    CLOSED_HAT,
    METRONOME_BELL,
    METRONOME_CLICK,
    N_DRUMS,
    OPEN_HAT,
    SIDE_STICK,
    drum_to_pitch,
)
from pocket_studio.music.ornaments import Grace, graces_of
from pocket_studio.sound.synth import BLOCK_FRAMES, SAMPLE_RATE, Hit

Levels = tuple[float, ...]

FULL_MIX: Final = (1.0,) * N_DRUMS
# (pitch, velocity) on the bar and on the other beats; the first pair that a kit has is taken.
CLICKS: Final = (
    ((METRONOME_BELL, 127), (METRONOME_CLICK, 127)),
    ((SIDE_STICK, 127), (SIDE_STICK, 90)),
)
Click = tuple[tuple[int, int], tuple[int, int]]

_OTHER_HAT: Final = {CLOSED_HAT: OPEN_HAT, OPEN_HAT: CLOSED_HAT}
_HAT_PITCHES: Final = tuple(drum_to_pitch(hat) for hat in _OTHER_HAT)
_EARLIEST: Final = 0.5  # steps before its bar line that a hit may be played

# A hit in musical time: (position in steps, pitch, velocity, level).
_Timed = tuple[float, int, int, float]


def validate_levels(levels: Sequence[float] | None) -> Levels:
    """Return `levels` as a tuple, all 1 if None.

    Raises
    ------
    InvalidRequestError
        If they are not seven numbers in 0..1.
    """
    if levels is None:
        return FULL_MIX
    validated = tuple(float(level) for level in levels)
    if len(validated) != N_DRUMS or not all(0.0 <= level <= 1.0 for level in validated):
        raise InvalidRequestError(f"the levels must be {N_DRUMS} numbers from 0 to 1")
    return validated


def loop_hits(
    groove: Groove,
    n_frames: int,
    levels: Levels = FULL_MIX,
    *,
    click: Click | None = None,
    only: int | None = None,
) -> list[Hit]:
    """Return a loop's hits in playing order; one pushed before the start wraps to the end.

    Parameters
    ----------
    groove : Groove
        What to play.
    n_frames : int
        Length of the loop.
    levels : tuple of 7 float
        The mix, 0..1; what is at 0 is left out.
    click : two of (pitch, velocity), optional
        What counts the bars and the other beats.
    only : int, optional
        The only drum that is to be heard, as it sounds in the mix.
    """
    timed = [*_played(groove, levels, only, groove.tempo_bpm), *(_counted(click) if click else ())]
    hits = []
    for position, pitch, velocity, level in timed:
        frame = _frame(position, groove.tempo_bpm) % n_frames
        hits.append(Hit(round(frame / BLOCK_FRAMES), pitch, velocity, level))
    return sorted(hits)


def song_hits(sections: Sequence[Section], levels: Levels, tempo_bpm: float) -> list[Hit]:
    """Return the hits of sections played one after the other, in playing order.

    If the song starts early, before its first bar line, that line is half a sixteenth late, or as
    much as its first grace note needs.
    """
    timed: list[_Timed] = []
    first_step = 0
    for section in sections:
        played = list(_played(section.groove, levels, None, tempo_bpm))
        for _ in range(section.repeats):
            timed += [(first_step + position, p, v, level) for position, p, v, level in played]
            first_step += N_STEPS
    first = min((position for position, *_ in timed), default=0.0)
    lead = max(_EARLIEST, -first) if first < 0 else 0.0
    return sorted(
        Hit(round(_frame(position + lead, tempo_bpm) / BLOCK_FRAMES), pitch, velocity, level)
        for position, pitch, velocity, level in timed
    )


def next_pass(hits: Sequence[Hit], n_frames: int, tails: Mapping[int, int]) -> list[Hit]:
    """Return the loop's next-pass hits that cut off a tail of this pass: one a drum at most.

    A hit ends the ringing of its own drum and, where the soundfont says so, that of the other hat.
    It does so at any velocity; at the softest it costs the least, as it is taken out again.
    `tails` says how many blocks a pitch rings.
    """
    ends: dict[tuple[int, float], int] = {}
    for hit in hits:
        end = hit.block + tails[hit.pitch]
        ends[_choked(hit)] = max(end, ends.get(_choked(hit), 0))
    first = {(hit.pitch, hit.level): hit for hit in reversed(hits)}
    again = (
        hit._replace(block=round((hit.block * BLOCK_FRAMES + n_frames) / BLOCK_FRAMES), velocity=1)
        for hit in first.values()
    )
    return sorted(hit for hit in again if hit.block < ends[_choked(hit)])


def _choked(hit: Hit) -> tuple[int, float]:
    """Return what names the hits that end each other's ringing."""
    return (_HAT_PITCHES[0] if hit.pitch in _HAT_PITCHES else hit.pitch), hit.level


def _played(groove: Groove, levels: Levels, only: int | None, tempo_bpm: float) -> Iterator[_Timed]:
    """Yield what sounds, and a hat beside the other at velocity 1 where their levels differ.

    Hits of different levels do not choke each other, so there each hat has a shadow of the other,
    84 dB softer than a full hit.
    """
    for step, drum in np.argwhere(groove.note > 0).tolist():
        if not levels[drum]:
            continue
        position, pitch = groove.position(step, drum), drum_to_pitch(drum)
        main = Grace(0.0, float(groove.velocity[step, drum]))
        struck = (*graces_of(groove, step, drum, tempo_bpm), main)
        if only in (None, drum):
            for before, velocity in struck:
                yield position - before, pitch, max(1, round(velocity * 127)), levels[drum]
        other = _OTHER_HAT.get(drum)
        if other is None or not levels[other]:
            continue
        if only == other or (only is None and levels[other] != levels[drum]):
            yield from ((position - before, pitch, 1, levels[other]) for before, _ in struck)


def _counted(click: Click) -> Iterator[_Timed]:
    for step in range(0, N_STEPS, STEPS_PER_BEAT):
        pitch, velocity = click[0 if step % STEPS_PER_BAR == 0 else 1]
        yield float(step), pitch, velocity, 1.0


def _frame(position: float, tempo_bpm: float) -> int:
    return round(steps_to_seconds(position, tempo_bpm) * SAMPLE_RATE)
