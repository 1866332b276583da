"""Which library is imported where; `lint-imports` (make contract) checks the layers."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pocket_studio"

PLACES = {
    "torch": {"model", "research"},
    "onnx": {"model"},
    "onnxruntime": {"model"},
    "gradio": {"server", "cli"},
    "fluidsynth": {"sound"},
    "midi2audio": {"sound"},
    "mido": {"midi"},
    "pretty_midi": {"midi"},
    "matplotlib": {"exporting", "research", "server"},
}


def part_of(path):
    """Return the first name below pocket_studio: a module or a subpackage."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def users_of(library):
    return {part_of(path) for path in PACKAGE.rglob("*.py") if library in imported(path)}


@pytest.mark.parametrize(("library", "places"), PLACES.items(), ids=PLACES)
def test_library_is_imported_only_where_it_belongs(library, places):
    assert users_of(library) <= places


@pytest.mark.parametrize("library", ["torch", "gradio", "fluidsynth", "mido", "matplotlib"])
def test_the_search_finds_imports_at_all(library):
    assert users_of(library)


def test_no_module_is_a_drawer_for_odds_and_ends():
    names = {path.stem for path in PACKAGE.rglob("*")}
    assert not names & {"utils", "helpers", "common", "misc"}


def test_modules_stay_short():
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text().splitlines())
        for kind in ("py", "js", "css", "html")
        for path in PACKAGE.rglob(f"*.{kind}")
    }
    assert {name: n for name, n in lengths.items() if n > 300} == {}
