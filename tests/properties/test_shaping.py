"""Whatever is done to a groove after the model, it stays a groove, and neutral changes nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.music.feels import ROW_FEEL_RANGES, RowFeel, with_row_feels
from pocket_studio.music.kit import DRUMS
from pocket_studio.performance import MAX_SEED

from .strategies import few, grooves, swings

seeds = st.integers(0, MAX_SEED)


def row_feels():
    values = [st.floats(*limits) for limits in ROW_FEEL_RANGES.values()]
    feels = st.builds(RowFeel, *values)
    return st.dictionaries(st.sampled_from(DRUMS), feels)


@few
@given(grooves(swing=swings), row_feels(), seeds)
def test_a_felt_groove_has_the_same_hits_each_in_its_place(groove, feels, seed):
    felt = with_row_feels(groove, feels, seed)
    assert np.array_equal(felt.note, groove.note)
    for drum, name in enumerate(DRUMS):
        if name not in feels:
            assert np.array_equal(felt.velocity[:, drum], groove.velocity[:, drum])
            assert np.array_equal(felt.microtiming[:, drum], groove.microtiming[:, drum])
    assert with_row_feels(groove, feels, seed) == felt


@few
@given(grooves(swing=swings), seeds)
def test_a_neutral_feel_is_the_identity(groove, seed):
    assert with_row_feels(groove, dict.fromkeys(DRUMS, RowFeel()), seed) == groove
