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


@cache
def fields_to_json(record: type[Record]) -> Json:
    """Return `{name: {called, effects, low, high}}` of the fields of `record` that mean something.

    `low` and `high` are there for numbers.
    """
    hints = get_type_hints(record, include_extras=True)
    properties = TypeAdapter[Any](record).json_schema()["properties"]
    described = {}
    for field in fields(record):
        metadata = getattr(hints[field.name], "__metadata__", ())
        means = next((each for each in metadata if isinstance(each, Means)), None)
        if means is not None:
            described[field.name] = {
                "called": means.called,
                "effects": list(means.effects),
                **_range(properties[field.name]),
            }
    return described


def _range(schema: Json) -> Json:
    for each in schema.get("anyOf", (schema,)):
        if "minimum" in each:
            return {"low": each["minimum"], "high": each["maximum"]}
    return {}
