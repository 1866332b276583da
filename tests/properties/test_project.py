"""Projects survive files and links; whatever else is opened is refused in one line."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidInputError
from pocket_studio.music.kit import DRUMS
from pocket_studio.schema.link import (
    MAX_LINK_LENGTH,
    left_out_of_link,
    link_to_project,
    project_to_link,
)
from pocket_studio.schema.old_links import LAST_OLD_VERSION
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project, project_to_json

from .projects import linked_projects, projects
from .strategies import few

EXAMPLE = {
    "template": {"kick": "x..............." * 2},
    "takes": [{"seed": 1, "codes": [None] * 8, "details": [-1] * 8, "kept": [[5, -1]] * 8}],
    "locked_beats": [1],
    "locked_rows": {"snare": [[4, 100, 0]]},
    "row_feels": {"snare": {"offset_ms": 8, "loudness": 0.9, "looseness": 0.5}},
    "edits": [[0, "kick", 0, 0]],
    "ornaments": {"snare": "....f..........." * 2},
    "morph": {"to": 1, "amount": 0.5},
    "reference": {"name": "a", "groove": {"hits": []}},
    "levels": {"kick": 0.5},
    "muted": ["tom"],
    "velocity_pattern": {"kick": "5" * 32},
    "density": 12,
    "reference_notes": True,
    "kit": {"soundfont": None, "program": 8},
    "song": [{"name": "a", "repeats": 2, "groove": {"hits": []}}],
}
LINKED = {name: EXAMPLE[name] for name in EXAMPLE if name not in ("reference", "song")}
KEYS = st.sampled_from(
    [
        *(*EXAMPLE, *DRUMS, "format", "version", "checkpoint", "genre", "temperature", "take"),
        *("keep_sketch", "guidance", "humanity", "microtiming_pattern", "details", "kept"),
        *("solo", "tempo_bpm", "swing", "velocity_amount", "hits", "groove", "seed", "codes", "to"),
        *("offset_ms", "loudness", "looseness", "other"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(KEYS, inner, max_size=9),
    max_leaves=25,
)


def assert_one_line(error):
    assert str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 300


@few
@given(projects())
def test_a_project_survives_its_file(project):
    text = json.dumps(project_to_json(project), allow_nan=False)
    assert parse_project(json.loads(text)) == project


@few
@given(linked_projects())
def test_a_project_survives_its_link(project):
    link = project_to_link(project)
    assert link_to_project(link) == project
    assert len(link) <= MAX_LINK_LENGTH


@few
@given(ANYTHING)
def test_anything_is_a_project_or_refused_in_one_line(data):
    try:
        assert isinstance(parse_project(data), Project)
    except InvalidInputError as error:
        assert_one_line(error)


def paths(value, path=()):
    """Yield the way to each value inside `value`, itself included."""
    yield path
    children = value.items() if isinstance(value, dict) else ()
    children = enumerate(value) if isinstance(value, list) else children
    for key, child in children:
        yield from paths(child, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    inner = replaced(value[path[0]], path[1:], new)
    if isinstance(value, dict):
        return {**value, path[0]: inner}
    return [inner if index == path[0] else item for index, item in enumerate(value)]


@given(path=st.sampled_from(list(paths(EXAMPLE))), value=ANYTHING | st.just(10**400))
def test_a_good_project_with_one_odd_value_is_read_or_refused_in_one_line(path, value):
    try:
        project = parse_project(replaced(EXAMPLE, path, value))
    except InvalidInputError as error:
        assert_one_line(error)
    else:  # what was read can be saved and shared
        assert parse_project(json.loads(json.dumps(project_to_json(project)))) == project
        assert link_to_project(project_to_link(project)).takes == project.takes


@given(
    st.text(max_size=60)
    | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", max_size=60)
    | SCALARS
)
def test_any_other_text_is_no_link(text):
    with pytest.raises(InvalidInputError) as caught:
        link_to_project(text)
    assert_one_line(caught.value)


@few
@given(linked_projects(), st.data())
def test_a_link_that_was_cut_or_changed_is_refused(project, data):
    link = project_to_link(project)
    place = data.draw(st.integers(0, len(link) - 1))
    mark = data.draw(st.sampled_from("AZaz09-_. ").filter(lambda mark: mark != link[place]))
    longer = link + data.draw(st.sampled_from("AZaz09-_"))
    for damaged in (link[:place], link[:place] + mark + link[place + 1 :], longer):
        with pytest.raises(InvalidInputError) as caught:
            link_to_project(damaged)
        assert_one_line(caught.value)


def project_or_one_line(link):
    """Open a forged link: what it says, if anything, can be shared anew."""
    try:
        project = link_to_project(link)
    except InvalidInputError as error:
        assert_one_line(error)
    else:
        again = link_to_project(project_to_link(project))
        assert again == project or left_out_of_link(project)


@few
@given(st.binary(max_size=400), st.integers(1, LAST_OLD_VERSION))
def test_a_forged_old_link_is_a_project_or_refused_in_one_line(content, version):
    packed = bytes([version]) + zlib.crc32(content).to_bytes(4, "big") + content
    project_or_one_line(base64.urlsafe_b64encode(packed).decode().rstrip("="))


@few
@given(
    st.binary(max_size=400)
    | st.tuples(st.sampled_from(list(paths(LINKED))), ANYTHING).map(
        lambda change: zlib.compress(json.dumps(replaced(LINKED, *change)).encode(), wbits=-15)
    )
)
def test_a_forged_link_is_a_project_or_refused_in_one_line(content):
    start = bytes([LAST_OLD_VERSION + 1])
    packed = start + zlib.crc32(start + content).to_bytes(4, "big") + content
    project_or_one_line(base64.urlsafe_b64encode(packed).decode().rstrip("="))
