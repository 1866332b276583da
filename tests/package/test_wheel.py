"""The wheel, built from this tree and installed into an environment of its own.

The environment holds what the wheel asks for and nothing else: no torch, no test tools, nothing of
the checkout. To spare minutes, those packages are links to the ones installed here; that an index
has them, and that pip finds versions that fit together, is what `make lock` shows instead.
"""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
from email.parser import HeaderParser
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pretty_midi
import pytest
from editor.conftest import serving
from gradio_client import Client
from handmade import played_beat
from packaging.requirements import Requirement

from pocket_studio import __version__
from pocket_studio.cli.main import main
from pocket_studio.midi import groove_to_midi

ROOT = Path(__file__).parents[2]
TIM = Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")


def run(*command, **options):
    """Run a command and return what it printed; it fails the test if it fails."""
    finished = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", folder, ROOT)
    (path,) = folder.iterdir()
    return path


def below(folder):
    """Return the files below a folder of the checkout, relative to its top."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if path.parent.name != "__pycache__"}


@pytest.fixture(scope="module")
def metadata(wheel):
    with ZipFile(wheel) as file:
        name = f"pocket_studio-{__version__}.dist-info/METADATA"
        return HeaderParser().parsestr(file.read(name).decode())


def needed(requirements):
    """Return the installed distributions that `requirements` and those in turn ask for."""
    found = {}
    waiting = [(text, ("",)) for text in requirements]
    while waiting:
        text, extras = waiting.pop()
        wanted = Requirement(text)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": each}) for each in extras):
            continue
        installed = distribution(wanted.name)
        assert wanted.specifier.contains(installed.version, prereleases=True), text
        asked = (wanted.name.lower(), *sorted(wanted.extras))
        if asked not in found:
            found[asked] = installed
            waiting += [(each, ("", *wanted.extras)) for each in installed.requires or ()]
    return found.values()


@pytest.fixture(scope="module")
def programs(wheel, metadata, tmp_path_factory):
    """Return the folder of programs of an environment that has the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    for installed in needed(metadata.get_all("Requires-Dist")):
        tops = {file.parts[0] for file in installed.files}
        for top in tops - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(installed.locate_file(top))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    run(*pip, wheel)
    return python.parent


@pytest.fixture
def environment(tmp_path):
    """Return a new user's environment variables."""
    passed_on = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**passed_on, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}


def test_the_description_is_the_readme_without_the_front_matter(metadata):
    description = metadata.get_payload()
    assert description.startswith("# Pocket Studio\n")
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert re.findall(r"\]\((?!https?:|#).*?\)", description) == []  # they would lead nowhere


def test_all_files_of_the_package_and_the_weights_are_in_it(wheel):
    with ZipFile(wheel) as file:
        names = {name for name in file.namelist() if ".dist-info/" not in name}
    assert names == {*below("pocket_studio"), *(f"pocket_studio/{n}" for n in below("checkpoints"))}


def test_the_environment_has_neither_torch_nor_the_checkout(programs, environment, tmp_path):
    program = (
        "import importlib.util as util, pocket_studio as package\n"
        "print(package.__file__, *map(util.find_spec, ('torch', 'faiss', 'onnx', 'pytest')))"
    )
    place, *others = run(programs / "python", "-c", program, cwd=tmp_path, env=environment).split()
    assert Path(place).is_relative_to(programs.parent)
    assert others == ["None"] * 4


def test_it_plays_from_any_folder_what_the_checkout_plays(programs, environment, tmp_path):
    (tmp_path / "beat.mid").write_bytes(groove_to_midi(played_beat(1)))
    command = ("groove", "beat.mid", "out.mid", "--genre", "funk", "--seed", "7")
    said = run(programs / "pocket-studio", *command, cwd=tmp_path, env=environment)
    assert said.startswith("wrote out.mid: ")
    here = [str(tmp_path / name) for name in ("beat.mid", "here.mid")]
    assert main(["groove", *here, "--genre", "funk", "--seed", "7"]) == 0
    assert (tmp_path / "out.mid").read_bytes() == (tmp_path / "here.mid").read_bytes()


def test_it_serves_the_page_with_the_users_soundfonts(programs, environment, tmp_path):
    given, own = tmp_path / "given", tmp_path / "share" / "pocket-studio" / "soundfonts"
    for path in (given / "given.sf2", own / "own.sf2"):
        path.parent.mkdir(parents=True)
        shutil.copy(TIM, path)
    command = (programs / "pocket-studio", "serve", "--soundfonts", given)
    with serving(command, tmp_path / "log.txt", tmp_path, environment) as url:
        with urllib.request.urlopen(url) as response:  # noqa: S310  our own loopback address
            assert b"Pocket Studio" in response.read()
        client = Client(url, verbose=False)
        sounds = client.predict(api_name="/sounds")
        played = client.predict(template={"kick": "x...x...x...x..." * 2}, api_name="/groove")
    assert [each["name"] for each in sounds["soundfonts"]][:2] == ["given", "own"]
    assert played["groove"]["hits"]
    assert not (tmp_path / "data").exists()


def test_data_are_kept_in_the_users_folder(programs, environment, tmp_path):
    said = run(programs / "pocket-studio", "prepare", "--help", cwd=tmp_path, env=environment)
    assert str(tmp_path / "share" / "pocket-studio") in "".join(said.split())


@pytest.mark.parametrize("command", [("train",), ("evaluate",), ("report",)])
def test_research_says_what_it_needs(programs, environment, tmp_path, command):
    finished = subprocess.run(
        (programs / "pocket-studio", *command),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert (finished.returncode, finished.stdout) == (1, "")
    (line,) = finished.stderr.splitlines()
    assert line.startswith("error: there is no ")
    assert line.endswith("; run: pip install 'pocket-studio[train]'")
