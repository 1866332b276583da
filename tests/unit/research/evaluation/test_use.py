"""Measures of use, on a studio whose answers are known, and on the shipped one."""

import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.music.genres import ANY_GENRE, GENRES, NO_GENRE
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.music.patterns import AUTO, PUSHED
from pocket_studio.research.evaluation.use import (
    edits,
    levels,
    painted_signs,
    painted_signs_of_one_drum,
    painted_velocity_classes,
    played_on,
    sketch_kept,
    sketches,
    use_scores,
)
from pocket_studio.research.evaluation.use_results import Signs, SketchKept, VelocityClasses
from pocket_studio.research.typed import to_json

CORPUS = small_corpus()
INDICES = np.array([0, 9, 20])
SKETCHES = sketches(CORPUS, INDICES, seed=5)


class Obedient:
    """Plays a template as it is asked for, velocity .5 and on the grid where nothing is painted.

    It leaves out what `drops` [32, 7] says where it need not keep the sketch. A beat whose code is
    free gets its number of template hits as a code.
    """

    def __init__(self, drops=None, obedience=1):
        self.drops, self.obedience, self.asked = drops, obedience, []

    def groove(self, template, *, codes=None, keep_sketch=True, **asked):
        self.asked.append({"template": template, "codes": codes, **asked})
        note = template.astype(np.float32)
        if not keep_sketch and self.drops is not None:
            note *= 1 - self.drops
        velocity_pattern, microtiming_pattern = (
            np.broadcast_to(np.reshape(asked.get(name, AUTO), (-1, width)), (32, 7))
            for name in ("velocity_pattern", "microtiming_pattern")
            for width in [7 if np.ndim(asked.get(name, AUTO)) == 2 else 1]
        )
        velocity = np.where(velocity_pattern == AUTO, 0.5, (velocity_pattern + 0.5) / 5)
        lateness = np.where(microtiming_pattern == AUTO, 0, microtiming_pattern - 1)
        counts = template.reshape(8, -1).sum(axis=1).tolist()
        given = codes or [None] * 8
        drawn = tuple(n if code is None else code for n, code in zip(counts, given, strict=True))
        microtiming = 0.3 * self.obedience * lateness
        groove = Groove(note, velocity * note, microtiming * note, asked["tempo_bpm"])
        return SimpleNamespace(groove=groove, codes=drawn, details=(-1,) * 8)


class Restless(Obedient):
    """Adds crashes, and plays louder and later, when it is given codes."""

    def groove(self, template, **asked):
        performance = super().groove(template, **asked)
        if asked.get("codes") is None:
            return performance
        note, velocity, microtiming = (
            getattr(performance.groove, name).copy() for name in ("note", "velocity", "microtiming")
        )
        note[0, 5] = note[31, 5] = 1  # at least one of them is not in the edited beat
        groove = Groove(note, (velocity + 0.25) * note, (microtiming + 0.125) * note)
        return SimpleNamespace(groove=groove, codes=performance.codes, details=performance.details)


def test_sketches_are_the_windows_templates_with_what_is_known_of_them():
    corpus = replace(CORPUS, genre=CORPUS.genre.copy())
    corpus.genre[9] = NO_GENRE
    asked = sketches(corpus, INDICES, seed=5)
    assert [sketch.seed for sketch in asked] == [5, 6, 7]
    for sketch, index in zip(asked, INDICES, strict=True):
        assert np.array_equal(sketch.template, corpus.template[index])
        assert sketch.tempo_bpm == 120
    assert [sketch.genre for sketch in asked] == [
        GENRES[corpus.genre[0]],
        ANY_GENRE,
        GENRES[corpus.genre[20]],
    ]
    studio = Obedient()
    asked[0].played(studio, humanity=0.5)
    (told,) = studio.asked
    assert (told["seed"], told["genre"], told["humanity"]) == (5, asked[0].genre, 0.5)


def test_hits_that_are_left_out_are_counted():
    drops = np.zeros((32, 7), np.float32)
    drops[:, CLOSED_HAT] = 1
    template = np.stack([sketch.template for sketch in SKETCHES])
    found = sketch_kept(Obedient(drops), SKETCHES)
    hats = template[:, :, CLOSED_HAT].sum() / template.sum()
    assert found == SketchKept(kept=1, free=pytest.approx(1 - hats))


