import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from handmade import groove_of, plain_template, played_beat

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CLOSED_HAT, DRUMS, KICK, N_DRUMS, SNARE
from pocket_studio.music.patterns import ACCENT
from pocket_studio.performance import MAX_SEED, Held, Morph, Take, after_edit, held_rows

TEMPLATE = plain_template()
SHAPE = TEMPLATE.shape
FUNK = {"genre": "funk"}


def refused(message, make, *arguments):
    with pytest.raises(InvalidRequestError, match=re.escape(message)) as caught:
        make(*arguments)
    assert "\n" not in str(caught.value)


# Takes


def test_a_take_holds_plain_numbers():
    take = Take(np.int64(3), np.arange(8), [None, -1, 4095, *[np.int8(0)] * 5])
    assert take == Take(3, tuple(range(8)), (None, -1, 4095, 0, 0, 0, 0, 0))
    assert all(type(code) is int for code in take.codes)
    assert Take() == Take(0, None, None)
    assert Take(MAX_SEED).seed == MAX_SEED
    with pytest.raises(FrozenInstanceError):
        take.seed = 1


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 1.0, True, None, "1", float("nan")])
def test_wrong_seeds_are_refused(seed):
    refused("the seed must be", Take, seed)


@pytest.mark.parametrize(
    "codes", [[0] * 7, [0] * 9, [64] * 8, [-1] * 8, [True] * 8, [1.0] * 8, "01234567", 5, [[0] * 8]]
)
def test_wrong_codes_are_refused(codes):
    refused("codes must be 8 whole numbers in 0..63, None where", Take, 0, codes)


@pytest.mark.parametrize("details", [[-2] * 8, [4096] * 8, [float("nan")] * 8, []])
def test_wrong_details_are_refused(details):
    refused("details must be 8 whole numbers in -1..4095, None where", Take, 0, None, details)


def test_after_an_edit_only_its_beats_are_open():
    after = TEMPLATE.copy()
    after[13, KICK] = after[14, SNARE] = 1
    said = Take(3, range(8), range(10, 18))
    edited = after_edit(Take(3), said, TEMPLATE, after)
    assert edited.codes is None
    assert edited.given == ((0, 1, 2, None, 4, 5, 6, 7), (10, 11, 12, None, 14, 15, 16, 17))
    chosen = Take(3, (None, None, None, 40, *[None] * 4))
    assert after_edit(chosen, said, TEMPLATE, after).given[0] == (0, 1, 2, 40, 4, 5, 6, 7)
    assert after_edit(Take(3), said, TEMPLATE, TEMPLATE).given == said.given
    assert after_edit(Take(3), edited, TEMPLATE, TEMPLATE) == edited
    assert after_edit(Take(3), said, TEMPLATE, ACCENT * TEMPLATE).given == said.given


# What is kept


def test_what_is_chosen_wins_over_what_is_kept():
    kept = ((1, 10), (2, 20), (3, -1), None, (5, 50), *[None] * 3)
    take = Take(3, (None, 9, 3, *[None] * 5), (None, None, None, None, 7, *[None] * 3), kept)
    codes, details = take.given
    assert codes == (1, 9, 3, None, 5, None, None, None)
    assert details == (10, None, -1, None, 7, None, None, None), "a detail goes with its code"
    assert Take(3).given == ((None,) * 8, (None,) * 8)
    assert Take(3, range(8)).given == (tuple(range(8)), (None,) * 8)


def test_what_is_kept_is_plain_numbers():
    take = Take(kept=np.array([[1, -1]] * 8))
    assert take == Take(kept=((1, -1),) * 8)
    assert all(type(number) is int for pair in take.kept for number in pair)
    assert hash(take) == hash(Take(kept=[[1, -1]] * 8))


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (5, "kept must be 8 pairs"),
        ([], "kept must be 8 pairs"),
        ([5] * 8, "kept must be 8 pairs"),
        ("01234567", "kept must be 8 pairs"),
        ([[1, 2, 3]] * 8, "kept must be 8 pairs"),
        ([[1, 2], [3], *[None] * 6], "kept must be 8 pairs"),
        ([[1, 2]] * 7, "kept codes must be 8 whole numbers"),
        ([[1, 2]] * 9, "kept codes must be 8 whole numbers"),
        ([[64, 2]] * 8, "kept codes must be 8 whole numbers in 0..63"),
        ([[1, 4096]] * 8, "kept details must be 8 whole numbers in -1..4095"),
        ([[1, True]] * 8, "kept details must be 8 whole numbers"),
        ([[1, None]] * 8, "a kept beat must have a code and a detail"),
        ([[None, 1]] * 8, "a kept beat must have a code and a detail"),
    ],
)
def test_wrong_kept_beats_are_refused(kept, message):
    refused(message, lambda: Take(kept=kept))


