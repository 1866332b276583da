"""Each check gives the value back or one line that names the field and what it should be."""

import math

import pytest

from pocket_studio.errors import InvalidRequestError
from pocket_studio.schema.fields import (
    read_choice,
    read_integer,
    read_list,
    read_number,
    read_object,
    read_optional,
    read_text,
)

WRONG_NUMBERS = (None, True, "1", [1], math.nan, math.inf, -math.inf, 10**400, -0.01, 2.01)


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_a_wrong_number_is_refused(value):
    with pytest.raises(InvalidRequestError, match=r"^it must be a number from 0 to 2$"):
        read_number(value, "it", 0, 2)


def test_numbers_are_floats_and_whole_ones_are_integers():
    assert type(read_number(2, "it", 0, 2)) is float
    assert type(read_integer(2.0, "it", 0, 2)) is int
    with pytest.raises(InvalidRequestError, match=r"^it must be a whole number from 0 to 2$"):
        read_integer(0.5, "it", 0, 2)


@pytest.mark.parametrize(
    ("read", "wrong", "message"),
    [
        (lambda value: read_object(value, "it"), [], "it must be an object"),
        (lambda value: read_list(value, "it", 2), [1, 2, 3], "it must be a list of up to 2"),
        (lambda value: read_list(value, "it", 2), "ab", "it must be a list of up to 2"),
        (lambda value: read_list(value, "it", 2), {}, "it must be a list of up to 2"),
        (lambda value: read_text(value, "it", 2), "abc", "it must be a text of up to 2 characters"),
        (lambda value: read_text(value, "it", 2), 7, "it must be a text of up to 2 characters"),
        # No file can hold half a surrogate pair.
        (lambda value: read_text(value, "it", 2), "\ud800", "it must be a text"),
        (lambda value: read_choice(value, ("a", "b"), "it"), "c", "it must be one of a, b"),
        (lambda value: read_choice(value, ("a", "b"), "it"), ["a"], "it must be one of a, b"),
    ],
)
def test_a_wrong_field_is_refused_in_one_line(read, wrong, message):
    with pytest.raises(InvalidRequestError, match=f"^{message}"):
        read(wrong)


def test_good_fields_are_given_back():
    assert read_object({"a": 1}, "it") == {"a": 1}
    assert read_list([1, 2], "it", 2) == [1, 2]
    assert read_text("\U0001f941", "it", 1) == "\U0001f941"
    assert read_choice("a", ("a", "b"), "it") == "a"


def test_an_optional_field_is_parsed_if_it_is_there():
    assert read_optional({"a": "7"}, "a", int, 0) == 7
    assert read_optional({"a": None}, "a", int, 0) == 0
    assert read_optional({}, "a", int, 0) == 0
