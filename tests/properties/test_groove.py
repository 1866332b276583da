import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidGrooveError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import N_DRUMS

from .strategies import few, grooves


@few
@given(grooves())
def test_a_groove_made_of_its_own_matrices_is_equal(groove):
    assert Groove(groove.note, groove.velocity, groove.microtiming, groove.tempo_bpm) == groove


@few
@given(
    st.sampled_from([0, 1, 2]),
    st.integers(0, N_STEPS - 1),
    st.integers(0, N_DRUMS - 1),
    st.floats(width=32, allow_subnormal=False),
)
def test_one_bad_cell_spoils_a_groove(matrix, step, drum, value):
    matrices = np.zeros((3, N_STEPS, N_DRUMS), np.float32)
    matrices[:, step, drum] = 1.0, 0.5, 0.0
    matrices[matrix, step, drum] = value
    good = (value == 1, 0 < value <= 1, -1 <= value <= 1)[matrix]
    if good:
        assert Groove(*matrices).n_hits == 1
    else:
        with pytest.raises(InvalidGrooveError):
            Groove(*matrices)
