"""`evaluate table1` killed at random moments, as a machine that goes away does it."""

import json
import subprocess
import sys
import time

import numpy as np
from handmade import small_corpus, write_cache

N_KILLS = 3
CLOCKED = ("scoring_s", "training_s", "duration_s")


def timeless(text):
    """Read results, without what a clock has measured."""
    return json.loads(
        text,
        object_hook=lambda found: {key: found[key] for key in found if key not in CLOCKED},
    )


def start(folder, data):
    arguments = ["evaluate", "table1", "--split", "0", "--budget", "fast", "--data", data]
    arguments += ["--rows", "knn", "one-step", "two-step-vae"]
    arguments += ["--results", folder / "results", "--runs", folder / "runs"]
    return subprocess.Popen([sys.executable, "-m", "pocket_studio", *map(str, arguments)])


def test_a_table_that_was_killed_at_random_ends_bit_by_bit_as_without(tmp_path):
    data = write_cache(small_corpus(), tmp_path / "groove.npz").parent
    started = time.monotonic()
    assert start(tmp_path / "whole", data).wait(timeout=300) == 0
    duration_s = time.monotonic() - started

    moments = sorted(np.random.default_rng().uniform(0, duration_s, N_KILLS))
    print("killed after", moments)
    for moment in moments:
        run = start(tmp_path / "killed", data)
        time.sleep(moment)  # the one moment that is nobody's state: any will do
        run.kill()
        run.wait()
    assert start(tmp_path / "killed", data).wait(timeout=300) == 0

    whole, killed = (
        (tmp_path / name / "results" / "fast" / "0.json").read_text()
        for name in ("whole", "killed")
    )
    assert timeless(killed) == timeless(whole)
    left = [path.name for path in (tmp_path / "killed" / "results" / "fast").iterdir()]
    assert sorted(name for name in left if not name.startswith(".0-")) == [".0.lock", "0.json"]
