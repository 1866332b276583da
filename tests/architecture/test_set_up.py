"""The set-up scripts, pins and CI's rules."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [Requirement(text) for text in sum(EXTRAS.values(), PROJECT["dependencies"])]


def lines(path):
    """Return the lines of a file of requirements, without comments."""
    plain = (line.partition("#")[0].strip() for line in (ROOT / path).read_text().splitlines())
    return [line for line in plain if line]


def locked(name):
    """Return the requirements of a lock by their packages' canonical names."""
    requirements = map(Requirement, lines(name))
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def here(requirement, extras=()):
    """Return whether a requirement is one on this machine."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": each}) for each in ("", *extras))


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_installed(name):
    pins = locked(name)
    assert len(pins) == len(lines(name)) > 50
    for package, requirement in pins.items():
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        if here(requirement):
            # A build of torch for one kind of machine adds "+cpu" or the like.
            assert version(package).partition("+")[0] == pin.version


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_its_packages_need(name):
    pins = locked(name)
    left_out = set(lines("scripts/lock-excludes.txt"))
    assert not left_out & set(pins)
    for package, requirement in pins.items():
        if here(requirement):
            for text in requires(package) or ():
                needed = Requirement(text)
                known = canonicalize_name(needed.name) in pins.keys() | left_out
                assert known or not here(needed), f"{package} needs {text}"


def test_locks_fit_the_ranges():
    of_studio, of_all = map(locked, LOCKS)
    assert of_studio.items() <= of_all.items()
    for requirement in DIRECT:
        (pin,) = of_all[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version)
    studio = map(Requirement, PROJECT["dependencies"] + EXTRAS["train"])
    assert {canonicalize_name(requirement.name) for requirement in studio} <= of_studio.keys()


def test_the_lock_forces_no_package_of_one_kind_of_machine():
    graphics = re.compile("nvidia|cuda|triton|rocm")
    assert [name for name in locked("requirements-dev.txt") if graphics.search(name)] == []


def test_the_space_runs_the_gradio_that_is_locked():
    text = (ROOT / "README.md").read_text()
    (asked,) = re.findall(r"^sdk_version: (\S+)$", text, flags=re.MULTILINE)
    assert str(locked("requirements.txt")["gradio"].specifier) == f"=={asked}"


def test_every_dependency_is_justified():
    text = (ROOT / "docs" / "decisions" / "0007-dependencies.md").read_text()
    described = set(re.findall(r"^\| ([\w.-]+) \| (>=[\d.]+,<[\d.]+) \|", text, flags=re.MULTILINE))
    ranges = (re.split("(?=>=)", text) for text in sum(EXTRAS.values(), PROJECT["dependencies"]))
    assert described == set(map(tuple, ranges))


def test_ci_calls_exactly_make_test():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make test"]
    assert "set -euo pipefail" in lines
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.sh")), ids=lambda p: p.name)
def test_scripts_are_sound_shell(script):
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0
    if script.name.startswith("install-"):
        assert os.access(script, os.X_OK)
        assert "set -eu" in script.read_text()


@pytest.fixture
def bare(tmp_path):
    """Return a copy of what the set-up reads and a folder of stand-in programs to put first."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "assets" / "soundfonts").mkdir(parents=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    # Only these exist there, so that the machine's own sudo, apt-get or fluidsynth is not found.
    for tool in ("sh", "dirname", "cat", "cksum", "id", "env", "uname", "grep", "echo"):
        (programs / tool).symlink_to(shutil.which(tool))
    return tmp_path


