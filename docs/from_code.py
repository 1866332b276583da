"""Directives whose text is the code's: `{public}`, `{metrics}`, `{endpoints}`, `{commands}`."""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import partial
from inspect import getdoc
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final, get_args, get_origin, get_type_hints, is_typeddict

from docutils import nodes
from pydantic import TypeAdapter
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import pocket_studio
from pocket_studio.cli.options import command_parser
from pocket_studio.music.kit import DRUMS
from pocket_studio.research import metrics
from pocket_studio.schema.asked import Asked
from pocket_studio.schema.words import Record
from pocket_studio.server.endpoints import REQUESTS
from pocket_studio.server.exports import ExportService
from pocket_studio.server.files import FilesService
from pocket_studio.server.service import EditorService
from pocket_studio.server.sound import SoundService

Schema = Mapping[str, Any]

SERVICES: Final = (EditorService, SoundService, FilesService, ExportService)
TYPES: Final = {int: "integer", float: "number", str: "string", bool: "boolean"}
WIDTH: Final = 96  # of what argparse prints


def endpoints() -> str:
    """Return every endpoint and every object that requests and answers hold, as Markdown."""
    objects: dict[str, Schema] = {"Asked": TypeAdapter(Asked).json_schema()}
    sections = [_endpoint(name, request, objects) for name, request in REQUESTS.items()]
    named = [_object(name, objects[name]) for name in sorted(objects)]
    return "\n\n".join([*sections, "## Objects", *named])


def _endpoint(name: str, request: type[Record], objects: dict[str, Schema]) -> str:
    call = next(getattr(service, name) for service in SERVICES if hasattr(service, name))
    asked = TypeAdapter(request).json_schema()
    objects.update(asked.pop("$defs", {}))
    answer = words(_answer(get_type_hints(call)["return"], objects))
    taken = _fields(asked) or "Takes nothing."
    return "\n\n".join([f"## /{name}", str(getdoc(call)), taken, f"Answers {answer}."])


def _answer(kind: Any, objects: dict[str, Schema]) -> Schema:
    """Return the JSON schema of a type in `answers`; pydantic reads these from Python 3.12 only."""
    match get_origin(kind), get_args(kind):
        case origin, (_, value) if isinstance(origin, type) and issubclass(origin, Mapping):
            values = {} if value is Any else {"additionalProperties": _answer(value, objects)}
            return {"type": "object", **values}
        case origin, (item,) if origin is list:
            return {"type": "array", "items": _answer(item, objects)}
        case _, (*kinds,) if kinds:
            return {"anyOf": [_answer(each, objects) for each in kinds]}
    if not is_typeddict(kind):
        return {"type": TYPES.get(kind, "object")}
    if kind.__name__ not in objects:
        held = {name: _answer(hint, objects) for name, hint in get_type_hints(kind).items()}
        objects[kind.__name__] = {"description": getdoc(kind), "properties": held}
    return {"$ref": kind.__name__}


def _object(name: str, schema: Schema) -> str:
    text = str(schema.get("description")).partition("\n\n")[0]
    return "\n\n".join([f"### {name}", text, _fields(schema, known=name == "Asked")])


def _fields(schema: Schema, known: bool = False) -> str:
    """Return a table of an object's fields, empty if it has none.

    What the model is asked has a table of its own, unless that is what is asked for (`known`).
    """
    properties = schema.get("properties", {})
    if not properties:
        return ""
    asked = {field.name for field in fields(Asked)}
    is_asked = not known and asked <= properties.keys()
    needed = schema.get("required", ())
    shown = {name: each for name, each in properties.items() if not (is_asked and name in asked)}
    rows = ["| field | what it holds | if left out |", "|---|---|---|"]
    for name, field in sorted(shown.items(), key=lambda item: item[0] not in needed):
        default = "needed" if name in needed else _default(field)
        rows.append(f"| `{name}` | {_cell(field)} | {default} |")
    before = "What the model is [asked](#asked), and:\n\n" if is_asked else ""
    return before + "\n".join(rows)


