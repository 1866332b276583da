"""Write the types of what the page and the server exchange: `python -m scripts.write_types`.

`pocket_studio/web/schema.d.ts` is made of the schema's records, for the type checker alone; a test
says when it is out of date.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from pocket_studio.music.kit import DRUMS
from pocket_studio.schema.project import Project
from pocket_studio.schema.requests import ExportRequest, GrooveRequest
from pocket_studio.schema.sound_requests import RenderRequest
from pocket_studio.schema.values import GENRE_CHOICES
from pocket_studio.schema.words import Record

PATH: Final = Path(__file__).parents[1] / "pocket_studio" / "web" / "schema.d.ts"

_RECORDS: Final[tuple[type[Record], ...]] = (Project, GrooveRequest, RenderRequest, ExportRequest)
_PLAIN: Final = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAMED: Final = {DRUMS: "Drum", GENRE_CHOICES: "Genre"}
_HEAD: Final = "// Written by scripts/write_types.py from pocket_studio/schema; do not edit.\n"


def types_text() -> str:
    """Return the TypeScript declarations of the records and of what they hold."""
    interfaces: dict[str, str] = {}
    for record in _RECORDS:
        schema = TypeAdapter(record).json_schema()
        parts = {**schema.get("$defs", {}), record.__name__: schema}
        interfaces |= {name: _interface(name, part) for name, part in parts.items()}
    aliases = [
        f"export type {name} = string; // {', '.join(choices)}" for choices, name in _NAMED.items()
    ]
    return "\n".join([_HEAD, *aliases, "", *interfaces.values()])


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    fields = [
        f"  {field}: {_type(part)};{_range(part)}" for field, part in schema["properties"].items()
    ]
    return "\n".join([f"export interface {name} {{", *fields, "}", ""])


def _type(schema: Mapping[str, Any]) -> str:
    """Return the TypeScript type of what a JSON schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    if "enum" in schema:
        choices = tuple(schema["enum"])
        if choices in _NAMED:
            return _NAMED[choices]
        return " | ".join(f'"{choice}"' for choice in schema["enum"])
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
        case "array":
            inner = _type(schema["items"])
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {_type(schema['additionalProperties'])}>"
        case kind:
            return _PLAIN[str(kind)]


def _range(schema: Mapping[str, Any]) -> str:
    for each in schema.get("anyOf", (schema,)):
        if "minimum" in each:
            return f" // {each['minimum']:g} to {each['maximum']:g}"
    return ""


if __name__ == "__main__":
    PATH.write_text(types_text(), encoding="utf-8")
