"""What a caller may ask of a groove: genre, contours, codes, details and a reference."""

import numpy as np
import pytest
from handmade import groove_of, plain_template, played_beat

from pocket_studio.errors import (
    InvalidGrooveError,
    InvalidInputError,
    InvalidPatternError,
    InvalidRequestError,
)
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.grid import MAX_MICROTIMING_TICKS, N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CLOSED_HAT, KICK, N_DRUMS, SNARE
from pocket_studio.music.patterns import (
    AUTO,
    LAID_BACK,
    N_VELOCITY_CLASSES,
    ON_MICROTIMING,
    ON_TICKS,
    PUSHED,
    template_of,
    velocity_to_class,
)
from pocket_studio.research.metrics import note_f1_micro

TEMPLATE = plain_template()
EMPTY = np.zeros((N_STEPS, N_DRUMS))
SEEDS = range(8)


def test_genre_matters(studio):
    grooves = [
        studio.groove(TEMPLATE, genre=genre, seed=5).groove for genre in (ANY_GENRE, *GENRES)
    ]
    for number, groove in enumerate(grooves):
        assert all(groove != other for other in grooves[number + 1 :])


@pytest.mark.parametrize(("painted", "sign"), [(PUSHED, -1), (LAID_BACK, 1)])
def test_painted_timing_is_followed_by_every_hit(studio, painted, sign):
    pattern = np.full(N_STEPS, painted)
    for seed in SEEDS:
        groove = studio.groove(
            TEMPLATE, genre="rock", microtiming_pattern=pattern, seed=seed
        ).groove
        ticks = np.round(groove.microtiming * MAX_MICROTIMING_TICKS)[groove.note > 0]
        assert (sign * ticks > ON_TICKS).all()


def test_one_drum_may_be_painted_alone(studio):
    pattern = np.full((N_STEPS, N_DRUMS), AUTO)
    pattern[:, CLOSED_HAT] = LAID_BACK
    moved = []
    for seed in SEEDS:
        plain = studio.groove(TEMPLATE, genre="rock", seed=seed).groove
        late = studio.groove(TEMPLATE, genre="rock", microtiming_pattern=pattern, seed=seed).groove
        assert np.array_equal(plain.note, late.note)
        hats = late.note[:, CLOSED_HAT] > 0
        assert (late.microtiming[hats, CLOSED_HAT] > ON_MICROTIMING).all()
        others = np.delete(plain.microtiming - late.microtiming, CLOSED_HAT, 1)
        moved += np.abs(others[np.delete(plain.note, CLOSED_HAT, 1) > 0]).tolist()
    assert np.mean(moved) < 0.05


def test_timing_may_be_painted_in_part(studio):
    pattern = np.full(N_STEPS, AUTO)
    pattern[:16], pattern[16:] = PUSHED, LAID_BACK
    early, late = [], []
    for seed in SEEDS:
        m = studio.groove(TEMPLATE, microtiming_pattern=pattern, seed=seed).groove.microtiming
        early.append(m[:16][m[:16] != 0].max())
        late.append(m[17:][m[17:] != 0].min())
    assert max(early) < 0 < min(late)


@pytest.mark.parametrize("level", range(N_VELOCITY_CLASSES))
def test_painted_loudness_is_everyones(studio, level):
    for seed in SEEDS:
        groove = studio.groove(TEMPLATE, velocity_pattern=[level] * N_STEPS, seed=seed).groove
        velocity = np.round(groove.velocity[groove.note > 0] * 127) / 127
        assert (velocity_to_class(velocity) == level).all()


def test_density_asks_for_more_hits(studio):
    def added(density):
        grooves = [studio.groove(TEMPLATE, density=density, seed=seed).groove for seed in SEEDS]
        return np.mean([groove.n_hits for groove in grooves]) - TEMPLATE.sum()

    sparse, some, busy = (added(density) for density in (0, 12, 40))
    assert sparse < 6
    assert sparse + 4 < some < busy - 8


