"""What the documentation says exists. Links are checked by `make docs`."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = ("*.md", "docs/**/*.md", "checkpoints/*.md", "assets/**/*.md")
TEXTS = {
    str(path.relative_to(ROOT)): path.read_text() for place in PLACES for path in ROOT.glob(place)
}
README_BYTES = 6_000
# What stands for a name, is made by a command or lies in the user's folders.
PLACEHOLDERS = {"SPLIT.json", "NAME.toml", "config.json"}


def make_targets():
    makefile = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))


def identifiers():
    """Return every name that pocket_studio defines: classes, functions, parameters, fields."""
    names = set()
    for path in (ROOT / "pocket_studio").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.id if isinstance(node, ast.Name) else node.attr)
    return names


def symbol_rows(text):
    """Return {symbol: [code names]} of the table whose head begins with "| paper | code"."""
    rows = {}
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 2 or not line.strip().startswith("|"):
            inside = False
        elif cells[0].lower().startswith("paper") and cells[1].lower().startswith("code"):
            inside = True
        elif inside and set(cells[0]) - set("-: "):
            rows[cells[0]] = re.findall(r"`([A-Za-z_]\w*)`", cells[1])
    return rows


def test_the_readme_is_short():
    assert len(TEXTS["README.md"].encode()) <= README_BYTES


def test_make_commands_exist():
    named = {
        target
        for text in TEXTS.values()
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE)
    }
    assert {"run", "test", "check", "docs"} <= named
    assert named <= make_targets()


def test_targets_are_phony_and_described():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE).group(1).split())
    described = set(re.findall(r"^([a-z-]+):.*## \w", makefile, flags=re.MULTILINE))
    assert phony == make_targets() == described


def test_symbol_table_names_what_the_code_has():
    rows = symbol_rows(TEXTS["docs/model.md"])
    assert {"N", "V", "M", "P"} <= set(rows)
    assert all(rows.values())
    known = identifiers()
    assert {name for names in rows.values() for name in names} <= known


def test_the_symbol_search_can_fail():
    table = "| paper | code | shape |\n|---|---|---|\n| N | `note`, `nothing_like_it` | x |\n"
    assert symbol_rows(table) == {"N": ["note", "nothing_like_it"]}
    assert "note" in identifiers()
    assert "nothing_like_it" not in identifiers()


def files_named(text):
    """Return the files that are named as code: `schema/link.py` is one below any folder."""
    endings = "py|js|ts|css|html|sh|md|json|toml|txt|safetensors"
    names = re.findall(rf"(?<![\w./-])[\w./-]+\.(?:{endings})\b", " ".join(codes_in(text)))
    return {name for name in names if Path(name).name not in PLACEHOLDERS}


def codes_in(text):
    return re.findall(r"`([^`\n]+)`", text)


@pytest.fixture(scope="module")
def files():
    """Return all files of the checkout, as `/folder/name`, without what is made or installed."""
    made = {"build", "data", "node_modules", "runs"}
    tops = [path for path in ROOT.iterdir() if path.name[0] != "." and path.name not in made]
    below = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top])]
    return [f"/{file.relative_to(ROOT)}" for file in below]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_named_files_exist(name, files):
    missing = {
        named
        for named in files_named(TEXTS[name])
        if not any(file.endswith(f"/{named}") for file in files)
    }
    assert missing == set()


def test_the_search_for_files_finds_some():
    named = files_named(TEXTS["docs/decisions/0008-boundaries.md"])
    assert "research/evaluation/systems.py" in named


def test_modules_that_are_run_exist():
    run = {name for text in TEXTS.values() for name in re.findall(r"python -m ([\w.]+)", text)}
    assert "pocket_studio" in run
    assert [name for name in run if find_spec(name) is None] == []
