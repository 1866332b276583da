"""A groove on its way to a browser and back, and what no browser of ours sends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidInputError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.schema.groove_json import groove_to_json, parse_groove

HIT = {"step": 3, "drum": "snare", "velocity": 0.5, "microtiming": -0.25}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9
)


def assert_one_line(error):
    assert "\n" not in str(error)


@given(key=st.sampled_from(sorted(HIT)), value=ANYTHING)
def test_a_groove_with_one_odd_hit_is_valid_or_refused_in_one_line(key, value):
    try:
        groove = parse_groove({"tempo_bpm": 90, "hits": [{**HIT, key: value}]})
    except InvalidInputError as error:
        assert_one_line(error)
    else:
        assert groove.n_hits == 1


@given(key=st.sampled_from(["tempo_bpm", "swing", "hits"]), value=ANYTHING)
def test_a_groove_with_one_odd_field_is_valid_or_refused_in_one_line(key, value):
    try:
        groove = parse_groove({"hits": [HIT], key: value})
    except InvalidInputError as error:
        assert_one_line(error)
    else:
        assert 40 <= groove.tempo_bpm <= 240
        assert 0.5 <= groove.swing <= 0.75


@pytest.mark.parametrize(
    "hits",
    [
        [{**HIT, "velocity": 0}],
        [{**HIT, "velocity": 1.01}],
        [{**HIT, "microtiming": -1.01}],
        [{**HIT, "microtiming": math.nan}],
        [{**HIT, "step": 32}],
        [{**HIT, "step": True}],
        [{**HIT, "drum": 1}],
        [HIT, HIT],
        [None],
        [HIT] * 300,
        "hits",
        None,
    ],
)
def test_a_wrong_groove_is_refused(hits):
    with pytest.raises(InvalidInputError):
        parse_groove({"tempo_bpm": 100, "hits": hits})


@given(st.data())
def test_a_groove_survives_the_way_to_the_browser_and_back(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    note = (rng.random((N_STEPS, N_DRUMS)) < data.draw(st.floats(0, 1))).astype(np.float32)
    velocity = note * rng.uniform(1 / 127, 1, note.shape)
    microtiming = note * rng.uniform(-1, 1, note.shape)
    tempo_bpm, swing = data.draw(st.floats(40, 240)), data.draw(st.floats(0.5, 0.75))
    groove = Groove(note, velocity, microtiming, tempo_bpm, swing)
    again = parse_groove(groove_to_json(groove))
    assert np.array_equal(again.note, groove.note)
    assert np.abs(again.velocity - groove.velocity).max() < 1e-3
    assert np.abs(again.microtiming - groove.microtiming).max() < 1e-3
    assert (again.tempo_bpm, again.swing) == (groove.tempo_bpm, groove.swing)
