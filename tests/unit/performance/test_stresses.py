"""Ghosts and accents, as the shipped model plays them."""

import numpy as np
import pytest
from handmade import plain_template

from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.music.patterns import ACCENT, GHOST, HIT
from pocket_studio.server.presets import PRESETS

PRESET_LIST = [preset for presets in PRESETS.values() for preset in presets]


def in_turns(template):
    """Make the hits of each row ghost, plain and accent in turn."""
    marks = template.copy()
    for drum in range(marks.shape[1]):
        steps = np.flatnonzero(template[:, drum])
        marks[steps, drum] = np.resize([GHOST, HIT, ACCENT], len(steps))
    return marks


def test_over_the_presets_accents_are_louder_than_plain_hits_and_these_than_ghosts(studio):
    heard = {GHOST: [], HIT: [], ACCENT: []}
    for preset in PRESET_LIST:
        marks = in_turns(preset.template())
        velocity = studio.groove(marks, tempo_bpm=preset.tempo_bpm).groove.velocity
        for stress, velocities in heard.items():
            velocities += velocity[marks == stress].tolist()
    assert min(len(velocities) for velocities in heard.values()) > 100
    assert min(heard[GHOST]) > 0.2
    assert max(heard[GHOST]) <= 0.4 + 1e-6
    assert min(heard[ACCENT]) > 0.8
    assert np.mean(heard[GHOST]) + 0.1 < np.mean(heard[HIT]) < np.mean(heard[ACCENT]) - 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_stress_changes_no_note_and_no_other_drum(studio, seed):
    template = plain_template()
    marks = template.copy()
    marks[np.flatnonzero(template[:, SNARE]), SNARE] = ACCENT
    plain = studio.groove(template, seed=seed)
    accented = studio.groove(marks, seed=seed)
    assert (accented.codes, accented.details) == (plain.codes, plain.details)
    assert np.array_equal(accented.groove.note, plain.groove.note)
    for drum in (KICK, CLOSED_HAT):
        assert np.array_equal(accented.groove.velocity[:, drum], plain.groove.velocity[:, drum])


def test_a_stress_stands_above_what_is_painted(studio):
    marks = plain_template()
    step = int(np.flatnonzero(marks[:, SNARE])[0])
    marks[step, SNARE] = GHOST
    groove = studio.groove(marks, velocity_pattern=np.full(32, 4)).groove
    assert groove.velocity[step, SNARE] <= 0.4 + 1e-6
    others = groove.velocity[(groove.note > 0) & (marks != GHOST)]
    assert others.min() > 0.8


def test_codes_can_be_chosen_for_a_sketch_with_stresses(studio):
    marks = in_turns(plain_template())
    played = studio.groove(marks, seed=3)
    choices = [
        studio.code_choices(each, played.codes, played.details, 2, seed=3)
        for each in (marks, plain_template())
    ]
    assert [each.code for each in choices[0]] == [each.code for each in choices[1]]
