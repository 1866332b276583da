"""What the page needs to know of each field of a project, read off the schema."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter

from pocket_studio.schema.words import Json, Record

ASKS: Final = "asks"
"""A change asks the model again."""
SHAPES: Final = "shapes"
"""A change alters what is seen and heard of the model's answer."""
MIXES: Final = "mixes"
"""A change alters the sound alone."""


@dataclass(frozen=True)
class Means:
    """Annotates a field of a project: what undo calls it, and what its change does."""

    called: str
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slider:
    """Annotates a number that is a slider on the page.

    Attributes
    ----------
    place : str
        The group of controls that it stands in, after those of fields before it.
    hint : str
        What it does, in a line.
    step : float, optional
        What it moves by; without one it is shown, and moves, in percent.
    ends : tuple of str, optional
        What its left and right ends mean.
    """

    place: str
    hint: str
    step: float | None = None
    ends: tuple[str, str] | None = None


@cache
def fields_to_json(record: type[Record]) -> Json:
    """Return `{name: {called, effects, low, high, slider}}` of those fields that mean something.

    `low` and `high` are there for numbers, `slider` for those that are one.
    """
    hints = get_type_hints(record, include_extras=True)
    properties = TypeAdapter[Any](record).json_schema()["properties"]
    described = {}
    for field in fields(record):
        metadata = getattr(hints[field.name], "__metadata__", ())
        means = next((each for each in metadata if isinstance(each, Means)), None)
        slider = next((each for each in metadata if isinstance(each, Slider)), None)
        if means is not None:
            described[field.name] = {
                "called": means.called,
                "effects": list(means.effects),
                **_range(properties[field.name]),
                **({"slider": _slider(slider)} if slider else {}),
            }
    return described


def _slider(slider: Slider) -> Json:
    return {**vars(slider), "ends": slider.ends and list(slider.ends)}


def _range(schema: Json) -> Json:
    for each in schema.get("anyOf", (schema,)):
        if "minimum" in each:
            return {"low": each["minimum"], "high": each["maximum"]}
    return {}