def test_an_edit_that_stays_in_its_beat():
    studio = Obedient()
    found = edits(studio, SKETCHES, n_trials=7)
    assert asdict(found) == {
        "n_trials": 7,
        "cells_median": 0,
        "cells_max": 0,
        "velocity_mean": 0,
        "velocity_max": 0,
        "microtiming_mean": 0,
        "microtiming_max": 0,
    }
    assert [told["seed"] for told in studio.asked[::2]] == [5, 6, 7, 6, 7, 8, 7]
    for before, after in zip(studio.asked[::2], studio.asked[1::2], strict=True):
        assert before["seed"] == after["seed"]
        ((step, drum),) = np.argwhere(after["template"] != before["template"])
        assert drum == KICK
        assert after["template"][step, drum] == 1
        assert [beat for beat, code in enumerate(after["codes"]) if code is None] == [step // 4]


def test_an_edit_that_reaches_further_is_counted():
    found = edits(Restless(), SKETCHES, n_trials=10)
    assert 1 <= found.cells_median <= found.cells_max == 2
    assert found.velocity_mean == found.velocity_max == pytest.approx(0.25)
    assert found.microtiming_mean == found.microtiming_max == pytest.approx(0.125)


def test_a_sketch_without_room_for_a_kick_is_not_edited():
    full = replace(SKETCHES[0], template=np.ones_like(SKETCHES[0].template))
    assert edits(Obedient(), [full, SKETCHES[1]], n_trials=4).n_trials == 2
    assert edits(Obedient(), [full], n_trials=4).cells_max is None


def test_only_beats_that_were_edited_are_drawn_anew():
    studio, sketch = Obedient(), SKETCHES[0]
    before = sketch.performed(studio)
    template = sketch.template.copy()
    template[[5, 30], SNARE] ^= 1
    groove = played_on(studio, before, sketch, template)
    assert np.array_equal(groove.note, template)
    free = [None if beat in (1, 7) else code for beat, code in enumerate(before.codes)]
    assert studio.asked[-1]["codes"] == free
    assert [detail is None for detail in studio.asked[-1]["details"]] == [
        code is None for code in free
    ]


def test_levels_that_are_obeyed():
    expected = {
        "kick_level_1": 0.1,
        "snare_level_1": 0.1,
        "kick_level_5": 0.9,
        "snare_level_5": 0.9,
    }
    assert asdict(levels(Obedient(), SKETCHES)) == pytest.approx(expected)


@pytest.mark.parametrize(("obedience", "share"), [(1, 1), (0, 0), (-1, 0)])
def test_painted_signs_by_obedience(obedience, share):
    studio = Obedient(obedience=obedience)
    assert painted_signs(studio, SKETCHES) == Signs(pushed=share, laid_back=share)
    found = painted_signs_of_one_drum(studio, SKETCHES)
    for name in ("cymbal", "kick", "snare"):
        assert getattr(found, f"{name}_followed") == share
        assert getattr(found, f"{name}_others_moved") == 0


def test_a_drum_that_takes_the_others_along_is_noticed():
    class Leading(Obedient):
        def groove(self, template, **asked):
            pattern = asked.get("microtiming_pattern")
            if pattern is not None:
                (drum,) = np.flatnonzero((pattern != AUTO).any(axis=0))
                asked["microtiming_pattern"] = pattern[:, drum]
                assert (pattern[:, drum] >= PUSHED).all()
            return super().groove(template, **asked)

    found = painted_signs_of_one_drum(Leading(), SKETCHES)
    assert found.kick_followed == 1
    assert found.kick_others_moved == found.cymbal_others_moved == pytest.approx(0.3)


def test_painted_classes_are_random_by_beat_and_counted():
    studio = Obedient()
    assert painted_velocity_classes(studio, SKETCHES) == VelocityClasses(exact=1, within_one=1)
    patterns = [told["velocity_pattern"].reshape(8, 4) for told in studio.asked]
    assert all((pattern == pattern[:, :1]).all() for pattern in patterns)
    assert len({pattern.tobytes() for pattern in patterns}) == len(SKETCHES)

    class Deaf(Obedient):
        def groove(self, template, *, velocity_pattern, **asked):
            self.asked.append({"velocity_pattern": velocity_pattern})
            return super().groove(template, **asked)  # .5 everywhere, the middle class

    studio = Deaf()
    found = painted_velocity_classes(studio, SKETCHES)
    off_by = np.concatenate(
        [
            np.abs(told["velocity_pattern"][np.nonzero(sketch.template)[0]] - 2)
            for sketch, told in zip(SKETCHES, studio.asked[::2], strict=True)
        ]
    )
    assert found.exact == pytest.approx((off_by == 0).mean())
    assert found.within_one == pytest.approx((off_by <= 1).mean())


def test_nothing_played_counts_nothing():
    silent = [replace(SKETCHES[0], template=np.zeros_like(SKETCHES[0].template))]
    studio = Obedient()
    assert sketch_kept(studio, silent) == SketchKept(kept=None, free=None)
    assert painted_signs(studio, silent) == Signs(pushed=None, laid_back=None)
    assert painted_velocity_classes(studio, silent) == VelocityClasses(exact=None, within_one=None)
    assert set(vars(painted_signs_of_one_drum(studio, silent)).values()) == {None}
    assert set(vars(levels(studio, silent)).values()) == {None}


def test_all_measures_together_are_the_same_again():
    found = use_scores(Obedient(), CORPUS, INDICES, seed=5)
    assert found == use_scores(Obedient(), CORPUS, INDICES, seed=5)
    assert found.signs == painted_signs(Obedient(), SKETCHES)
    assert found.edits == edits(Obedient(), SKETCHES)
    assert found.edits.n_trials == 200
    json.loads(to_json(found), parse_constant=pytest.fail)


def test_the_shipped_studio_is_measured(studio):
    asked = SKETCHES[:1]
    assert sketch_kept(studio, asked).kept == 1
    assert edits(studio, asked, n_trials=2).n_trials == 2
    for measure in (levels, painted_signs, painted_signs_of_one_drum, painted_velocity_classes):
        assert None not in vars(measure(studio, asked)).values()
