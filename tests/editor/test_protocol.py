"""Whatever JSON can hold is either read or refused in one line; what is written is read back."""

import base64
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.editor import protocol
from pocket_studio.editor.presets import PRESETS
from pocket_studio.errors import InvalidInputError
from pocket_studio.grid import N_STEPS
from pocket_studio.groove import Groove
from pocket_studio.kit import DRUMS, N_DRUMS

PARSERS = (
    protocol.parse_groove_request,
    protocol.parse_render_request,
    protocol.parse_audition_request,
    protocol.parse_codebook_request,
    protocol.parse_upload,
    protocol.parse_export_request,
    protocol.parse_groove,
    protocol.parse_test_request,
    protocol.parse_clip_request,
    protocol.parse_answer_request,
)

ROW = "x..............." * 2
HIT = {"step": 3, "drum": "snare", "velocity": 0.5, "microtiming": -0.25}
GROOVE = {"tempo_bpm": 96.0, "hits": [HIT]}
REQUEST = {
    "template": {"kick": ROW},
    "genre": "funk",
    "velocity_pattern": "5.3." * 8,
    "microtiming_pattern": "<|>." * 8,
    "codes": [0, 63, 1, 2, 3, 4, 5, 6],
    "reference": GROOVE,
    "temperature": 0.7,
    "seed": 2**31 - 1,
    "tempo_bpm": 240,
}

# Any float, NaN and infinity included: Python's JSON reader lets them through.
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
KEYS = st.sampled_from(
    [*REQUEST, *HIT, *GROOVE, *DRUMS, "kit", "kind", "groove", "name", "content", "test", "other"]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(KEYS, inner, max_size=9),
    max_leaves=25,
)


def assert_one_line(error):
    text = str(error)
    assert text
    assert "\n" not in text
    assert len(text) < 300


@pytest.mark.parametrize("parse", PARSERS)
@given(data=ANYTHING)
def test_anything_is_read_or_refused_in_one_line(parse, data):
    try:
        parse(data)
    except InvalidInputError as error:
        assert_one_line(error)


@given(key=st.sampled_from(sorted(REQUEST)), value=ANYTHING)
def test_a_good_request_with_one_odd_field_is_read_within_its_ranges_or_refused(key, value):
    try:
        request = protocol.parse_groove_request({**REQUEST, key: value})
    except InvalidInputError as error:
        assert_one_line(error)
        return
    assert request.template.shape == (N_STEPS, N_DRUMS)
    assert request.genre in protocol.GENRE_CHOICES
    assert request.velocity_pattern.shape == request.microtiming_pattern.shape == (N_STEPS,)
    assert 0.05 <= request.temperature <= 2.0
    assert type(request.seed) is int
    assert 0 <= request.seed < 2**31
    assert 40 <= request.tempo_bpm <= 240
    assert request.codes is None or all(type(code) is int for code in request.codes)


@given(key=st.sampled_from(sorted(HIT)), value=ANYTHING)
def test_a_groove_with_one_odd_hit_is_valid_or_refused(key, value):
    try:
        groove = protocol.parse_groove({"tempo_bpm": 90, "hits": [{**HIT, key: value}]})
    except InvalidInputError as error:
        assert_one_line(error)
    else:
        assert groove.n_hits == 1


def test_a_full_request_is_read():
    request = protocol.parse_groove_request(REQUEST)
    assert request.template.sum() == 2
    assert request.velocity_pattern.tolist() == [4, -1, 2, -1] * 8
    assert request.microtiming_pattern.tolist() == [0, 1, 2, -1] * 8
    assert request.codes == (0, 63, 1, 2, 3, 4, 5, 6)
    assert request.reference.n_hits == 1
    assert (request.seed, request.temperature, request.tempo_bpm) == (2**31 - 1, 0.7, 240.0)


def test_all_but_the_template_may_be_left_out():
    request = protocol.parse_groove_request({"template": {}, "codes": None, "reference": None})
    assert request.codes is None
    assert request.reference is None
    assert request.template.sum() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("template", None),
        ("template", [[1] * 7] * 32),
        ("template", {"cowbell": ROW}),
        ("template", {"kick": "x" * 33}),
        ("template", {"kick": "X" * 32}),
        ("velocity_pattern", "6" * 32),
        ("velocity_pattern", [4] * 32),
        ("microtiming_pattern", "<" * 31),
        ("codes", [0] * 7),
        ("codes", [0] * 7 + [64]),
        ("codes", [0] * 7 + [True]),
        ("codes", [0] * 7 + [0.5]),
        ("codes", "01234567"),
        ("reference", []),
        ("temperature", 0.0),
        ("temperature", math.nan),
        ("temperature", True),
        ("temperature", "1"),
        ("seed", -1),
        ("seed", 2**31),
        ("seed", 10**400),
        ("seed", 1.5),
        ("seed", False),
        ("tempo_bpm", 39.9),
        ("tempo_bpm", math.inf),
        ("genre", "polka"),
        ("genre", ["funk"]),
    ],
)
def test_a_wrong_field_is_refused(field, value):
    with pytest.raises(InvalidInputError) as caught:
        protocol.parse_groove_request({**REQUEST, field: value})
    assert_one_line(caught.value)


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
        protocol.parse_groove({"tempo_bpm": 100, "hits": hits})


@given(st.data())
def test_a_groove_survives_the_way_to_the_browser_and_back(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    note = (rng.random((N_STEPS, N_DRUMS)) < data.draw(st.floats(0, 1))).astype(np.float32)
    velocity = note * rng.uniform(1 / 127, 1, note.shape)
    microtiming = note * rng.uniform(-1, 1, note.shape)
    groove = Groove(note, velocity, microtiming, data.draw(st.floats(40, 240)))
    again = protocol.parse_groove(protocol.groove_to_json(groove))
    assert np.array_equal(again.note, groove.note)
    assert np.abs(again.velocity - groove.velocity).max() < 1e-3
    assert np.abs(again.microtiming - groove.microtiming).max() < 1e-3
    assert again.tempo_bpm == groove.tempo_bpm


@pytest.mark.parametrize(
    "content", [None, 7, "not base64!", "a", "A" * (6 * 2**20), base64.b64encode(b"x") + b"=="]
)
def test_a_wrong_upload_is_refused(content):
    with pytest.raises(InvalidInputError) as caught:
        protocol.parse_upload({"name": "a.mid", "content": content})
    assert_one_line(caught.value)


def test_an_upload_is_read():
    content = base64.b64encode(b"MThd").decode()
    assert protocol.parse_upload({"name": "a.mid", "content": content}) == ("a.mid", b"MThd")


@pytest.mark.parametrize("genre", protocol.GENRE_CHOICES)
def test_every_genre_has_presets_that_are_playable_sketches(genre):
    assert 1 <= len(PRESETS[genre]) <= 3
    for preset in PRESETS[genre]:
        assert 40 <= preset.tempo_bpm <= 240
        template = preset.template()
        bars = template.reshape(2, 16, N_DRUMS)
        assert (bars.sum(axis=(1, 2)) >= 4).all()
        assert template[0].any()


def test_preset_names_are_unique():
    names = [preset.name for presets in PRESETS.values() for preset in presets]
    assert len(set(names)) == len(names)
