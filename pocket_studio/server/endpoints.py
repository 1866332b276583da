"""The API for programs: named Gradio endpoints over the services, with the schema's parameters."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import partial
from inspect import Parameter, Signature
from typing import Any, Final

import gradio as gr
from gradio.events import api
from pydantic import TypeAdapter

from pocket_studio.errors import PocketStudioError
from pocket_studio.schema import requests, sound_requests
from pocket_studio.schema.words import Record
from pocket_studio.server.call import Call

REQUESTS: Final[Mapping[str, type[Record]]] = {
    "groove": requests.GrooveRequest,
    "takes": requests.TakesRequest,
    "genre_sweep": requests.GrooveRequest,
    "code_choices": requests.CodeChoicesRequest,
    "codebook": requests.CodebookRequest,
    "shape": requests.ShapeRequest,
    "patterns": requests.PatternsRequest,
    "render": sound_requests.RenderRequest,
    "audition": sound_requests.AuditionRequest,
    "sounds": sound_requests.SoundsRequest,
    "read_midi": requests.ReadMidiRequest,
    "export": requests.ExportRequest,
    "open_project": requests.OpenProjectRequest,
    "share": requests.ShareRequest,
    "open_share": requests.OpenShareRequest,
    "play_project": requests.PlayProjectRequest,
}
"""What each endpoint takes: a parameter for each field, those without a default first."""

_TYPES: Final[Mapping[str, Any]] = {
    "object": dict[str, Any],
    "array": list[Any],
    "string": str,
    "number": float,
    "integer": int,
    "boolean": bool,
}


def add_endpoints(calls: Mapping[str, Call]) -> None:
    """Add an endpoint for each of `REQUESTS`. Must be called inside `gr.Blocks()`."""
    for name, request in REQUESTS.items():
        # The call's line bounds the work, and says so when it is busy.
        api(_endpoint(request, calls[name]), api_name=name, concurrency_limit=None)


def parameters(request: type[Record]) -> list[Parameter]:
    """Return a parameter for each field of `request`, with what JSON has in its place."""
    properties = TypeAdapter(request).json_schema().get("properties", {})
    listed = []
    for field in fields(request):
        default: Any = Parameter.empty
        if field.default is not MISSING or field.default_factory is not MISSING:
            # What is left out is the schema's to fill in; simple values say what that is.
            simple = isinstance(field.default, str | int | float | bool)
            default = field.default if simple else None
        kind = _type_of(properties[field.name])
        listed.append(
            Parameter(
                field.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=default,
                annotation=kind | None if default is None else kind,
            )
        )
    return sorted(listed, key=lambda parameter: parameter.default is not Parameter.empty)


def _type_of(schema: Mapping[str, Any]) -> Any:
    """Return the Python type of what a JSON schema describes, as far as Gradio tells its users."""
    if "$ref" in schema:
        return dict[str, Any]
    if "anyOf" in schema:
        first, *others = [each for each in schema["anyOf"] if each.get("type") != "null"]
        kind = _type_of(first)
        for other in others:
            kind = kind | _type_of(other)
        return kind
    return _TYPES[schema.get("type", "string")]


def _endpoint(request: type[Record], call: Call) -> Callable[..., Any]:
    """Return a function with the parameters of `request` that asks `call`.

    Gradio does not enforce types; the schema checks everything, and its one-line errors reach the
    client as `gr.Error`.
    """
    signature = Signature(parameters(request), return_annotation=dict[str, Any])

    async def endpoint(*values: Any, **named: Any) -> dict[str, Any]:
        given = signature.bind(*values, **named)
        try:
            answer: dict[str, Any] = await call.line.run(partial(call.guarded, given.arguments))
        except PocketStudioError as error:
            raise gr.Error(str(error), print_exception=False) from None
        return answer

    endpoint.__name__, endpoint.__doc__ = call.name, call.answer.__doc__
    endpoint.__signature__ = signature  # type: ignore[attr-defined]
    endpoint.__annotations__ = {
        parameter.name: parameter.annotation for parameter in signature.parameters.values()
    } | {"return": dict[str, Any]}
    return endpoint
