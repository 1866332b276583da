"""What a groove reduces to: its template, its patterns, and the class of each of its hits."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.music.grid import MAX_MICROTIMING_TICKS, N_STEPS, STEPS_PER_BAR
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CYMBALS, KICK, N_DRUMS, SNARE
from pocket_studio.music.patterns.forms import (
    AUTO,
    LAID_BACK,
    N_VELOCITY_CLASSES,
    ON,
    PUSHED,
    Pattern,
    Template,
)

SALIENT_VELOCITY: Final = 40 / 127
TWO_FOUR_STEPS: Final = tuple(
    bar * STEPS_PER_BAR + step for bar in range(N_STEPS // STEPS_PER_BAR) for step in (4, 12)
)
# What nobody hears as early or late: 5 ticks are 5 ms at 120 bpm. Without it "on" would be a class
# that human playing never fills, and painting it would mean nothing.
ON_TICKS: Final = 5
ON_MICROTIMING: Final = ON_TICKS / MAX_MICROTIMING_TICKS
# The least and the most of each class that stay in it as MIDI velocities and ticks.
VELOCITY_LIMITS: Final = tuple(
    ((127 * level // N_VELOCITY_CLASSES + 1) / 127, (127 * (level + 1) // N_VELOCITY_CLASSES) / 127)
    for level in range(N_VELOCITY_CLASSES)
)
MICROTIMING_LIMITS: Final = (
    (-1.0, -(ON_TICKS + 1) / MAX_MICROTIMING_TICKS),
    (-ON_MICROTIMING, ON_MICROTIMING),
    ((ON_TICKS + 1) / MAX_MICROTIMING_TICKS, 1.0),
)


def template_of(groove: Groove) -> Template:
    """Reduce `groove` to the plain beat that a user would sketch (section 3.2, Figure 1a).

    Kicks louder than 40 of 127 stay. So do snares on two and four, which are no ghost notes, and
    other snares at least as loud as the mean of those. The dominant cymbal plays straight
    sixteenths if it has more than 24 hits, else straight eighths. Toms and other cymbals go.

    Returns
    -------
    array [32, 7] of {0, 1}
    """
    template = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    template[:, KICK] = groove.velocity[:, KICK] > SALIENT_VELOCITY
    template[:, SNARE] = _salient_snares(groove)
    cymbal = dominant_cymbal(groove)
    if cymbal is not None:
        sixteenths = groove.note[:, cymbal].sum() > 3 / 4 * N_STEPS
        template[:: 1 if sixteenths else 2, cymbal] = 1
    return template


def dominant_cymbal(groove: Groove) -> int | None:
    """Return the cymbal with the most hits (the first in drum order if equal), None without any."""
    counts = groove.note[:, CYMBALS].sum(axis=0)
    return CYMBALS[int(counts.argmax())] if counts.any() else None


def _salient_snares(groove: Groove) -> NDArray[np.bool_]:
    velocity = groove.velocity[:, SNARE].astype(np.float64)
    salient = velocity > SALIENT_VELOCITY
    backbeats = salient & np.isin(np.arange(N_STEPS), TWO_FOUR_STEPS)
    if backbeats.any():
        rounding = 1e-6  # snares as loud as equal backbeats must not fall below their mean
        salient = backbeats | (velocity >= velocity[backbeats].mean() - rounding)
    return salient


def velocity_pattern_of(groove: Groove) -> Pattern:
    """Return the velocity classes of the dominant cymbal (section 3.2, Figure 1b).

    Returns
    -------
    array [32] of int
        0 (velocity up to 0.2) to 4 (above 0.8); AUTO at a step without that cymbal.
    """
    pattern = np.full(N_STEPS, AUTO, np.int8)
    cymbal = dominant_cymbal(groove)
    if cymbal is not None:
        hit = groove.note[:, cymbal] > 0
        pattern[hit] = velocity_to_class(groove.velocity[hit, cymbal])
    return pattern


def velocity_to_class(velocity: ArrayLike) -> NDArray[np.int8]:
    """Map velocities in (0, 1] to classes 0..4, whose upper ends are 0.2, 0.4, 0.6, 0.8 and 1."""
    classes = np.ceil(np.asarray(velocity, np.float64) * N_VELOCITY_CLASSES - 1e-6) - 1
    clipped: Pattern = np.clip(classes, 0, N_VELOCITY_CLASSES - 1).astype(np.int8)
    return clipped


def microtiming_pattern_of(groove: Groove) -> Pattern:
    """Return the sign of the mean microtiming of each step's hits (section 3.2, Figure 1c).

    Returns
    -------
    array [32] of int
        PUSHED or LAID_BACK if the mean is more than 5 ticks early or late, else ON; AUTO at a
        step without a hit.
    """
    n_hits = groove.note.sum(axis=1)
    mean = groove.microtiming.sum(axis=1) / np.maximum(n_hits, 1)
    return np.where(n_hits > 0, microtiming_to_class(mean), AUTO).astype(np.int8)


def microtiming_to_class(microtiming: ArrayLike) -> Pattern:
    """Map microtimings to PUSHED or LAID_BACK if more than 5 ticks early or late, else ON."""
    values = np.asarray(microtiming)
    early, late = values < -ON_MICROTIMING, values > ON_MICROTIMING
    return np.select([early, late], [PUSHED, LAID_BACK], ON).astype(np.int8)


def velocity_classes_of(groove: Groove) -> Pattern:
    """Return the velocity class of each hit, 0 to 4.

    Returns
    -------
    array [32, 7] of int
        AUTO where there is no hit.
    """
    return np.where(groove.note > 0, velocity_to_class(groove.velocity), AUTO).astype(np.int8)


def microtiming_classes_of(groove: Groove) -> Pattern:
    """Return the microtiming class of each hit: PUSHED, ON or LAID_BACK.

    Returns
    -------
    array [32, 7] of int
        AUTO where there is no hit.
    """
    return np.where(groove.note > 0, microtiming_to_class(groove.microtiming), AUTO).astype(np.int8)