def test_guidance_of_0_does_not_hear_the_genre(studio):
    plain = studio.groove(TEMPLATE, seed=1)
    for guidance in (0.0, 4.0):
        played = [
            studio.groove(TEMPLATE, genre=genre, guidance=guidance, seed=1) for genre in GENRES
        ]
        assert ({take.codes for take in played} == {plain.codes}) == (guidance == 0)
        for name in ("velocity", "microtiming"):
            values = getattr(plain.groove, name)
            found = [getattr(take.groove, name) for take in played]
            close = all(np.allclose(value, values, atol=1e-3) for value in found)
            assert close == (guidance == 0), name


def test_humanity_is_how_far_hits_stray_from_the_middle(studio):
    def played(humanity, seed):
        said = {"codes": range(8), "details": range(8)}
        return studio.groove(TEMPLATE, humanity=humanity, seed=seed, **said)

    z = played(0, 1)
    middle, some, human = (played(humanity, 1).groove.velocity for humanity in (0.0, 0.5, 1.0))
    assert np.array_equal(middle, played(0, 1).groove.velocity)
    assert np.array_equal(z.z_velocity, played(1, 1).z_velocity)
    assert np.abs(some - middle).sum() < np.abs(human - middle).sum()


@pytest.mark.parametrize("name", ["velocity_pattern", "microtiming_pattern"])
def test_an_unpainted_pattern_is_none_at_all(studio, name):
    unpainted = {name: np.full(N_STEPS, AUTO)}
    assert (
        studio.groove(TEMPLATE, seed=2, **unpainted).groove
        == studio.groove(TEMPLATE, seed=2).groove
    )


def test_given_codes_are_decoded(studio):
    codes = [0, 9, 18, 27, 36, 45, 54, 63]
    performance = studio.groove(TEMPLATE, codes=codes, seed=1)
    assert performance.codes == tuple(codes)
    assert performance.groove != studio.groove(TEMPLATE, codes=codes[::-1], seed=1).groove
    sampled = studio.groove(TEMPLATE, genre="jazz", seed=4)
    again = studio.groove(TEMPLATE, genre="jazz", seed=4, codes=sampled.codes)
    assert again.groove == sampled.groove


def test_given_codes_and_details_leave_the_seed_only_feel(studio):
    take = studio.groove(TEMPLATE, genre="funk", seed=3)
    one, other = (
        studio.groove(TEMPLATE, codes=take.codes, details=take.details, seed=seed).groove
        for seed in (1, 2)
    )
    assert np.array_equal(one.note, take.groove.note)
    assert np.array_equal(other.note, take.groove.note)
    assert not np.array_equal(one.velocity, other.velocity)


def test_the_seed_chooses_the_details_of_given_codes(studio):
    takes = [studio.groove(TEMPLATE, codes=range(8), seed=seed) for seed in range(4)]
    assert {take.codes for take in takes} == {tuple(range(8))}
    assert len({take.details for take in takes}) > 1


def test_beats_without_a_code_are_sampled(studio):
    take = studio.groove(TEMPLATE, genre="funk", seed=4)
    nothing = [None] * 8
    assert studio.groove(TEMPLATE, genre="funk", seed=4, codes=nothing).groove == take.groove
    assert studio.groove(TEMPLATE, genre="funk", seed=4, details=nothing).groove == take.groove
    assert studio.groove(TEMPLATE, codes=range(8), details=nothing, seed=2).groove == (
        studio.groove(TEMPLATE, codes=range(8), seed=2).groove
    )


def test_given_beats_stay_and_only_later_ones_hear_them(studio):
    heard = set()
    for seed in SEEDS:
        free = studio.groove(TEMPLATE, genre="funk", seed=seed)
        codes, details = [None] * 8, [None] * 8
        codes[3], details[3] = (free.codes[3] + 7) % 64, 5
        locked = studio.groove(TEMPLATE, genre="funk", seed=seed, codes=codes, details=details)
        assert (locked.codes[3], locked.details[3]) == (codes[3], 5)
        assert locked.codes[:3] == free.codes[:3]
        assert locked.details[:3] == free.details[:3]
        heard |= {beat for beat in range(4, 8) if locked.codes[beat] != free.codes[beat]}
    assert heard


