"""Grooves, templates and patterns for hypothesis."""

import numpy as np
from handmade import groove_of
from hypothesis import settings
from hypothesis import strategies as st

from pocket_studio.music.grid import (
    MAX_SWING,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    N_STEPS,
    STRAIGHT,
)
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import AUTO
from pocket_studio.music.shaping import with_ornaments

few = settings(max_examples=40, deadline=None)

_drums = st.integers(0, N_DRUMS - 1)
_velocities = st.floats(0.001, 1.0)
_microtimings = st.floats(-1.0, 1.0)
straight = st.just(STRAIGHT)
swings = st.sampled_from([STRAIGHT, 2 / 3, 0.7, MAX_SWING]) | st.floats(STRAIGHT, MAX_SWING)
note_maps = st.lists(st.integers(0, 127), min_size=N_DRUMS, max_size=N_DRUMS) | st.lists(
    st.integers(36, 38), min_size=N_DRUMS, max_size=N_DRUMS
)


@st.composite
def grooves(draw, min_hits=0, swing=straight, ornamented=False):
    """Draw a groove of up to 40 hits, with flams and drags if it is `ornamented`."""
    cells = draw(
        st.sets(st.tuples(st.integers(0, N_STEPS - 1), _drums), min_size=min_hits, max_size=40)
    )
    hits = [(*cell, draw(_velocities), draw(_microtimings)) for cell in sorted(cells)]
    tempo_bpm = draw(st.floats(MIN_TEMPO_BPM, MAX_TEMPO_BPM))
    groove = groove_of(*hits, tempo_bpm=tempo_bpm, swing=draw(swing))
    return with_ornaments(groove, draw(templates(2)) if ornamented else None)


def templates(highest=1):
    cells = st.integers(0, highest)
    return st.lists(cells, min_size=N_STEPS * N_DRUMS, max_size=N_STEPS * N_DRUMS).map(
        lambda values: np.array(values, np.uint8).reshape(N_STEPS, N_DRUMS)
    )


def patterns(n_classes):
    classes = st.integers(AUTO, n_classes - 1)
    return st.lists(classes, min_size=N_STEPS, max_size=N_STEPS).map(
        lambda values: np.array(values, np.int8)
    )


def drum_patterns(n_classes):
    """Draw patterns [32, 7]: the same for every drum, or some cells painted."""
    cells = st.tuples(st.integers(0, N_STEPS - 1), _drums)
    painted = st.dictionaries(cells, st.integers(0, n_classes - 1), max_size=40)
    return patterns(n_classes).map(_for_every_drum) | painted.map(_with_cells)


def _for_every_drum(pattern):
    return np.repeat(pattern[:, None], N_DRUMS, 1)


def _with_cells(painted):
    pattern = np.full((N_STEPS, N_DRUMS), AUTO, np.int8)
    for cell, value in painted.items():
        pattern[cell] = value
    return pattern
