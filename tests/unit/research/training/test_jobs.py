"""Parts trained in processes of their own."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from handmade import TINY_BEATS, small_corpus

from pocket_studio.errors import CheckpointError, TrainingError
from pocket_studio.research import corpus as corpora
from pocket_studio.research.training.jobs import train_parts
from pocket_studio.research.training.loop import state_path
from pocket_studio.research.training.parts import train_part
from pocket_studio.research.training.pocket_vae import pocket_vae_parts

from .conftest import CONFIG
from .results import assert_same_result

ROOT = Path(__file__).parents[4]

# It dies as soon as its first part is done: one worker trains the other, one has nothing to do.
PROGRAM = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from handmade import TINY_BEATS, small_corpus
from pocket_studio.research import corpus
from pocket_studio.research.training.jobs import train_parts
from pocket_studio.research.training.pocket_vae import pocket_vae_parts
from unit.research.training.conftest import CONFIG

def die(part):
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    cache, folder = map(Path, sys.argv[1:])
    note, vel, *_ = pocket_vae_parts(CONFIG, TINY_BEATS)
    never_stops = replace(note.training, patience=100_000)
    endless = replace(note, name="endless", epochs=100_000, training=never_stops)
    train_parts([vel, endless], corpus.load(cache), cache, folder, 2, die)
"""


@pytest.fixture(scope="module")
def together(corpus, parts, cache, tmp_path_factory):
    """The folder in which two processes trained all parts, and the order in which they ended."""
    parts_dir, ended = tmp_path_factory.mktemp("together"), []
    train_parts(parts[::-1], corpus, cache, parts_dir, 2, lambda part: ended.append(part.name))
    return parts_dir, ended


def test_the_cache_holds_the_corpus(corpus, cache):
    assert (corpora.load(cache).note == corpus.note).all()


def test_the_result_does_not_depend_on_the_number_of_processes(parts, unbroken, together):
    for part in parts:
        assert_same_result(part, together[0], unbroken)


def test_a_prior_is_trained_after_its_codes(together):
    assert sorted(together[1]) == ["expression", "note", "prior"]
    assert together[1].index("note") < together[1].index("prior")


def test_finished_parts_start_no_process(corpus, parts, unbroken, tmp_path):
    nowhere, ended = tmp_path / "none.npz", []
    train_parts(parts, corpus, nowhere, unbroken, 2, lambda part: ended.append(part.name))
    assert ended == []


def test_a_folder_of_other_settings_is_refused_before_anything_starts(
    corpus, parts, unbroken, tmp_path
):
    other = replace(parts[1], epochs=9)
    with pytest.raises(CheckpointError, match="other settings or data"):
        train_parts([other], corpus, tmp_path / "none.npz", unbroken)


def test_a_part_that_comes_apart_stops_the_others(corpus, cache, tmp_path):
    note, vel, *_ = pocket_vae_parts(CONFIG, TINY_BEATS)
    endless = replace(
        note, name="endless", epochs=100_000, training=replace(note.training, patience=100_000)
    )
    apart = replace(vel, training=replace(vel.training, peak_lr=1e30))
    with pytest.raises(TrainingError, match="the training came apart") as caught:
        train_parts([endless, apart], corpus, cache, tmp_path)
    assert "\n" not in str(caught.value)
    assert not state_path(tmp_path / apart.name).exists()


def test_a_cache_that_is_replaced_meanwhile_is_refused(parts, cache, tmp_path):
    other = small_corpus(7, n_extra=2)
    with pytest.raises(CheckpointError, match="other settings or data"):
        train_parts(parts, other, cache, tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_workers_end_with_a_killed_parent(corpus, cache, tmp_path):
    program = tmp_path / "killed.py"
    program.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, program, cache, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        start_new_session=True,
    ) as process:
        try:
            # The workers have its output open as well: it ends when the last of them does.
            process.communicate(timeout=90)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    vel = pocket_vae_parts(CONFIG, TINY_BEATS)[1]
    train_part(vel, corpus, tmp_path / "alone")
    assert_same_result(vel, tmp_path, tmp_path / "alone")  # what was saved is whole
