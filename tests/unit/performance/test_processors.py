"""The same seed plays the same groove on every processor."""

import json
import os
import subprocess
import sys

import pytest

PLAY = """
import json
from pocket_studio import Studio, rows_to_template
from pocket_studio.music.grid import MAX_MICROTIMING_TICKS

beats = (
    {"kick": "x.......x.x....." * 2, "snare": "....x.......x..." * 2, "closed_hat": "x." * 16},
    {"kick": "x..x..x...x..x.." * 2, "snare": "....x.......x..x" * 2, "ride": "x.x.x.xx" * 4},
    {},
)
studio = Studio.load()
played = []
for number, rows in enumerate(beats):
    for seed in range(8):
        one = studio.groove(
            rows_to_template(rows), seed=seed, genre=("any", "funk", "jazz")[(number + seed) % 3]
        )
        groove = one.groove
        played.append([
            one.codes,
            one.details,
            groove.note.astype(int).tolist(),
            (groove.velocity * 127).round().astype(int).tolist(),
            (groove.microtiming * MAX_MICROTIMING_TICKS).round().astype(int).tolist(),
        ])
print(json.dumps(played))
"""
SETS = (
    {},
    {
        "ATEN_CPU_CAPABILITY": "default",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    },
    {"ATEN_CPU_CAPABILITY": "avx2", "OPENBLAS_CORETYPE": "Haswell"},
    {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
)


@pytest.fixture(scope="module")
def played():
    """24 grooves under each of the sets of instructions, the machine's own first."""
    return [
        json.loads(
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", PLAY],
                env={**os.environ, **instructions},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for instructions in SETS
    ]


def test_a_seed_plays_the_same_whatever_the_processor_can_do(played):
    own, *others = played
    assert len({json.dumps(one) for one in own}) == len(own), "each seed and beat plays its own"
    assert [other == own for other in others] == [True] * len(others)
