import numpy as np
import pytest
from handmade import groove_of, plain_template

from pocket_studio.errors import InvalidPatternError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import (
    CLOSED_HAT,
    CRASH,
    DRUMS,
    KICK,
    N_DRUMS,
    OPEN_HAT,
    RIDE,
    SNARE,
    TOM,
)
from pocket_studio.music.patterns import (
    AUTO,
    LAID_BACK,
    ON,
    PUSHED,
    Followed,
    dominant_cymbal,
    followed,
    microtiming_classes_of,
    microtiming_pattern_of,
    microtiming_pattern_to_text,
    rows_to_template,
    template_of,
    template_to_rows,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
    velocity_classes_of,
    velocity_pattern_of,
    velocity_pattern_to_text,
    velocity_to_class,
)

MIDI = 1 / 127


def steps_of(template, drum):
    return np.flatnonzero(template[:, drum]).tolist()


def test_only_kicks_louder_than_40_stay():
    groove = groove_of((0, KICK, 100 * MIDI, 0), (3, KICK, 40 * MIDI, 0), (6, KICK, 41 * MIDI, 0))
    assert steps_of(template_of(groove), KICK) == [0, 6]


def test_ghost_snares_go_and_backbeats_stay():
    groove = groove_of(
        (4, SNARE, 80 * MIDI, 0),
        (7, SNARE, 60 * MIDI, 0),  # below the mean of 100, 80 and 90
        (10, SNARE, 90 * MIDI, 0),  # as loud as the mean
        (12, SNARE, 100 * MIDI, 0),
        (20, SNARE, 90 * MIDI, 0),
        (28, SNARE, 30 * MIDI, 0),  # a ghost note on four
    )
    assert steps_of(template_of(groove), SNARE) == [4, 10, 12, 20]


def test_snares_without_a_backbeat_stay_if_loud():
    groove = groove_of(
        (2, SNARE, 70 * MIDI, 0), (9, SNARE, 50 * MIDI, 0), (14, SNARE, 20 * MIDI, 0)
    )
    assert steps_of(template_of(groove), SNARE) == [2, 9]


def test_a_snare_as_loud_as_equal_backbeats_stays_whatever_the_rounding():
    for velocity in range(41, 128):
        hits = [(step, SNARE, velocity * MIDI, 0) for step in (4, 10, 12, 20, 28)]
        assert steps_of(template_of(groove_of(*hits)), SNARE) == [4, 10, 12, 20, 28]


@pytest.mark.parametrize(("n_hits", "stride"), [(1, 2), (24, 2), (25, 1), (32, 1)])
def test_dominant_cymbal_plays_eighths_or_sixteenths(n_hits, stride):
    groove = groove_of(*((step, RIDE, 0.1, 0) for step in range(n_hits)), (0, TOM, 1.0, 0))
    template = template_of(groove)
    assert steps_of(template, RIDE) == list(range(0, N_STEPS, stride))
    assert template.sum() == N_STEPS // stride  # no tom


def test_other_cymbals_go():
    hats = [(step, CLOSED_HAT, 0.5, 0) for step in (0, 4)]
    template = template_of(groove_of(*hats, (0, CRASH, 1.0, 0), (6, OPEN_HAT, 1.0, 0)))
    assert {DRUMS[drum] for drum in np.flatnonzero(template.any(axis=0))} == {"closed_hat"}


def test_dominant_cymbal():
    assert dominant_cymbal(groove_of((0, KICK, 1, 0))) is None
    assert dominant_cymbal(groove_of((0, RIDE, 1, 0), (1, CLOSED_HAT, 1, 0))) == CLOSED_HAT
    assert dominant_cymbal(groove_of((0, RIDE, 1, 0), (1, RIDE, 1, 0), (2, CRASH, 1, 0))) == RIDE


@pytest.mark.parametrize(
    ("velocity", "velocity_class"),
    [
        (MIDI, 0),
        (0.2, 0),
        (0.21, 1),
        (0.4, 1),
        (0.41, 2),
        (0.6, 2),
        (0.61, 3),
        (0.8, 3),
        (0.81, 4),
        (1, 4),
    ],
)
def test_velocity_to_class(velocity, velocity_class):
    assert velocity_to_class(velocity) == velocity_class
    assert velocity_to_class(np.float32(velocity)) == velocity_class


def test_velocity_pattern_follows_the_dominant_cymbal_only():
    groove = groove_of(
        (0, CLOSED_HAT, 0.9, 0), (2, CLOSED_HAT, 0.3, 0), (4, RIDE, 0.5, 0), (6, KICK, 1, 0)
    )
    assert velocity_pattern_to_text(velocity_pattern_of(groove)) == "5.2" + 29 * "."


def test_without_a_cymbal_the_velocity_pattern_is_unpainted():
    assert (velocity_pattern_of(groove_of((0, KICK, 1, 0))) == AUTO).all()


