"""What each code says on its own (Figure 7)."""

import numpy as np
from numpy.typing import NDArray

from pocket_studio.model.choosing import Array
from pocket_studio.model.config import N_CODES
from pocket_studio.model.player import Known, Player
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import AUTO
from pocket_studio.performance.controls import (
    DEFAULT_GUIDANCE,
    DEFAULT_TEMPO_BPM,
    genre_vector,
)
from pocket_studio.performance.expressing import audible
from pocket_studio.performance.take import NO_DETAIL


def codebook(player: Player, genre: str) -> tuple[Groove, ...]:
    """Return each code without details in all eight beats, played as is most typical of `genre`.

    Raises
    ------
    InvalidRequestError
        If there is no such genre.
    """
    config, vector = player.config, genre_vector(genre)
    codes = np.full((config.codebook_size, N_CODES, config.n_codebooks), NO_DETAIL)
    codes[:, :, 0] = np.arange(config.codebook_size)[:, None]
    notes = player.hits(codes, np.zeros((len(codes), N_STEPS, N_DRUMS), np.float32))
    return tuple(_typical(player, note, vector) for note in notes)


def _typical(player: Player, hits: NDArray[np.bool_], genre: Array) -> Groove:
    nothing = np.zeros((2, *hits.shape), np.float32)
    patterns = np.full(nothing.shape, AUTO, np.int8)
    note = hits.astype(np.float32)
    known = Known(note, patterns, genre, DEFAULT_TEMPO_BPM, nothing[0] > 0, nothing)
    noise = np.zeros((2, N_CODES, player.config.z_size), np.float32)
    z = player.latents(noise, known, DEFAULT_GUIDANCE)
    velocity, microtiming = player.values(z, known, nothing)
    return Groove(note, audible(velocity, note), microtiming)
