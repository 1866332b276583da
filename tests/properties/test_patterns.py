import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.errors import InvalidPatternError
from pocket_studio.grid import N_STEPS
from pocket_studio.kit import KICK, N_DRUMS, SNARE, TOM
from pocket_studio.patterns import (
    AUTO,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
    dominant_cymbal,
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
    velocity_pattern_of,
    velocity_pattern_to_text,
)

from .strategies import few, grooves, patterns, templates


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
    assert np.array_equal(validate_velocity_pattern(velocity_pattern), velocity_pattern)
    assert np.array_equal(validate_microtiming_pattern(microtiming_pattern), microtiming_pattern)
    hit = groove.note.any(axis=1)
    assert np.array_equal(microtiming_pattern != AUTO, hit)
    assert (hit | (velocity_pattern == AUTO)).all()


@few
@given(grooves())
def test_deriving_does_not_change_the_groove(groove):
    before = (groove.note.copy(), groove.velocity.copy(), groove.microtiming.copy())
    template_of(groove)
    velocity_pattern_of(groove)
    microtiming_pattern_of(groove)
    for matrix, copy in zip(
        (groove.note, groove.velocity, groove.microtiming), before, strict=True
    ):
        assert np.array_equal(matrix, copy)


@few
@given(templates())
def test_template_rows_round_trip(template):
    rows = template_to_rows(template)
    assert np.array_equal(rows_to_template(rows), template)
    sounding = {name: row for name, row in rows.items() if "x" in row}
    assert np.array_equal(rows_to_template(sounding), template)


@few
@given(patterns(N_VELOCITY_CLASSES))
def test_velocity_pattern_text_round_trip(pattern):
    assert np.array_equal(text_to_velocity_pattern(velocity_pattern_to_text(pattern)), pattern)


@few
@given(patterns(N_MICROTIMING_CLASSES))
def test_microtiming_pattern_text_round_trip(pattern):
    text = microtiming_pattern_to_text(pattern)
    assert np.array_equal(text_to_microtiming_pattern(text), pattern)


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
            assert validate(pattern)[step] == value
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
            assert read(text).shape == (N_STEPS,)
        else:
            with pytest.raises(InvalidPatternError):
                read(text)
