"""The reference that `docs/from_code.py` writes says all that the code has."""

import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from pocket_studio.schema.asked import Asked
from pocket_studio.server.endpoints import REQUESTS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def from_code():
    sys.path.insert(0, str(DOCS))
    import from_code

    sys.path.remove(str(DOCS))
    return from_code


@pytest.fixture(scope="module")
def sections(from_code):
    """Return the text of each endpoint and object by its name."""
    parts = re.split(r"^##+ (\S+)$", from_code.endpoints(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def names(section):
    return re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


def test_every_endpoint_has_every_field(sections):
    asked = {field.name for field in fields(Asked)}
    assert set(names(sections["Asked"])) == asked
    for name, request in REQUESTS.items():
        inherits = issubclass(request, Asked)
        told = {*names(sections[f"/{name}"]), *(asked if inherits else ())}
        assert told == {field.name for field in fields(request)}
        assert ("[asked](#asked)" in sections[f"/{name}"]) == inherits


def test_what_is_answered_is_described(sections):
    for name in REQUESTS:
        (answer,) = re.findall(r"^Answers \[(\w+)\]\(#\w+\)\.", sections[f"/{name}"], re.MULTILINE)
        assert names(sections[answer])


def test_links_lead_to_sections(sections):
    links = {link for text in sections.values() for link in re.findall(r"\]\(#(\w+)\)", text)}
    assert links <= {name.lower() for name in sections}


def test_ranges_and_defaults_are_said(sections):
    assert "| `tempo_bpm` | a number from 40 to 240 | `120.0` |" in sections["Asked"]
    assert '| `kind` | one of midi, wav, stems, png, svg | `"midi"` |' in sections["/export"]
    assert "| `density` | a whole number from 0 to 64 |  |" in sections["Asked"]
    assert (
        "| `codes` | a list of 8, each a whole number from 0 to 63 or null |  |"
        in sections["/groove"]
    )


def test_only_a_project_that_is_answered_is_any_object(sections):
    vague = [
        (name, field)
        for name, text in sections.items()
        for field in re.findall(r"^\| `(\w+)` \| an object \|", text, flags=re.MULTILINE)
    ]
    assert vague == [("ProjectAnswer", "project")]


def test_every_command_is_in_the_reference(from_code):
    text = from_code.commands()
    commands = re.findall(r"^## (\S+)$", text, flags=re.MULTILINE)
    assert {"serve", "groove", "groove-all", "train", "evaluate"} <= set(commands)
    assert all(f"usage: pocket-studio {name}" in text for name in commands)
    assert str(Path.home()) not in text