def _default(field: Schema) -> str:
    default = field.get("default")
    return f"`{json.dumps(default)}`" if isinstance(default, bool | int | float | str) else ""


def _cell(field: Schema) -> str:
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    given = kinds[0] if len(kinds) == 1 else field  # null says no more than leaving it out
    values = given.get("additionalProperties")
    remark = given.get("description") or (isinstance(values, dict) and values.get("description"))
    text = f"{words(given)}; {remark}" if remark else words(given)
    return text.replace("|", "\\|").replace("<", "\\<")


def words(schema: Schema) -> str:
    """Return in words what a JSON schema lets through."""
    match schema:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"anyOf": kinds}:
            return " or ".join(words(kind) for kind in kinds)
        case {"enum": choices}:
            return "a drum" if tuple(choices) == DRUMS else "one of " + ", ".join(choices)
        case {"type": "array", "prefixItems": items}:
            return f"[{', '.join(map(words, items))}]"
        case {"type": "array", "items": items}:
            return f"a list{_count(schema, 'Items')}, each {words(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            names = schema.get("propertyNames", {})
            of_what = "drum" if tuple(names.get("enum", ())) == DRUMS else "name"
            return f"an object with, for each {of_what}, {words(values)}"
        case {"type": "integer"}:
            return f"a whole number{_range(schema)}"
        case {"type": "number"}:
            return f"a number{_range(schema)}"
        case {"type": "string"}:
            return f"a text{_count(schema, 'Length')}"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "null"}:
            return "null"
    return "an object"


def _range(schema: Schema) -> str:
    ends = [f"{schema[end]:.12g}" for end in ("minimum", "maximum") if end in schema]
    return f" from {' to '.join(ends)}" if ends else ""


def _count(schema: Schema, of_what: str) -> str:
    least, most = schema.get(f"min{of_what}"), schema.get(f"max{of_what}")
    unit = " characters" if of_what == "Length" else ""
    if most is None:
        return ""
    return f" of {most}{unit}" if least == most else f" of up to {most}{unit}"


def commands() -> str:
    """Return what each command's `--help` prints, as Markdown."""
    return "\n\n".join(
        f"## {name}\n\n```text\n{_help(parser)}```"
        for name, parser in _commands(command_parser("pocket-studio"))
    )


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _help(parser: argparse.ArgumentParser) -> str:
    """Return what `--help` prints, without the folders of the machine that builds the pages."""
    parser.formatter_class = partial(argparse.HelpFormatter, width=WIDTH)
    return parser.format_help().replace(f"{Path.cwd()}/", "").replace(str(Path.home()), "~")


def public() -> str:
    """Return what documents each public name; autodoc finds none, for they are lazy."""
    names = sorted(pocket_studio.__all__, key=str.lower)
    return "\n\n".join(map(_public, names))


def _public(name: str) -> str:
    value = getattr(pocket_studio, name)
    return _documented(f"pocket_studio.{name}", "class" if isinstance(value, type) else "function")


def modules_of_metrics() -> str:
    """Return what documents each module of `research.metrics`, under its name."""
    names = [module.name for module in iter_modules(metrics.__path__)]
    return "\n\n".join(f"## {n}\n\n{_documented(f'{metrics.__name__}.{n}')}" for n in names)


def _documented(name: str, kind: str = "module") -> str:
    members = "" if kind == "function" else "\n   :members:"
    return f"```{{eval-rst}}\n.. auto{kind}:: {name}{members}\n```"


TEXTS: Final = {
    "public": public,
    "metrics": modules_of_metrics,
    "endpoints": endpoints,
    "commands": commands,
}


class _FromCode(SphinxDirective):
    """Shows the Markdown that the function of its name returns."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(TEXTS[self.name](), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    for name in TEXTS:
        app.add_directive(name, _FromCode)
    return {"parallel_read_safe": True}
