"""Whatever JSON can hold is either read or refused in one line; what is written is read back."""

import base64
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidInputError
from pocket_studio.midi import GENERAL_MIDI
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.shaping import Edit
from pocket_studio.schema.parts import held_of
from pocket_studio.schema.requests import (
    CodebookRequest,
    CodeChoicesRequest,
    ExportRequest,
    GrooveRequest,
    OpenProjectRequest,
    OpenShareRequest,
    PatternsRequest,
    PlayProjectRequest,
    ReadMidiRequest,
    ShapeRequest,
    TakesRequest,
)
from pocket_studio.schema.sound_requests import AuditionRequest, RenderRequest
from pocket_studio.schema.values import GENRE_CHOICES
from pocket_studio.schema.words import read
from pocket_studio.server.listening.requests import AnswerRequest, ClipRequest, StartRequest

RECORDS = (
    GrooveRequest,
    TakesRequest,
    CodeChoicesRequest,
    PatternsRequest,
    ShapeRequest,
    CodebookRequest,
    RenderRequest,
    AuditionRequest,
    ReadMidiRequest,
    ExportRequest,
    OpenProjectRequest,
    PlayProjectRequest,
    OpenShareRequest,
    StartRequest,
    ClipRequest,
    AnswerRequest,
)

ROW = "x..............." * 2
HIT = {"step": 3, "drum": "snare", "velocity": 0.5, "microtiming": -0.25}
GROOVE = {"tempo_bpm": 96.0, "hits": [HIT]}
REQUEST = {
    "template": {"kick": ROW},
    "genre": "funk",
    "velocity_pattern": "5.3." * 8,
    "microtiming_pattern": {"kick": "<|>." * 8, "tom": ">" * 32},
    "codes": [0, 63, 1, 2, 3, 4, 5, 6],
    "reference": GROOVE,
    "temperature": 0.7,
    "seed": 2**31 - 1,
    "tempo_bpm": 240,
    "details": [-1, 4095, None, 2, 3, 4, 5, 6],
    "locked_rows": {"snare": [[4, 100, -60], [12, 127, 59]], "tom": []},
    "morph": {"to": {"seed": 3, "codes": [None] * 8, "details": None}, "amount": 0.5},
    "keep_sketch": False,
    "guidance": 3.25,
    "density": 12,
    "humanity": 0.5,
    "reference_notes": True,
    "kept": [[5, 7], [6, -1], *[None] * 6],
}
SHAPE_OF_CELLS = (N_STEPS, N_DRUMS)
RENDER = {
    "groove": GROOVE,
    "kit": 25,
    "soundfont": "FluidR3_GM",
    "levels": {"kick": 0.5},
    "click": True,
}
SHAPE = {
    "groove": GROOVE,
    "template": {"kick": ROW},
    "velocity_amount": 0.5,
    "microtiming_amount": 1.3,
    "edits": [[3, "kick", 127, 59], [4, "snare", 0, 0]],
    "layer": "velocity",
    "swing": 0.6,
    "tempo_bpm": 90,
}
EXPORT = {
    "kind": "midi",
    "sections": [{"groove": GROOVE, "repeats": 8, "name": "verse"}, {"groove": GROOVE}],
    "template": {"kick": ROW},
    "kit": 25,
    "soundfont": None,
    "levels": {"tom": 0},
    "genre": "jazz",
    "seed": 5,
    "lead": "count_in",
    "note_map": {"kick": 35},
    "tempo_bpm": 96.5,
    "edits": [[3, "kick", 127, 59]],
    "layer": "notes",
    "timing_zoom": True,
}
REQUESTS = (
    (GrooveRequest, REQUEST),
    (TakesRequest, {**REQUEST, "takes": [{"seed": 1}, {"seed": 2}]}),
    (CodeChoicesRequest, {**REQUEST, "details": [-1] * 8, "beat": 7}),
    (ShapeRequest, SHAPE),
    (RenderRequest, RENDER),
    (AuditionRequest, {"drum": "kick", "kit": 0, "velocity": 1}),
    (ReadMidiRequest, {"name": "a.mid", "content": "TVRoZA==", "bar": 4}),
    (ExportRequest, EXPORT),
    (ExportRequest, {"kind": "svg", "groove": GROOVE, "repeats": 8}),
    (PlayProjectRequest, {"project": {"template": {"kick": ROW}}}),
)

