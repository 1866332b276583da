"""Small arrays made by hand."""

import numpy as np


def array(*cells, n=1, n_steps=4, n_drums=2):
    """Make an array [n, 4, 2] of cells (window, step, drum, value)."""
    values = np.zeros((n, n_steps, n_drums), np.float32)
    for *at, value in cells:
        values[tuple(at)] = value
    return values


NOTE = array((0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 1))
OTHER = array((0, 0, 0, 1), (0, 1, 1, 1), (0, 2, 0, 1))
VARYING = array((0, 0, 0, 0.2), (0, 0, 1, 0.5), (0, 1, 0, 0.9))
SILENCE = np.zeros_like(NOTE)