def test_a_locked_take_comes_back_whole(studio):
    take = studio.groove(TEMPLATE, genre="funk", seed=4)
    codes = (*take.codes[:5], None, *take.codes[6:])
    details = (*take.details[:5], None, *take.details[6:])
    again = studio.groove(TEMPLATE, genre="funk", seed=4, codes=codes, details=details)
    assert again.groove == take.groove
    rolls = [
        studio.groove(TEMPLATE, genre="funk", seed=seed, codes=codes, details=details)
        for seed in SEEDS
    ]
    assert {roll.codes[:5] + roll.codes[6:] for roll in rolls} == {take.codes[:5] + take.codes[6:]}
    assert len({(roll.codes[5], roll.details[5]) for roll in rolls}) > 1


def test_a_given_detail_of_minus_one_is_none(studio):
    take = studio.groove(TEMPLATE, codes=range(8), details=[-1] * 8)
    assert take.details == (-1,) * 8
    mixed = studio.groove(TEMPLATE, codes=range(8), details=[-1, None] * 4)
    assert mixed.details[::2] == (-1,) * 4
    assert all(0 <= detail < 4096 for detail in mixed.details[1::2])


def test_a_reference_fills_the_beats_that_are_not_given(studio):
    reference = played_beat(3)
    asked = {"reference": reference, "reference_notes": True, "seed": 1}
    plain = studio.groove(TEMPLATE, **asked)
    codes = [None, (plain.codes[1] + 1) % 64] + [None] * 6
    locked = studio.groove(TEMPLATE, codes=codes, **asked)
    assert locked.codes == (plain.codes[0], codes[1], *plain.codes[2:])
    assert locked.details[2:] == plain.details[2:]
    assert np.array_equal(locked.z_velocity, plain.z_velocity)  # noise on what the reference says


@pytest.mark.parametrize("details", [[0] * 7, [4096] * 8, [-2] * 8, [0.5] * 8, "abcdefgh"])
def test_wrong_details_are_refused(studio, details):
    with pytest.raises(InvalidRequestError, match="details must be 8 whole numbers"):
        studio.groove(TEMPLATE, codes=range(8), details=details)


def test_a_reference_carries_its_feel_onto_the_takes_own_notes(studio):
    plain, one = (studio.groove(TEMPLATE, seed=1, reference=r) for r in (None, played_beat(3)))
    assert (one.codes, one.details) == (plain.codes, plain.details)
    assert np.array_equal(one.groove.note, plain.groove.note)
    assert not np.allclose(one.z_velocity, plain.z_velocity)
    reference = groove_of((0, KICK, 0.9, 0.3), (9, SNARE, 0.2, 0))
    other = studio.groove(TEMPLATE, reference=reference, seed=1)
    assert not np.allclose(one.z_microtiming, other.z_microtiming)


def test_a_reference_brings_its_notes_if_asked(studio):
    asked = {"reference": played_beat(3), "reference_notes": True, "keep_sketch": False}
    takes = [studio.groove(template_of(played_beat(3)), seed=s, **asked) for s in (1, 2)]
    assert takes[0].codes == takes[1].codes
    assert note_f1_micro(played_beat(3).note[None], takes[0].groove.note[None]) > 0.85


def test_a_laid_back_reference_lays_back(studio):
    def lateness(microtiming):
        beat = played_beat(3)
        values = np.full_like(beat.microtiming, microtiming) * beat.note
        reference = Groove(beat.note, beat.velocity, values)
        takes = [studio.groove(TEMPLATE, reference=reference, seed=seed).groove for seed in SEEDS]
        return np.mean([take.microtiming[take.note > 0].mean() for take in takes])

    assert lateness(-0.5) < lateness(0.0) < lateness(0.5)


def test_inputs_are_not_changed(studio):
    template, pattern, codes = TEMPLATE.copy(), np.full(N_STEPS, 1), np.arange(8)
    studio.groove(template, velocity_pattern=pattern, microtiming_pattern=pattern, codes=codes)
    assert np.array_equal(template, TEMPLATE)
    assert (pattern == 1).all()
    assert codes.tolist() == list(range(8))


