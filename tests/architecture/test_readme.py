"""What the README says exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text()


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


def test_make_commands_exist(readme):
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"run", "test"} <= named
    assert named <= make_targets()


def test_targets_are_phony_and_described():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE).group(1).split())
    described = set(re.findall(r"^([a-z-]+):.*## \w", makefile, flags=re.MULTILINE))
    assert phony == make_targets() == described


def test_symbol_table_names_what_the_code_has(readme):
    rows = symbol_rows(readme)
    assert {"N", "V", "M", "P"} <= set(rows)
    assert all(rows.values())
    known = identifiers()
    assert {name for names in rows.values() for name in names} <= known


def test_the_symbol_search_can_fail():
    table = "| paper | code | shape |\n|---|---|---|\n| N | `note`, `nothing_like_it` | x |\n"
    assert symbol_rows(table) == {"N": ["note", "nothing_like_it"]}
    assert "note" in identifiers()
    assert "nothing_like_it" not in identifiers()


def test_files_and_links_exist(readme):
    targets = re.findall(r"\]\(([^)#\s]+)", readme)
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (ROOT / target).exists()] == []
