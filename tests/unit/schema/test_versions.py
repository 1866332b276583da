"""Whatever a version so far has saved or shared opens, as it was; tests/cases/projects has it."""

import base64
import json
from pathlib import Path

import pytest

from pocket_studio.schema.link import link_to_project, project_to_link
from pocket_studio.schema.project_json import parse_project, project_to_json
from pocket_studio.schema.versions import VERSION

CASES = Path(__file__).parents[2] / "cases" / "projects"
PROJECTS = [
    pytest.param(json.loads(line), id=f"{path.stem} {json.loads(line)['name']}")
    for path in sorted(CASES.glob("version-*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
LINKED = [project for project in PROJECTS if project.values[0]["links"]]


def assert_says(project, expected):
    """Fields that `expected` has no word for, for they are newer, may say anything."""
    said = project_to_json(project)
    assert {name: said[name] for name in expected} | {"version": expected["version"]} == expected


@pytest.mark.parametrize("case", PROJECTS)
def test_a_file_opens_as_it_was(case):
    assert_says(parse_project(case["file"]), case["expected"])


@pytest.mark.parametrize("case", LINKED)
def test_links_open_as_they_were(case):
    for link in case["links"]:
        assert_says(link_to_project(link), case["expected"])


@pytest.mark.parametrize("case", LINKED)
def test_what_opens_can_be_shared_anew(case):
    project = parse_project(case["file"])
    assert link_to_project(project_to_link(project)) == project


def test_there_are_files_and_links_of_every_version():
    files = {project.values[0]["file"]["version"] for project in PROJECTS}
    assert files == set(range(1, VERSION + 1))
    links = [link for project in LINKED for link in project.values[0]["links"]]
    assert {base64.urlsafe_b64decode(link[:4])[0] for link in links} == {1, 2, 3, 4}
