"""Frozen dataclasses from plain values, as JSON and TOML hold them, and back.

What is read may lack a field that has a default. Of results, in JSON, what is not known is ignored,
and a field that has its default is not written; of `SETTINGS`, in TOML, a misspelt name is an
error, and all are written.
"""

import json
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pocket_studio.errors import InvalidRequestError

Type = TypeVar("Type")

SETTINGS: Final = ConfigDict(extra="forbid")
"""For `pydantic.with_config` at a dataclass of settings."""


def to_json(value: Any) -> str:
    """Return a dataclass, or lists and dicts of them, as text for a file."""
    plain = TypeAdapter(type(value)).dump_python(value, exclude_defaults=True)
    return json.dumps(plain, indent=1) + "\n"


def from_json(kind: type[Type], text: str) -> Type:
    """Read what `to_json` has written of a `kind`.

    Raises
    ------
    ValueError
        In one line, if the text is no JSON or not of that kind.
    """
    return from_plain(kind, json.loads(text))


def from_plain(kind: type[Type], values: Any) -> Type:
    """Return the `kind` that `values` describe.

    Raises
    ------
    ValueError
        In one line, if they do not.
    """
    try:
        found: Type = TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
        raise ValueError(f"{place}: {message}" if place else message) from None
    return found


def from_toml(kind: type[Type], path: Path) -> Type:
    """Read a file of settings.

    Raises
    ------
    InvalidRequestError
        If there is no such file, it is no TOML, or not of that kind.
    """
    try:
        return from_plain(kind, tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidRequestError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise InvalidRequestError(f"{path}: {error}") from None


def to_toml(settings: Any) -> str:
    """Return a dataclass of plain values, and of others of them, as text for a file."""
    values = asdict(settings)
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    lines = [_line(name, value) for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(_line(*item) for item in table.items())]
    return "\n".join(lines) + "\n"


def _line(name: str, value: Any) -> str:
    return f"{name} = {json.dumps(value)}"  # a plain value is written alike in both