def test_microtiming_pattern_is_the_sign_of_the_mean():
    groove = groove_of(
        (0, KICK, 1, -0.5),
        (0, SNARE, 1, 0.1),  # mean -0.2: early
        (1, KICK, 1, 0.2),
        (2, KICK, 1, 5 / 60),  # five ticks are on the beat, six are not
        (3, KICK, 1, -6 / 60),
        (5, KICK, 1, -5 / 60),
        (4, KICK, 1, 0.4),
        (4, SNARE, 1, -0.4),
    )
    pattern = microtiming_pattern_of(groove)
    assert pattern[:7].tolist() == [PUSHED, LAID_BACK, ON, PUSHED, ON, ON, AUTO]
    assert microtiming_pattern_to_text(pattern) == "<>|<||" + 26 * "."


def test_each_hit_has_its_own_classes():
    groove = groove_of((0, KICK, 0.9, -0.5), (0, SNARE, 0.2, 5 / 60), (3, CRASH, 0.5, 6 / 60))
    velocity, microtiming = velocity_classes_of(groove), microtiming_classes_of(groove)
    assert velocity.shape == microtiming.shape == (N_STEPS, N_DRUMS)
    assert np.argwhere(velocity != AUTO).tolist() == [[0, KICK], [0, SNARE], [3, CRASH]]
    assert velocity[[0, 0, 3], [KICK, SNARE, CRASH]].tolist() == [4, 0, 2]
    assert microtiming[[0, 0, 3], [KICK, SNARE, CRASH]].tolist() == [PUSHED, ON, LAID_BACK]
    assert ((microtiming == AUTO) == (velocity == AUTO)).all()


@pytest.mark.parametrize(
    "template",
    [
        np.zeros((32, 6)),
        np.zeros((16, 7)),
        np.zeros(224),
        np.full((32, 7), 4),
        np.full((32, 7), -1),
        np.full((32, 7), 0.5),
        np.full((32, 7), np.nan),
        np.full((32, 7), np.inf),
        "kick",
        None,
        [[1, 0], [1]],
    ],
)
def test_bad_templates_are_refused(template):
    with pytest.raises(InvalidPatternError, match=r"^the template"):
        validate_template(template)


@pytest.mark.parametrize(
    ("validate", "top"), [(validate_velocity_pattern, 4), (validate_microtiming_pattern, 2)]
)
def test_patterns_are_validated(validate, top):
    good = np.full(N_STEPS, AUTO)
    good[:2] = 0, top
    assert validate(good).tolist() == np.repeat(good[:, None], N_DRUMS, 1).tolist()
    of_each_drum = np.full((N_STEPS, N_DRUMS), AUTO)
    of_each_drum[3] = np.arange(N_DRUMS) % (top + 1)
    assert validate(of_each_drum).tolist() == of_each_drum.tolist()
    assert validate(of_each_drum).dtype == np.int8
    assert validate(None).tolist() == np.full((N_STEPS, N_DRUMS), AUTO).tolist()
    for bad in (
        np.full(N_STEPS, top + 1),
        np.full(N_STEPS, -2),
        np.full(N_STEPS, np.nan),
        np.full(N_STEPS, 0.5),
        np.full(N_STEPS, 1e300),
        np.zeros(31),
        np.zeros((32, 1)),
        np.zeros((7, 32)),
        np.zeros((1, 32, 7)),
        ["<"] * N_STEPS,
    ):
        with pytest.raises(InvalidPatternError, match="pattern"):
            validate(bad)
    of_each_drum[5, 6] = top + 1
    with pytest.raises(InvalidPatternError, match=f"must hold classes from -1 to {top}"):
        validate(of_each_drum)
    with pytest.raises(InvalidPatternError, match=r"must have shape \(32,\) or \(32, 7\)"):
        validate(np.zeros((32, 1)))


def test_template_is_copied():
    template = plain_template()
    validate_template(template)[0, 0] = 0
    assert template[0, 0] == 1


def test_rows_name_the_drums():
    rows = template_to_rows(plain_template())
    assert list(rows) == list(DRUMS)
    assert rows["kick"] == "x......." * 4
    assert rows["snare"] == "....x..." * 4
    assert rows["tom"] == "." * 32


def test_a_row_that_is_left_out_is_empty():
    template = rows_to_template({"snare": "x" + "." * 31})
    assert np.argwhere(template).tolist() == [[0, SNARE]]
    assert rows_to_template({}).shape == (N_STEPS, N_DRUMS)


@pytest.mark.parametrize(
    "rows",
    [
        {"cowbell": "." * 32},
        {"kick": "." * 31},
        {"kick": "." * 33},
        {"kick": "G" * 32},
        {"kick": ["x"] * 32},
        {"kick": None},
        {0: "." * 32},
        ["." * 32],
        "kick",
        None,
    ],
)
def test_bad_rows_are_refused(rows):
    with pytest.raises(InvalidPatternError, match="template"):
        rows_to_template(rows)