def program(folder, name, script):
    path = folder / "programs" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(folder, script, *arguments):
    environment = {"PATH": str(folder / "programs"), "HOME": str(folder)}
    command = [folder / "scripts" / script, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_without_rights_the_command_is_printed_and_set_up_goes_on(bare):
    program(bare, "id", "echo 1000")
    program(bare, "apt-get", "echo must not run; exit 1")
    result = run(bare, "install-sound.sh")
    assert result.returncode == 0
    assert "sudo apt-get update && sudo apt-get install -y fluidsynth" in result.stderr
    assert "must not run" not in result.stdout


def test_root_installs_fluidsynth_without_questions(bare):
    program(bare, "id", "echo 0")
    program(bare, "apt-get", f'echo "$DEBIAN_FRONTEND $@" >>{bare}/calls')
    assert run(bare, "install-sound.sh").returncode == 0
    assert (bare / "calls").read_text().splitlines() == [
        "noninteractive update",
        "noninteractive install -y --no-install-recommends fluidsynth fluid-soundfont-gm",
    ]


def test_a_failed_install_says_what_to_do(bare):
    program(bare, "id", "echo 0")
    program(bare, "apt-get", "exit 100")
    result = run(bare, "install-sound.sh")
    assert result.returncode == 0
    assert "could not be installed" in result.stderr


def test_nothing_is_installed_twice(bare):
    program(bare, "fluidsynth", "")
    program(bare, "apt-get", "echo must not run")
    (bare / "assets" / "soundfonts" / "mine.sf2").touch()
    result = run(bare, "install-sound.sh")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def fake_python(bare, name="python3", venv_works=True):
    """Put a stand-in Python there whose venvs log what is installed into them."""
    (bare / "venv-python").write_text(f'#!/bin/sh\necho "$@" >>{bare}/calls\n')
    (bare / "venv-python").chmod(0o755)
    make = f"mkdir -p .venv/bin; cp {bare}/venv-python .venv/bin/python" if venv_works else "exit 1"
    for tool in ("mkdir", "cp"):
        (bare / "programs" / tool).symlink_to(shutil.which(tool))
    program(bare, name, f'[ "$2" = venv ] || exit 0\n{make}')


def test_requirements_are_installed_once_and_again_when_they_change(bare):
    fake_python(bare)
    (bare / "requirements.txt").write_text("numpy==1\n")

    def installs():
        calls = (bare / "calls").read_text().splitlines()
        return [call for call in calls if " install " in call]

    for expected in (1, 1):
        assert run(bare, "install-python.sh", "requirements.txt").returncode == 0
        assert len(installs()) == expected
    (bare / "requirements.txt").write_text("numpy==2\n")
    assert run(bare, "install-python.sh", "requirements.txt").returncode == 0
    assert len(installs()) == 2


def test_a_failed_install_is_tried_again(bare):
    fake_python(bare)
    (bare / "requirements.txt").write_text("numpy==1\n")
    (bare / "venv-python").write_text('#!/bin/sh\n[ "$3" != install ]\n')
    assert run(bare, "install-python.sh", "requirements.txt").returncode != 0
    assert not list((bare / ".venv").glob("*.stamp"))


def test_too_old_a_python_is_said(bare):
    program(bare, "python3", "exit 1")
    result = run(bare, "install-python.sh")
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr


def test_missing_venv_module_names_its_package(bare):
    fake_python(bare, venv_works=False)
    program(bare, "python3", '[ "$2" = venv ] && exit 1\n[ "$1" = -c ] && echo python3.12')
    program(bare, "id", "echo 1000")
    program(bare, "apt-get", "")
    result = run(bare, "install-python.sh")
    assert result.returncode == 1
    assert "install -y python3.12-venv" in result.stderr


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
@pytest.mark.parametrize(
    "test",
    [
        "import pytest\ndef test():\n    pytest.skip('no sound')\n",
        "import pytest\npytest.importorskip('no_such_module')\ndef test(): pass\n",
    ],
    ids=["in-test", "in-module"],
)
def test_a_skip_fails_on_ci_only(tmp_path, test, ci, code):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text("def test_fine(): pass\n")
    (tmp_path / "test_two.py").write_text(test)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
    ]
    result = subprocess.run(
        [*command, tmp_path], env={**os.environ, "CI": ci}, capture_output=True, check=False
    )
    # A module that fails to be collected interrupts the run: pytest's exit code 2.
    assert min(result.returncode, 1) == code, result.stdout
