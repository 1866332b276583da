"""Steps, beats and bars, and the conversions between step, tick and second.

A step is a sixteenth. Positions are counted in steps from the start of the loop; microtiming is in
half steps, so that -1..1 covers what rounds to the same step (section 3.2).
"""

from typing import Final

STEPS_PER_BEAT: Final = 4
BEATS_PER_BAR: Final = 4
STEPS_PER_BAR: Final = STEPS_PER_BEAT * BEATS_PER_BAR
BARS: Final = 2
N_STEPS: Final = BARS * STEPS_PER_BAR
N_BEATS: Final = BARS * BEATS_PER_BAR

TICKS_PER_STEP: Final = 120
TICKS_PER_BEAT: Final = TICKS_PER_STEP * STEPS_PER_BEAT
MAX_MICROTIMING_TICKS: Final = TICKS_PER_STEP // 2

MIN_TEMPO_BPM: Final = 40.0
MAX_TEMPO_BPM: Final = 240.0

# Where in its eighth the second sixteenth lies: halfway, up to the last quarter.
STRAIGHT: Final = 0.5
MAX_SWING: Final = 0.75


def steps_to_seconds(steps: float, tempo_bpm: float) -> float:
    """Convert a position in `steps` to seconds at `tempo_bpm` quarter notes a minute."""
    return steps * 60.0 / (tempo_bpm * STEPS_PER_BEAT)


def step_to_position(step: int, microtiming: float, swing: float = STRAIGHT) -> float:
    """Return the position in steps of a hit at `step` played `microtiming` half steps late.

    `swing` (0.5..0.75) is where in its eighth every second sixteenth lies; it delays those by
    0 to 0.5 steps.
    """
    delay = 2.0 * swing - 1.0 if step % 2 else 0.0
    return step + delay + microtiming / 2.0


def step_to_tick(step: int, swing: float = STRAIGHT) -> int:
    """Return the tick on which `step` lies, every second one delayed by `swing`."""
    odd = step % 2
    return (step - odd) * TICKS_PER_STEP + round(step_to_position(odd, 0.0, swing) * TICKS_PER_STEP)


def microtiming_to_ticks(microtiming: float) -> int:
    """Return `microtiming` in -1..1 as ticks in -60..59, so that it stays within its step."""
    return min(round(microtiming * MAX_MICROTIMING_TICKS), MAX_MICROTIMING_TICKS - 1)


def loop_seconds(tempo_bpm: float) -> float:
    """Return the length of the two-bar loop in seconds at `tempo_bpm`."""
    return steps_to_seconds(N_STEPS, tempo_bpm)
