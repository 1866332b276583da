"""The same seed gives the same groove, whatever loaded or ran before."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from handmade import TINY_BEATS, plain_template

from pocket_studio.model.checkpoint import load, save
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.model.trained import checkpoint_of
from pocket_studio.music.genres import GENRES
from pocket_studio.performance import Studio

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from handmade import plain_template
from pocket_studio import Studio
print(Studio.load(sys.argv[1]).groove(plain_template(), genre="funk", seed=7).codes)
"""


def tiny_studio(path):
    torch.manual_seed(0)
    usage = {genre: [0.0] * TINY_BEATS.codebook_size for genre in ("any", *GENRES)}
    save(checkpoint_of(BeatPocketVAE(TINY_BEATS), usage, {}), path)
    return Studio(load(path))


def test_a_reloaded_checkpoint_plays_the_same_groove(tmp_path):
    studio = tiny_studio(tmp_path / "tiny.safetensors")
    first = studio.groove(plain_template(), seed=7)
    np.random.seed(1)  # noqa: NPY002 - global random states are not to matter
    torch.manual_seed(1)
    again = Studio.load(tmp_path / "tiny.safetensors").groove(plain_template(), seed=7)
    assert again.groove == first.groove
    assert again.codes == first.codes


def test_another_process_plays_the_same_groove(tmp_path):
    studio = tiny_studio(tmp_path / "tiny.safetensors")
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "tiny.safetensors")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )
    codes = studio.groove(plain_template(), genre="funk", seed=7).codes
    assert finished.stdout.strip() == str(codes)
