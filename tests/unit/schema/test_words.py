"""Each check gives the value back or one line that names the field and what it should be."""

import math
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter

from pocket_studio.errors import InvalidRequestError
from pocket_studio.schema.values import Flag, Number, Whole
from pocket_studio.schema.words import Named, OneOf, Record, checked, read, record

WRONG_NUMBERS = (None, True, "1", [1], math.nan, math.inf, -math.inf, 10**400, -0.01, 2.01)

NUMBER = Annotated[Number, Field(ge=0, le=2), Named("it")]
WHOLE = Annotated[Whole, Field(ge=0, le=2), Named("it")]
TEXT = Annotated[str, Field(strict=True, max_length=2), Named("it")]
LIST = Annotated[list[int], Field(max_length=2), Named("it")]
CHOICE = Annotated[str, OneOf(("a", "b")), Named("it")]


@record("the inner one")
class Inner(Record):
    number: NUMBER
    whole: WHOLE | None = 2


@record()
class Outer(Record):
    inner: Inner
    choice: CHOICE = "a"


def check(kind, value):
    return checked(TypeAdapter(kind), value)


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_a_wrong_number_is_refused(value):
    with pytest.raises(InvalidRequestError, match=r"^it must be a number from 0 to 2$"):
        check(NUMBER, value)


@pytest.mark.parametrize("value", [*WRONG_NUMBERS, 0.5])
def test_a_wrong_whole_number_is_refused(value):
    with pytest.raises(InvalidRequestError, match=r"^it must be a whole number from 0 to 2$"):
        check(WHOLE, value)


def test_numbers_are_floats_and_whole_ones_are_integers():
    assert type(check(NUMBER, 2)) is float
    assert type(check(WHOLE, 2.0)) is int


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        (LIST, [1, 2, 3], "it must be a list of up to 2"),
        (LIST, "ab", "it must be a list of up to 2"),
        (LIST, {}, "it must be a list of up to 2"),
        (TEXT, "abc", "it must be a text of up to 2 characters"),
        (TEXT, 7, "it must be a text of up to 2 characters"),
        (TEXT, "\ud800", "it must be a text"),  # no file can hold half a surrogate pair
        (CHOICE, "c", "it must be one of a, b"),
        (CHOICE, ["a"], "it must be one of a, b"),
        (Annotated[Flag, Named("it")], 1, "it must be true or false"),
        (Annotated[dict[str, int], Named("it")], [], "it must be an object"),
        (Annotated[tuple[int, int], Named("it")], [1], "it must be a list of 2"),
        (Annotated[tuple[int, int], Named("it", "a pair")], [1], "it must be a pair"),
        (Annotated[WHOLE | None, Named("other")], 3, "it must be a whole number"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(kind, wrong, message):
    with pytest.raises(InvalidRequestError, match=f"^{message}"):
        check(kind, wrong)


def test_good_values_are_given_back():
    assert check(LIST, [1, 2]) == [1, 2]
    assert check(TEXT, "\U0001f941") == "\U0001f941"
    assert check(CHOICE, "a") == "a"


def test_null_is_absent_and_unknown_fields_are_left_out():
    found = read(Outer, {"inner": {"number": 1, "whole": None, "new": 3}, "choice": None})
    assert found == Outer(Inner(1))
    assert (found.inner.whole, found.choice) == (2, "a")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (7, "the request must be an object"),
        ({}, "the inner one must be an object"),
        ({"inner": []}, "the inner one must be an object"),
        ({"inner": {}}, "it must be a number from 0 to 2"),
        ({"inner": {"number": 1, "whole": 3}}, "it must be a whole number"),
        ({"inner": {"number": 1}, "choice": "c"}, "it must be one of a, b"),
    ],
)
def test_the_innermost_wrong_field_is_named(data, message):
    with pytest.raises(InvalidRequestError, match=f"^{message}"):
        read(Outer, data)


def test_a_program_s_own_values_are_checked_as_well():
    with pytest.raises(InvalidRequestError, match="it must be a number"):
        Inner(3)
    with pytest.raises(InvalidRequestError, match="nothing_like_it"):
        Inner(1, nothing_like_it=1)
    assert read(Outer, {"inner": Inner(1)}).inner == Inner(1)