# Any float, NaN and infinity included: Python's JSON reader lets them through.
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
KEYS = st.sampled_from(
    [
        *(*REQUEST, *HIT, *GROOVE, *RENDER, *SHAPE, *EXPORT, *DRUMS),
        *("takes", "beat", "bar", "project", "text", "name", "content", "test", "other"),
    ]
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


@pytest.mark.parametrize("record", RECORDS)
@given(data=ANYTHING)
def test_anything_is_read_or_refused_in_one_line(record, data):
    try:
        read(record, data)
    except InvalidInputError as error:
        assert_one_line(error)


@pytest.mark.parametrize(("record", "request_"), REQUESTS)
@given(data=st.data(), value=ANYTHING)
def test_a_good_request_of_any_kind_with_one_odd_field(record, request_, data, value):
    read(record, request_)
    key = data.draw(st.sampled_from(sorted(request_)))
    try:
        read(record, {**request_, key: value})
    except InvalidInputError as error:
        assert_one_line(error)


@given(key=st.sampled_from(sorted(REQUEST)), value=ANYTHING)
def test_a_good_request_with_one_odd_field_is_read_within_its_ranges_or_refused(key, value):
    try:
        request = read(GrooveRequest, {**REQUEST, key: value})
    except InvalidInputError as error:
        assert_one_line(error)
        return
    assert request.template.shape == (N_STEPS, N_DRUMS)
    assert request.genre in GENRE_CHOICES
    assert request.velocity_pattern.shape == request.microtiming_pattern.shape == SHAPE_OF_CELLS
    assert 0.05 <= request.temperature <= 2.0
    assert 0 <= request.guidance <= 4
    assert request.density is None or 0 <= request.density <= 64
    assert 0 <= request.humanity <= 1
    assert type(request.take.seed) is int
    assert 0 <= request.take.seed < 2**31
    assert 40 <= request.tempo_bpm <= 240
    codes = request.take.codes
    assert codes is None or all(code is None or type(code) is int for code in codes)


def test_a_full_request_is_read():
    request = read(GrooveRequest, REQUEST)
    assert request.template.sum() == 2
    assert (request.velocity_pattern.T == [4, -1, 2, -1] * 8).all()
    assert request.microtiming_pattern[:, 0].tolist() == [0, 1, 2, -1] * 8
    assert (request.microtiming_pattern[:, 1:6] == -1).all()
    assert (request.microtiming_pattern[:, 6] == 2).all()
    assert request.take.codes == (0, 63, 1, 2, 3, 4, 5, 6)
    assert request.take.details == (-1, 4095, None, 2, 3, 4, 5, 6)
    assert request.take.kept == ((5, 7), (6, -1), *[None] * 6)
    assert request.reference.n_hits == 1
    assert (request.take.seed, request.temperature, request.tempo_bpm) == (2**31 - 1, 0.7, 240.0)
    assert held_of(request.locked_rows).cells.sum(axis=0).tolist() == [0, 32, 0, 0, 0, 0, 32]
    assert held_of(request.locked_rows).groove.microtiming[4, 1] == -1
    assert (request.morph.to.seed, request.morph.amount) == (3, 0.5)
    assert request.keep_sketch is False
    assert (request.guidance, request.density, request.humanity) == (3.25, 12, 0.5)
    assert request.reference_notes is True


def test_all_but_the_template_may_be_left_out():
    request = read(GrooveRequest, {"template": {}, "codes": None, "reference": None})
    assert (request.take.seed, request.take.codes, request.take.details) == (0, None, None)
    assert request.take.kept is None
    assert request.reference is request.morph is None
    assert held_of(request.locked_rows) is None
    assert request.template.sum() == 0
    assert request.keep_sketch is True
    assert (request.guidance, request.density, request.humanity) == (3, None, 1)
    assert request.reference_notes is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("template", None),
        ("template", [[1] * 7] * 32),
        ("template", {"cowbell": ROW}),
        ("template", {"kick": "x" * 33}),
        ("template", {"kick": "G" * 32}),
        ("velocity_pattern", "6" * 32),
        ("velocity_pattern", [4] * 32),
        ("microtiming_pattern", "<" * 31),
        ("microtiming_pattern", {"kick": "<" * 31}),
        ("microtiming_pattern", {"cowbell": "<" * 32}),
        ("codes", [0] * 7),
        ("codes", [0] * 7 + [64]),
        ("codes", [0] * 7 + [-1]),
        ("codes", [0] * 7 + [True]),
        ("codes", [0] * 7 + [0.5]),
        ("codes", "01234567"),
        ("kept", [[0, 0]] * 7),
        ("kept", [[0]] * 8),
        ("kept", [[0, 0, 0]] * 8),
        ("kept", [5] * 8),
        ("kept", [[64, 0]] * 8),
        ("kept", [[0, 4096]] * 8),
        ("kept", [[None, 0]] * 8),
        ("details", [0] * 7 + [-2]),
        ("details", [0] * 7 + [4096]),
        ("locked_rows", {"cowbell": []}),
        ("locked_rows", {"kick": [[0, 0, 0]]}),
        ("locked_rows", {"kick": [[0, 64, 60]]}),
        ("locked_rows", {"kick": [[0, 64, 0], [0, 65, 0]]}),
        ("morph", {"to": {"seed": 1}, "amount": 1.01}),
        ("morph", {"to": 1, "amount": 1}),
        ("reference", []),
        ("keep_sketch", 1),
        ("keep_sketch", "true"),
        ("guidance", 4.01),
        ("guidance", math.nan),
        ("density", -1),
        ("density", 64.5),
        ("density", True),
        ("humanity", 1.01),
        ("reference_notes", 0),
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
        read(GrooveRequest, {**REQUEST, field: value})
    assert_one_line(caught.value)


@pytest.mark.parametrize(
    ("record", "request_", "field", "value"),
    [
        (TakesRequest, REQUEST, "takes", [{"seed": 1}] * 5),
        (TakesRequest, REQUEST, "takes", None),
        (CodeChoicesRequest, {**REQUEST, "beat": 1}, "details", [1] * 7 + [None]),
        (CodeChoicesRequest, {**REQUEST, "beat": 1}, "codes", None),
        (CodeChoicesRequest, {**REQUEST, "details": [1] * 8}, "beat", 8),
        (ShapeRequest, SHAPE, "velocity_amount", 1.31),
        (ShapeRequest, SHAPE, "layer", "sound"),
        (ShapeRequest, SHAPE, "swing", 0.49),
        (ShapeRequest, SHAPE, "edits", [[0, "kick", 1, 0]] * 2),
        (RenderRequest, RENDER, "levels", {"kick": 1.01}),
        (RenderRequest, RENDER, "kit", 128),
        (RenderRequest, RENDER, "click", 1),
        (RenderRequest, RENDER, "soundfont", "x" * 81),
        (AuditionRequest, {"drum": "kick"}, "velocity", 0),
        (ReadMidiRequest, {"content": ""}, "bar", -1),
        (ReadMidiRequest, {"content": ""}, "part", -1),
        (ReadMidiRequest, {"content": ""}, "downbeat", -9),
        (ReadMidiRequest, {"content": ""}, "downbeat", 8),
        (ExportRequest, EXPORT, "sections", []),
        (ExportRequest, EXPORT, "sections", [{"groove": GROOVE}] * 17),
        (ExportRequest, EXPORT, "sections", [{"groove": GROOVE, "repeats": 9}]),
        (ExportRequest, EXPORT, "lead", "drumroll"),
        (ExportRequest, EXPORT, "note_map", {"kick": 128}),
        (ExportRequest, EXPORT, "note_map", {"cowbell": 1}),
        (ExportRequest, {"kind": "midi", "groove": GROOVE}, "repeats", 9),
        (ExportRequest, {"kind": "midi"}, "repeats", 1),
        (ExportRequest, {"kind": "png", "groove": GROOVE}, "timing_zoom", 1),
        (ExportRequest, {"kind": "png", "groove": GROOVE}, "layer", "whole"),
        (ExportRequest, {"kind": "png", "groove": GROOVE}, "edits", [[32, "kick", 1, 0]]),
        (OpenProjectRequest, {}, "content", "[" * 100_000),
        (OpenProjectRequest, {}, "content", "7"),
        (OpenProjectRequest, {}, "content", '{"template": {}, "version": 4}'),
        (OpenProjectRequest, {}, "content", '{"template": {}, "format": "other"}'),
        (OpenProjectRequest, {}, "content", " " * (2**20 + 1)),
        (OpenShareRequest, {}, "text", "AQ"),
    ],
)
def test_another_wrong_field_is_refused(record, request_, field, value):
    with pytest.raises(InvalidInputError) as caught:
        read(record, {**request_, field: value})
    assert_one_line(caught.value)


def test_takes_share_the_rest():
    takes = [{"seed": 5}, {"seed": 6, "codes": [1] * 8}]
    played = read(TakesRequest, {**REQUEST, "takes": takes})
    assert [(take.seed, take.codes) for take in played.takes] == [(5, None), (6, (1,) * 8)]
    assert played.genre == "funk"


def test_an_export_has_what_it_needs():
    request = read(ExportRequest, EXPORT)
    assert request.soundfont is None
    song = request.export
    assert [section.repeats for section in song.sections] == [8, 1]
    assert (song.edits, song.layer, song.timing_zoom) == ((Edit(3, 0, 127, 59),), "notes", True)
    assert song.note_map == (35, *GENERAL_MIDI[1:])
    assert song.levels == (1, 1, 1, 1, 1, 1, 0)
    loop = read(ExportRequest, {"kind": "midi", "groove": GROOVE, "repeats": 3})
    assert [section.repeats for section in loop.export.sections] == [3]


@pytest.mark.parametrize(
    "content", [None, 7, "not base64!", "a", "A" * (6 * 2**20), base64.b64encode(b"x") + b"=="]
)
def test_a_wrong_upload_is_refused(content):
    with pytest.raises(InvalidInputError) as caught:
        read(ReadMidiRequest, {"name": "a.mid", "content": content})
    assert_one_line(caught.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.mid", "a.mid"),
        (" a\n b.mid", "a b.mid"),
        ("鼓" * 200, "鼓" * 200),
        ("x" * 9000, "x" * 199 + "…"),
        ("a\ud800.mid", "a?.mid"),
    ],
)
def test_a_file_name_of_any_length_and_script_is_shortened_for_display(name, shown):
    assert read(ReadMidiRequest, {"name": name, "content": ""}).name == shown


def test_an_upload_is_read():
    content = base64.b64encode(b"MThd").decode()
    upload = read(ReadMidiRequest, {"name": "a.mid", "content": content, "bar": 3})
    assert (upload.name, upload.content, upload.bar) == ("a.mid", b"MThd", 3)