def columns(pattern):
    """Return the one column that all drums of `pattern` have."""
    assert pattern.shape == (N_STEPS, N_DRUMS)
    assert (pattern == pattern[:, :1]).all()
    return pattern[:, 0].tolist()


def test_texts_of_patterns():
    velocity = columns(text_to_velocity_pattern("12345." + 26 * "."))
    assert velocity == [0, 1, 2, 3, 4, *[AUTO] * 27]
    timing = columns(text_to_microtiming_pattern("<|>." + 28 * "."))
    assert timing == [PUSHED, ON, LAID_BACK, *[AUTO] * 29]
    assert set(columns(text_to_velocity_pattern(None))) == {AUTO}
    assert set(columns(text_to_microtiming_pattern(None))) == {AUTO}


def test_a_text_for_each_drum():
    rows = {"kick": "5" + 31 * ".", "tom": 31 * "." + "1"}
    pattern = text_to_velocity_pattern(rows)
    assert np.argwhere(pattern != AUTO).tolist() == [[0, KICK], [31, TOM]]
    assert (pattern[0, KICK], pattern[31, TOM]) == (4, 0)
    assert velocity_pattern_to_text(pattern) == rows
    assert velocity_pattern_to_text(text_to_velocity_pattern({**rows, "ride": "." * 32})) == rows
    timing = {"snare": "<|>." * 8}
    assert microtiming_pattern_to_text(text_to_microtiming_pattern(timing)) == timing
    assert microtiming_pattern_to_text(text_to_microtiming_pattern({})) == "." * 32


def test_drums_that_are_all_alike_are_one_text():
    same = dict.fromkeys(DRUMS, "3." * 16)
    assert velocity_pattern_to_text(text_to_velocity_pattern(same)) == "3." * 16
    assert velocity_pattern_to_text(np.full(N_STEPS, 2)) == "3" * 32
    assert microtiming_pattern_to_text(np.full((N_STEPS, N_DRUMS), ON)) == "|" * 32


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"cowbell": "." * 32}, "the rows of the velocity pattern are named kick, snare"),
        ({0: "." * 32}, "the rows of the velocity pattern are named kick, snare"),
        ({"kick": "." * 31}, "the velocity pattern must be 32 characters of .12345"),
        ({"kick": "." * 32, "snare": None}, "the velocity pattern must be 32 characters"),
    ],
)
def test_bad_texts_of_drums_are_refused(rows, message):
    with pytest.raises(InvalidPatternError, match=message):
        text_to_velocity_pattern(rows)


@pytest.mark.parametrize(
    "text", ["", "." * 31, "." * 33, "6" * 32, "0" * 32, 32, ["."] * 32, "\u0661" * 32, [["."]]]
)
def test_bad_texts_are_refused(text):
    with pytest.raises(InvalidPatternError, match="velocity pattern"):
        text_to_velocity_pattern(text)
    with pytest.raises(InvalidPatternError, match="microtiming pattern"):
        text_to_microtiming_pattern(text)


def pattern_of(*classes):
    """Return classes at the first steps, unpainted elsewhere."""
    return np.array([*classes, *[AUTO] * (N_STEPS - len(classes))], np.int8)


def test_followed_counts_the_painted_steps_only():
    asked = pattern_of(4, 4, 4, 4, AUTO, 0)
    got = pattern_of(4, 3, 1, AUTO, 2, 0)
    assert followed(asked, got) == Followed(n_asked=5, n_silent=1, n_same=2, n_within_one=3)


def test_a_step_is_followed_if_all_its_painted_hits_are():
    asked = np.full((N_STEPS, N_DRUMS), AUTO)
    got = np.full((N_STEPS, N_DRUMS), AUTO)
    asked[0, [KICK, SNARE]], got[0, [KICK, SNARE]] = 2, (2, 2)  # both the same
    asked[1, [KICK, SNARE]], got[1, [KICK, SNARE]] = 2, (2, 3)  # one of them only near
    asked[2, [KICK, SNARE]], got[2, [KICK, SNARE]] = 2, (2, 4)  # one of them far away
    asked[3, [KICK, SNARE]], got[3, [SNARE]] = 2, 2  # what has no hit does not count
    asked[4, KICK], got[4, SNARE] = 2, 2  # a hit of another drum is none of the painted ones
    asked[5, KICK], got[5, [KICK, SNARE]] = 2, (2, 4)  # nor does it have to follow
    assert followed(asked, got) == Followed(n_asked=6, n_silent=1, n_same=3, n_within_one=4)


def test_nothing_asked_is_nothing_followed():
    assert followed(pattern_of(), pattern_of(1, 2, 3)) == Followed(0, 0, 0, 0)


@pytest.mark.parametrize("wrong", [np.zeros(31), np.full(N_STEPS, 5), "." * N_STEPS])
def test_only_patterns_are_compared(wrong):
    with pytest.raises(InvalidPatternError, match="the pattern"):
        followed(pattern_of(), wrong)
    with pytest.raises(InvalidPatternError, match="the pattern"):
        followed(wrong, pattern_of())