def test_lists_serve_as_arrays(studio):
    pattern = [2] * N_STEPS
    listed = studio.groove(TEMPLATE.tolist(), microtiming_pattern=pattern, codes=tuple(range(8)))
    arrays = studio.groove(TEMPLATE, microtiming_pattern=np.array(pattern), codes=np.arange(8))
    assert listed.groove == arrays.groove


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"template": np.zeros((16, 7))}, InvalidPatternError, "the template"),
        ({"template": EMPTY + np.nan}, InvalidPatternError, "the template"),
        ({"genre": "polka"}, InvalidRequestError, "the genre must be any, electronic"),
        ({"genre": None}, InvalidRequestError, "the genre"),
        ({"velocity_pattern": [5] * 32}, InvalidPatternError, "the velocity pattern"),
        ({"microtiming_pattern": [3] * 32}, InvalidPatternError, "the microtiming pattern"),
        ({"microtiming_pattern": [0] * 31}, InvalidPatternError, "the microtiming pattern"),
        ({"codes": [0] * 7}, InvalidRequestError, "codes must be 8"),
        ({"codes": [64] * 8}, InvalidRequestError, r"codes must be 8 whole numbers in 0\.\.63"),
        ({"codes": [-1] * 8}, InvalidRequestError, "codes"),
        ({"codes": [0.5] * 8}, InvalidRequestError, "codes"),
        ({"codes": ["a"] * 8}, InvalidRequestError, "codes"),
        ({"codes": [[1], [2, 3]]}, InvalidRequestError, "codes"),
        ({"codes": 5}, InvalidRequestError, "codes"),
        ({"codes": [True] * 8}, InvalidRequestError, "codes"),
        ({"codes": [None] * 7}, InvalidRequestError, "codes must be 8"),
        ({"codes": [None] * 7 + [64]}, InvalidRequestError, "codes must be 8"),
        ({"details": [None] * 7 + [1.0]}, InvalidRequestError, "details must be 8"),
        ({"details": [-2] * 8}, InvalidRequestError, r"details must be 8 whole numbers in -1"),
        ({"held": EMPTY > 0}, InvalidRequestError, "held must be a Held"),
        ({"morph": 0.5}, InvalidRequestError, "morph must be a Morph"),
        ({"reference": plain_template()}, InvalidRequestError, "the reference must be a Groove"),
        ({"reference_notes": 1}, InvalidRequestError, "reference_notes must be a bool"),
        ({"guidance": 4.5}, InvalidRequestError, r"the guidance must be in 0\.\.4"),
        ({"guidance": True}, InvalidRequestError, "the guidance must be a number"),
        ({"density": 65}, InvalidRequestError, r"the density must be in 0\.\.64"),
        ({"density": 1.5}, InvalidRequestError, "the density must be a whole number"),
        ({"humanity": -0.1}, InvalidRequestError, r"the humanity must be in 0\.\.1"),
        ({"humanity": float("nan")}, InvalidRequestError, "the humanity"),
        ({"velocity_pattern": [[0] * 6] * 32}, InvalidPatternError, "the velocity pattern"),
        ({"temperature": 0.0}, InvalidRequestError, r"the temperature must be in 0\.05\.\.2"),
        ({"temperature": float("nan")}, InvalidRequestError, "the temperature"),
        ({"temperature": "hot"}, InvalidRequestError, "the temperature must be a number"),
        ({"temperature": True}, InvalidRequestError, "the temperature"),
        ({"seed": -1}, InvalidRequestError, "the seed"),
        ({"seed": 2**31}, InvalidRequestError, "the seed"),
        ({"seed": 1.0}, InvalidRequestError, "the seed must be a whole number"),
        ({"seed": None}, InvalidRequestError, "the seed"),
        ({"tempo_bpm": 300}, InvalidGrooveError, "the tempo"),
        ({"tempo_bpm": float("nan")}, InvalidGrooveError, "the tempo"),
    ],
    ids=str,
)
def test_arguments_out_of_range_are_refused(studio, arguments, error, message):
    with pytest.raises(error, match=message) as caught:
        studio.groove(**{"template": TEMPLATE, **arguments})
    assert isinstance(caught.value, InvalidInputError)
    assert "\n" not in str(caught.value)
