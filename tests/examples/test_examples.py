"""The examples run as they stand, one of which the README shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from editor.conftest import running_app
from handmade import played_beat

from pocket_studio import groove_to_midi, parse_project, read_track

ROOT = Path(__file__).parents[2]
EXAMPLES = {path.stem: path for path in (ROOT / "examples").glob("*.py")}


def run(folder, *arguments):
    command = [sys.executable, "-W", "error", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


def hits_in(path):
    return read_track(path).first_loop().n_hits


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("app")) as url:
        yield url


def test_every_example_is_run():
    tested = re.findall(r'EXAMPLES\["(\w+)"\]', Path(__file__).read_text())
    assert set(tested) == set(EXAMPLES)


def test_a_template_becomes_midi(tmp_path):
    run(tmp_path, EXAMPLES["template_to_midi"])
    assert hits_in(tmp_path / "groove.mid") > 10


def test_the_readme_shows_that_example():
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert EXAMPLES["template_to_midi"].read_text().partition('"""\n\n')[2] == lines


def test_the_feel_of_a_file_is_taken(tmp_path):
    reference = played_beat(1)
    (tmp_path / "reference.mid").write_bytes(groove_to_midi(reference))
    run(tmp_path, EXAMPLES["feel_of_a_file"], "reference.mid", "out.mid")
    played = read_track(tmp_path / "out.mid").first_loop()
    assert played.n_hits > 10
    assert played.tempo_bpm == pytest.approx(reference.tempo_bpm, abs=0.01)


def test_a_project_is_kept_and_linked(tmp_path):
    run(tmp_path, EXAMPLES["project_and_link"])
    project = parse_project(json.loads((tmp_path / "my.pocket.json").read_text()))
    assert (project.genre, project.swing) == ("electronic", 0.58)


def test_pretty_midi_is_softer(tmp_path):
    program = "import runpy, sys; print(runpy.run_path(sys.argv[1])['softer'].velocity.max())"
    loudest = run(tmp_path, "-c", program, EXAMPLES["with_pretty_midi"])
    assert 0 < float(loudest) <= 0.5


def test_the_api_is_asked(tmp_path, url):
    run(tmp_path, EXAMPLES["over_http"], url, "out.mid")
    assert hits_in(tmp_path / "out.mid") >= 8