def test_a_morph_leads_to_what_the_other_take_keeps(studio):
    said = studio.groove(TEMPLATE, **FUNK, seed=5)
    kept = tuple(zip(said.codes, said.details, strict=True))
    morphed = studio.groove(TEMPLATE, **FUNK, seed=3, morph=Morph(Take(77, kept=kept), 1))
    assert (morphed.codes, morphed.details) == (said.codes, said.details)


# Held cells


def others_differ(one, other, cells, name):
    return not np.array_equal(getattr(one, name)[~cells], getattr(other, name)[~cells])


@pytest.fixture(scope="module")
def kept(studio):
    """A groove to hold rows of, with a hit softer than a played one can be."""
    groove = studio.groove(TEMPLATE, genre="funk", seed=3).groove
    velocity = groove.velocity.copy()
    step = int(groove.note[:, CLOSED_HAT].argmax())
    velocity[step, CLOSED_HAT] = 0.001
    return Groove(groove.note, velocity, groove.microtiming, 97)


def with_hat(groove, velocity_factor=1.0, later=0.0):
    """Return `groove` with other dynamics and timing in its closed hat."""
    velocity, microtiming = groove.velocity.copy(), groove.microtiming.copy()
    velocity[:, CLOSED_HAT] *= velocity_factor
    microtiming[:, CLOSED_HAT] += later * groove.note[:, CLOSED_HAT]
    return Groove(groove.note, velocity, microtiming.clip(-1, 1))


@pytest.mark.parametrize("seed", range(4))
def test_held_rows_come_out_exactly_and_the_rest_is_another_take(studio, kept, seed):
    held = held_rows(kept, ["closed_hat", "snare"])
    take = studio.groove(TEMPLATE, **FUNK, seed=10 + seed, held=held)
    for name in ("note", "velocity", "microtiming"):
        assert np.array_equal(
            getattr(take.groove, name)[held.cells], getattr(kept, name)[held.cells]
        )
    free = studio.groove(TEMPLATE, **FUNK, seed=10 + seed)
    assert (take.codes, take.details) == (free.codes, free.details)
    assert np.array_equal(take.groove.note[~held.cells], free.groove.note[~held.cells])
    assert take.groove.tempo_bpm == 120.0


def test_single_cells_and_rests_are_held(studio):
    ghost = groove_of((3, SNARE, 0.2, 0.4))
    cells = np.zeros(SHAPE, bool)
    cells[3, SNARE] = cells[0, KICK] = True
    groove = studio.groove(TEMPLATE, seed=1, held=Held(ghost, cells)).groove
    assert groove.velocity[3, SNARE] == np.float32(0.2)
    assert groove.microtiming[3, SNARE] == np.float32(0.4)
    assert groove.note[0, KICK] == 0


def test_the_rest_answers_what_is_held(studio, kept):
    """Louder or later hats change how the other drums are played, not only what they play."""
    base, soft, late = (
        studio.groove(TEMPLATE, **FUNK, seed=10, held=held_rows(groove, ["closed_hat"])).groove
        for groove in (kept, with_hat(kept, 0.4), with_hat(kept, later=0.4))
    )
    cells = held_rows(kept, ["closed_hat"]).cells
    assert np.array_equal(base.note, soft.note)
    assert others_differ(base, soft, cells, "velocity")
    assert others_differ(base, late, cells, "microtiming")


def test_nothing_held_changes_nothing(studio, kept):
    nothing = Held(kept, np.zeros(SHAPE, bool))
    assert (
        studio.groove(TEMPLATE, seed=2, held=nothing).groove
        == studio.groove(TEMPLATE, seed=2).groove
    )


def test_everything_held_is_the_groove_itself(studio, kept):
    held = held_rows(kept, DRUMS)
    assert held.cells.all()
    assert studio.groove(TEMPLATE, seed=2, held=held, tempo_bpm=97).groove == kept


