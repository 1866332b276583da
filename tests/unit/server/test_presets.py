"""The preset beats: what is written of them, and how each is played at first."""

import numpy as np
import pytest

from benchmarks.presets import MAX_RUN, longest_run, play
from pocket_studio.music.genres import GENRES
from pocket_studio.music.grid import MAX_SWING, N_STEPS, STRAIGHT
from pocket_studio.music.kit import N_DRUMS, SNARE
from pocket_studio.performance import MAX_SEED
from pocket_studio.schema.values import GENRE_CHOICES
from pocket_studio.server.presets import PRESETS

ALL = [preset for presets in PRESETS.values() for preset in presets]
each_preset = pytest.mark.parametrize("preset", ALL, ids=lambda preset: preset.name)


def test_every_genre_has_many():
    assert tuple(PRESETS) == GENRE_CHOICES
    assert sum(len(PRESETS[genre]) for genre in GENRES) >= 40
    assert all(len(PRESETS[genre]) >= 8 for genre in GENRES)


def test_names_and_sketches_are_unique():
    assert len({preset.name for preset in ALL}) == len(ALL)
    assert len({preset.template().tobytes() for preset in ALL}) == len(ALL)


@each_preset
def test_it_is_a_playable_sketch_in_range(preset):
    assert 60 <= preset.tempo_bpm <= 210
    assert STRAIGHT <= preset.swing <= MAX_SWING
    assert 0 <= preset.seed <= MAX_SEED
    assert all(len(row) == N_STEPS and set(row) <= {"x", "."} for row in preset.rows.values())
    bars = preset.template().reshape(2, N_STEPS // 2, N_DRUMS)
    assert (bars.sum(axis=(1, 2)) >= 4).all()
    assert preset.template()[0].any()


@each_preset
def test_its_sketch_is_a_backbone_without_rolls(preset):
    assert longest_run(preset.template()[:, SNARE] > 0) <= 2
    assert preset.template().sum() <= 64


@each_preset
def test_its_own_take_is_no_machine_gun(studio, preset):
    groove = play(studio, preset, preset.seed)
    assert longest_run(groove.note[:, SNARE] > 0) <= MAX_RUN, (
        "seeds are chosen for a checkpoint: python -m benchmarks.presets --choose"
    )


@pytest.mark.parametrize(
    ("hits", "run"),
    [("....", 0), ("x.x.", 1), ("xx..", 2), ("x..x", 2), ("xx.x", 3), ("xxxx", 4)],
)
def test_a_run_goes_on_around_the_loop(hits, run):
    assert longest_run(np.array([mark == "x" for mark in hits])) == run
