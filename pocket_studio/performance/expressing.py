"""How a take is played: which notes sound, and the velocity and microtiming of each hit."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model.choosing import Array
from pocket_studio.model.player import Known, Player
from pocket_studio.music.patterns import AUTO
from pocket_studio.performance.drawing import Drawn, Feel, Window
from pocket_studio.performance.take import Held

MIN_VELOCITY: Final = 1 / 127


def sounding(
    player: Player, drawn: Drawn, window: Window, patterns: NDArray[np.int8], held: Held | None
) -> Known:
    """Return what VEL and TIME are told: the notes of the codes, the sketch and what is held."""
    asked = window.asked
    note = player.hits(drawn.codes[None], asked.template)[0] | window.sure
    cells, values = np.zeros_like(note), np.zeros((2, *note.shape), np.float32)
    if held is not None:
        note = np.where(held.cells, held.groove.note > 0, note)
        cells = held.cells & note
        values = np.stack([held.groove.velocity, held.groove.microtiming]) * cells
    return Known(note.astype(np.float32), patterns, asked.genre, asked.tempo_bpm, cells, values)


def express(
    player: Player,
    drawn: Drawn,
    window: Window,
    known: Known,
    feel: Feel | None,
    humanity: float,
) -> tuple[Array, Array, Array]:
    """Return z_V and z_M [2, 8, z], V and M [32, 7].

    z is the reference's if there is a `feel`, else the prior's. A drum without any paint plays as
    if nothing were painted: what is asked of the hats leaves kick and snare where they are.
    """
    luck = humanity * drawn.luck
    heard = min(window.guidance, 1.0)  # of the genre, by the decoders

    def played(known: Known) -> tuple[Array, Array]:
        if feel is None:
            z = player.latents(drawn.noise, known, window.guidance)
        else:
            z = feel.mean + drawn.noise * feel.deviation
        return z, player.values(z, replace(known, genre=heard * known.genre), luck)

    z, values = played(known)
    painted = (known.patterns != AUTO).any(1, keepdims=True)
    if painted.any() and not painted.all():
        unpainted = replace(known, patterns=np.full_like(known.patterns, AUTO))
        values = np.where(painted, values, played(unpainted)[1])
    return z, audible(values[0], known.note), values[1]


def audible(velocity: Array, note: Array) -> Array:
    """Return `velocity` [32, 7] where there is a `note`: none is silent, however softly played."""
    return np.clip(velocity, MIN_VELOCITY, 1) * note