def test_held_cells_are_their_own_copy():
    cells = np.zeros(SHAPE, bool)
    held = Held(played_beat(1), cells)
    cells[:] = True
    assert not held.cells.any()
    with pytest.raises(ValueError, match="read-only"):
        held.cells[0, 0] = True


@pytest.mark.parametrize(
    "cells",
    [np.zeros(SHAPE), np.zeros(SHAPE, int), np.zeros((7, 32), bool), True, None, [[True], []]],
    ids=["floats", "ints", "turned", "one", "none", "ragged"],
)
def test_wrong_cells_are_refused(cells):
    refused("the cells to hold must be a 32 x 7 matrix of bool", Held, played_beat(1), cells)


def test_wrong_grooves_and_rows_to_hold_are_refused():
    refused("the groove to hold must be a Groove", Held, TEMPLATE, np.zeros(SHAPE, bool))
    refused("the groove to hold must be a Groove", held_rows, None, ["kick"])
    for drums in (["cowbell"], [N_DRUMS], "kick", [["kick"]]):
        refused("a drum to hold must be one of kick", held_rows, played_beat(1), drums)
    refused("the drums to hold must be a list", held_rows, played_beat(1), 3)


# Morphs


def halfway(studio, amount, to, **controls):
    return studio.groove(TEMPLATE, **FUNK, seed=3, morph=Morph(to, amount), **controls)


@pytest.mark.parametrize("reference", [None, played_beat(3)], ids=["sampled", "transferred"])
def test_a_morph_ends_in_the_takes(studio, reference):
    to = Take(77, (None, 5, *[None] * 6), (None, 9, *[None] * 6))
    here = studio.groove(TEMPLATE, **FUNK, seed=3, reference=reference)
    there = studio.groove(
        TEMPLATE, **FUNK, seed=77, codes=to.codes, details=to.details, reference=reference
    )
    for amount, end in ((0, here), (1, there)):
        morphed = halfway(studio, amount, to, reference=reference)
        assert morphed.groove == end.groove
        assert (morphed.codes, morphed.details) == (end.codes, end.details)
        assert np.array_equal(morphed.z_velocity, end.z_velocity)
        assert np.array_equal(morphed.z_microtiming, end.z_microtiming)


@pytest.mark.parametrize(("amount", "n_beats"), [(0.0625, 1), (0.3, 2), (0.5, 4), (0.9, 7)])
def test_a_morph_switches_beat_by_beat(studio, amount, n_beats):
    here, there = (studio.groove(TEMPLATE, **FUNK, seed=seed) for seed in (3, 77))
    morphed = halfway(studio, amount, Take(77))
    for name in ("codes", "details"):
        one, other = getattr(here, name), getattr(there, name)
        assert getattr(morphed, name) == other[:n_beats] + one[n_beats:]


def test_a_morph_goes_gradually_from_feel_to_feel(studio):
    said = {"codes": range(8), "details": range(8)}
    to = Take(77, **said)

    def z(amount):
        played = studio.groove(TEMPLATE, **FUNK, seed=3, morph=Morph(to, amount), **said)
        return played.z_velocity

    here, there = z(0), z(1)
    distances = [np.linalg.norm(z(amount) - here) for amount in (0.1, 0.3, 0.6, 1)]
    assert distances == sorted(distances)
    assert np.linalg.norm(z(0.6) - there) < np.linalg.norm(here - there)


def test_a_morph_to_the_same_take_stays(studio):
    here = studio.groove(TEMPLATE, **FUNK, seed=3)
    morphed = halfway(studio, 0.4, Take(3))
    assert morphed.codes == here.codes
    assert morphed.z_velocity == pytest.approx(here.z_velocity, abs=1e-6)


def test_held_rows_stay_through_a_morph(studio, kept):
    held = held_rows(kept, ["snare"])
    groove = halfway(studio, 0.5, Take(77), held=held).groove
    assert np.array_equal(groove.velocity[:, SNARE], kept.velocity[:, SNARE])
    assert np.array_equal(
        groove.note[~held.cells], halfway(studio, 0.5, Take(77)).groove.note[~held.cells]
    )


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan"), float("inf"), True, None, "half"])
def test_wrong_amounts_are_refused(amount):
    refused("the morph's amount must be", Morph, Take(), amount)


def test_a_morph_needs_a_take():
    refused("the take to morph to must be a Take", Morph, 5, 0.5)
