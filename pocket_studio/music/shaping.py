"""What is done to a groove after the model, which is not asked again.

The order is amounts, feels of rows, edits, ornaments, layer. Swing and tempo are fields of the
groove, which whoever plays or draws it applies. The page does the same in JavaScript
(web/core/shaping.js).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.feels import MIN_VELOCITY, RowFeel, with_row_feels
from pocket_studio.music.grid import MAX_MICROTIMING_TICKS, N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import (
    ACCENT,
    GHOST,
    HIT,
    hits_of,
    validate_ornaments,
    validate_template,
)

MAX_VELOCITY_MIDI: Final = 127
FLAT_VELOCITY: Final = 100 / MAX_VELOCITY_MIDI  # what a step editor without dynamics plays
STRESS_VELOCITIES: Final[Mapping[int, float]] = {HIT: FLAT_VELOCITY, GHOST: 0.3, ACCENT: 1.0}
MAX_AMOUNT: Final = 1.3
LAYERS: Final = ("template", "notes", "velocity", "microtiming")


@dataclass(frozen=True, order=True)
class Edit:
    """What the player wants in one cell, whatever the model plays there.

    Attributes
    ----------
    step : int
        0..31.
    drum : int
        Index into `kit.DRUMS`.
    velocity_midi : int
        1..127; 0 = no hit.
    ticks : int
        -60..59, positive = late; microtiming = ticks / 60.

    Raises
    ------
    InvalidGrooveError
        If a value is no whole number or out of its range.
    """

    step: int
    drum: int
    velocity_midi: int
    ticks: int = 0

    def __post_init__(self) -> None:
        _in_range(self.step, "step", 0, N_STEPS - 1)
        _in_range(self.drum, "drum", 0, N_DRUMS - 1)
        _in_range(self.velocity_midi, "velocity", 0, MAX_VELOCITY_MIDI)
        _in_range(self.ticks, "ticks", -MAX_MICROTIMING_TICKS, MAX_MICROTIMING_TICKS - 1)


def validate_edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return `edits` in the order of steps and drums.

    Raises
    ------
    InvalidGrooveError
        If two of them are of one cell.
    """
    ordered = tuple(sorted(edits))
    if len({(edit.step, edit.drum) for edit in ordered}) < len(ordered):
        raise InvalidGrooveError("one cell has two edits")
    return ordered


def with_amounts(groove: Groove, velocity: float, microtiming: float) -> Groove:
    """Scale the dynamics around `FLAT_VELOCITY` and the microtiming around the grid.

    Parameters
    ----------
    groove : Groove
    velocity, microtiming : float
        0 (flat, on the grid) to 1.3; 1 leaves the groove as it is.

    Raises
    ------
    InvalidGrooveError
        If an amount is out of its range.
    """
    for amount, name in ((velocity, "velocity"), (microtiming, "microtiming")):
        if not 0 <= amount <= MAX_AMOUNT:
            raise InvalidGrooveError(f"the amount of {name} must be 0 to {MAX_AMOUNT:g}")
    note = groove.note
    v = FLAT_VELOCITY + velocity * (groove.velocity.astype(np.float64) - FLAT_VELOCITY)
    m = microtiming * groove.microtiming.astype(np.float64)
    return replace(
        groove,
        velocity=np.clip(v, MIN_VELOCITY, 1).astype(np.float32) * note,
        microtiming=np.clip(m, -1, 1).astype(np.float32) * note,
    )


def with_edits(groove: Groove, edits: Iterable[Edit]) -> Groove:
    """Make the edited cells exactly what the edits say; the others stay.

    Raises
    ------
    InvalidGrooveError
        If two edits are of one cell.
    """
    note, velocity, microtiming = (
        matrix.copy() for matrix in (groove.note, groove.velocity, groove.microtiming)
    )
    for edit in validate_edits(edits):
        cell, hit = (edit.step, edit.drum), edit.velocity_midi > 0
        note[cell] = hit
        velocity[cell] = edit.velocity_midi / MAX_VELOCITY_MIDI
        microtiming[cell] = edit.ticks / MAX_MICROTIMING_TICKS if hit else 0
    ornament = groove.ornament * note
    return replace(groove, note=note, velocity=velocity, microtiming=microtiming, ornament=ornament)


def with_ornaments(groove: Groove, ornaments: ArrayLike | None) -> Groove:
    """Give the hits of `groove` the `ornaments` [32, 7] of their cells (None: as they are).

    Raises
    ------
    InvalidPatternError
        If they are not 0 (none), 1 (flam) and 2 (drag).
    """
    if ornaments is None:
        return groove
    return replace(groove, ornament=validate_ornaments(ornaments) * groove.note)


def layer_of(groove: Groove, template: ArrayLike | None, layer: str) -> Groove:
    """Return `groove` as far as `layer` of the two-step model; tempo and swing stay.

    Parameters
    ----------
    groove : Groove
    template : array [32, 7] of {0, 1, 2, 3} or None
        Needed for the layer `template` only.
    layer : str
        `template` (its cells, on the grid, and flat but for ghosts and accents), `notes` (the
        groove's hits, flat and on the grid), `velocity` (hits with their velocity, on the grid) or
        `microtiming` (everything).

    Raises
    ------
    InvalidInputError
        If the layer is none of these, or its template is missing or no template.
    """
    if layer not in LAYERS:
        raise InvalidGrooveError(f"the layer must be {', '.join(LAYERS)}")
    if layer == "microtiming":
        return groove
    on_grid = np.zeros_like(groove.microtiming)
    if layer == "velocity":
        return replace(groove, microtiming=on_grid)
    if layer == "notes":
        return replace(groove, velocity=FLAT_VELOCITY * groove.note, microtiming=on_grid)
    if template is None:
        raise InvalidGrooveError("the template layer needs a template")
    marks = validate_template(template)
    velocity = np.zeros_like(groove.velocity)
    for stress, loudness in STRESS_VELOCITIES.items():
        velocity[marks == stress] = loudness
    note = hits_of(marks).astype(np.float32)
    return replace(groove, note=note, velocity=velocity, microtiming=on_grid, ornament=on_grid)


def shape(
    groove: Groove,
    *,
    velocity_amount: float = 1.0,
    microtiming_amount: float = 1.0,
    row_feels: Mapping[str, RowFeel] | None = None,
    seed: int = 0,
    edits: Iterable[Edit] = (),
    ornaments: ArrayLike | None = None,
    layer: str = "microtiming",
    template: ArrayLike | None = None,
    swing: float | None = None,
    tempo_bpm: float | None = None,
) -> Groove:
    """Give `groove` swing and tempo where given, then apply all else in the order of arguments.

    `row_feels` are by drum name, and `seed` (the take's) says how what is loose strays.

    Raises
    ------
    InvalidInputError
        If an argument is out of its range; see the single functions.
    """
    played = replace(
        groove,
        swing=groove.swing if swing is None else swing,
        tempo_bpm=groove.tempo_bpm if tempo_bpm is None else tempo_bpm,
    )
    shaped = with_amounts(played, velocity_amount, microtiming_amount)
    shaped = with_row_feels(shaped, row_feels or {}, seed)
    shaped = with_ornaments(with_edits(shaped, edits), ornaments)
    return layer_of(shaped, template, layer)


def _in_range(value: object, name: str, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise InvalidGrooveError(f"an edit's {name} must be a whole number from {low} to {high}")
