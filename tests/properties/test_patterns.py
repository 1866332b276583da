import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidPatternError
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import KICK, N_DRUMS, SNARE, TOM
from pocket_studio.music.patterns import (
    ACCENT,
    AUTO,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
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
)

from .strategies import drum_patterns, few, grooves, patterns, templates


@few
@given(grooves())
def test_template_is_a_valid_reduction(groove):
    template = template_of(groove)
    assert np.array_equal(validate_template(template), template)
    for drum in (KICK, SNARE):
        assert (template[:, drum] <= groove.note[:, drum]).all()
    assert not template[:, TOM].any()
    assert set(np.flatnonzero(template.any(axis=0))) <= {KICK, SNARE, dominant_cymbal(groove)}


@few
@given(grooves())
def test_patterns_are_valid_and_painted_only_at_hits(groove):
    velocity_pattern = velocity_pattern_of(groove)
    microtiming_pattern = microtiming_pattern_of(groove)
    for validate, pattern in (
        (validate_velocity_pattern, velocity_pattern),
        (validate_microtiming_pattern, microtiming_pattern),
    ):
        assert (validate(pattern) == pattern[:, None]).all()
    hit = groove.note.any(axis=1)
    assert np.array_equal(microtiming_pattern != AUTO, hit)
    assert (hit | (velocity_pattern == AUTO)).all()


@few
@given(grooves())
def test_every_hit_has_a_class_that_follows_itself(groove):
    for classes_of, validate in (
        (velocity_classes_of, validate_velocity_pattern),
        (microtiming_classes_of, validate_microtiming_pattern),
    ):
        classes = classes_of(groove)
        assert np.array_equal(validate(classes), classes)
        assert np.array_equal(classes != AUTO, groove.note > 0)
        n = int(groove.note.any(axis=1).sum())
        assert followed(classes, classes) == Followed(n, 0, n, n)


@few
@given(
    patterns(N_VELOCITY_CLASSES) | drum_patterns(N_VELOCITY_CLASSES),
    drum_patterns(N_VELOCITY_CLASSES),
)
def test_what_followed_counts_are_parts_of_what_was_asked(asked, got):
    counted = followed(asked, got)
    assert 0 <= counted.n_same <= counted.n_within_one <= counted.n_asked - counted.n_silent
    assert counted.n_asked == (asked.reshape(N_STEPS, -1) != AUTO).any(axis=1).sum()


@few
@given(grooves())
def test_deriving_does_not_change_the_groove(groove):
    before = (groove.note.copy(), groove.velocity.copy(), groove.microtiming.copy())
    template_of(groove)
    velocity_pattern_of(groove)
    microtiming_pattern_of(groove)
    velocity_classes_of(groove)
    microtiming_classes_of(groove)
    for matrix, copy in zip(
        (groove.note, groove.velocity, groove.microtiming), before, strict=True
    ):
        assert np.array_equal(matrix, copy)


@few
@given(templates(ACCENT))
def test_template_rows_round_trip(template):
    rows = template_to_rows(template)
    assert np.array_equal(rows_to_template(rows), template)
    sounding = {name: row for name, row in rows.items() if set(row) != {"."}}
    assert np.array_equal(rows_to_template(sounding), template)


@few
@given(patterns(N_VELOCITY_CLASSES) | drum_patterns(N_VELOCITY_CLASSES))
def test_velocity_pattern_text_round_trip(pattern):
    text = velocity_pattern_to_text(pattern)
    of_all = validate_velocity_pattern(pattern)
    assert np.array_equal(text_to_velocity_pattern(text), of_all)
    assert isinstance(text, str) == (of_all == of_all[:, :1]).all()


@few
@given(patterns(N_MICROTIMING_CLASSES) | drum_patterns(N_MICROTIMING_CLASSES))
def test_microtiming_pattern_text_round_trip(pattern):
    of_all = validate_microtiming_pattern(pattern)
    text = microtiming_pattern_to_text(pattern)
    assert np.array_equal(text_to_microtiming_pattern(text), of_all)


@few
@given(
    st.integers(0, N_STEPS - 1),
    st.integers(0, N_DRUMS - 1),
    st.floats().filter(lambda value: value not in (0, 1)),
)
def test_one_bad_cell_spoils_a_template(step, drum, value):
    template = np.zeros((N_STEPS, N_DRUMS))
    template[step, drum] = value
    with pytest.raises(InvalidPatternError):
        validate_template(template)
    assert template[step, drum] == value or np.isnan(value)


@few
@given(st.integers(0, N_STEPS - 1), st.floats())
def test_one_bad_step_spoils_a_pattern(step, value):
    for validate, n_classes in (
        (validate_velocity_pattern, N_VELOCITY_CLASSES),
        (validate_microtiming_pattern, N_MICROTIMING_CLASSES),
    ):
        pattern = np.zeros(N_STEPS)
        pattern[step] = value
        if value in range(AUTO, n_classes):
            assert (validate(pattern)[step] == value).all()
        else:
            with pytest.raises(InvalidPatternError):
                validate(pattern)


@few
@given(st.text(max_size=40))
def test_text_is_read_or_refused(text):
    for read, marks in (
        (text_to_velocity_pattern, ".12345"),
        (text_to_microtiming_pattern, ".<|>"),
    ):
        if len(text) == N_STEPS and set(text) <= set(marks):
            assert read(text).shape == (N_STEPS, N_DRUMS)
        else:
            with pytest.raises(InvalidPatternError):
                read(text)
