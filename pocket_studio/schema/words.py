"""The ground of the schema: records of fields, and one line for what does not fit.

A record takes what JSON may hold, any type and numbers of any size, or a value of the program;
both are checked alike. What JSON has as null is absent, and unknown fields are left out, so that
older pages and newer files can be read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache, wraps
from typing import Any, ClassVar, Final, TypeVar, dataclass_transform

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs, CoreSchema, core_schema

from pocket_studio.errors import InvalidInputError, InvalidRequestError

Json = dict[str, Any]

_CONFIG: Final = ConfigDict(arbitrary_types_allowed=True, extra="forbid", validate_default=True)
_Record = TypeVar("_Record", bound="Record")
_Class = TypeVar("_Class", bound=type)
_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
def record(
    called: str = "the request", *, eq: bool = True, kw_only: bool = False
) -> Callable[[_Class], _Class]:
    """Make a subclass of `Record` a frozen pydantic dataclass that refuses in one line.

    `called` is the name that its sender knows.
    """

    def made(cls: _Class) -> _Class:
        checked: Any = dataclass(frozen=True, eq=eq, kw_only=kw_only, config=_CONFIG)(cls)
        init = checked.__init__

        @wraps(init)
        def refusing(self: Any, *values: Any, **named: Any) -> None:
            try:
                init(self, *values, **named)
            except ValidationError as error:
                raise _refusal(error) from None

        checked.__init__ = refusing
        checked.called = called
        return checked  # type: ignore[no-any-return]

    return made


@dataclass(frozen=True)
class Record:
    """Named fields, frozen; a subclass is made by `record`."""

    called: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _fields_of(cls, value: Any) -> Any:
        if isinstance(value, ArgsKwargs):  # made by the program
            return value
        if not isinstance(value, Mapping):
            raise InvalidRequestError(f"{cls.called} must be an object")
        known = {field.name: field for field in fields(cls)}
        required = [
            name
            for name, field in known.items()
            if field.default is MISSING and field.default_factory is MISSING
        ]
        given = {name: each for name, each in value.items() if name in known and each is not None}
        return dict.fromkeys(required) | given  # a missing one says what it should be


def read(record: type[_Record], data: object) -> _Record:
    """Return `data` as a `record`.

    Raises
    ------
    InvalidInputError
        If a field is missing, of the wrong type or out of range: one line that names it.
    """
    kind: Any = record  # a class can be a key of the cache
    adapter: TypeAdapter[_Record] = _adapter(kind)
    return checked(adapter, data)


@cache
def _adapter(record: Any) -> Any:
    return TypeAdapter(record)


def checked(adapter: TypeAdapter[_Value], data: object) -> _Value:
    """Return `data` as `adapter` reads it; raises as `read` does."""
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> InvalidInputError:
    """Return the line of the innermost field that does not fit."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = " ".join(map(str, first["loc"]))
    return _said(error) or InvalidRequestError(f"{place}: {first['msg'].lower()}")


def _said(error: ValidationError) -> InvalidInputError | None:
    """Return what the innermost field that has a name has said of itself."""
    cause = error.errors(include_url=False, include_input=False)[0].get("ctx", {}).get("error")
    return cause if isinstance(cause, InvalidInputError) else None


class Named:
    """Gives an annotated type the name that its sender knows.

    `Annotated[float, Field(strict=True, ge=40, le=240), Named("the tempo")]` refuses 30 with "the
    tempo must be a number from 40 to 240". `wanted` says it in other words.
    """

    def __init__(self, name: str, wanted: str = "") -> None:
        self._name = name
        self._wanted = wanted

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the type's own schema inside a check that words its refusals."""
        schema = handler(source)
        line = f"{self._name} must be {self._wanted or _wanted(schema)}"
        is_whole = _inner(schema)["type"] == "int"

        def check(value: object, inner: Callable[[object], object]) -> object:
            if is_whole and isinstance(value, float) and value.is_integer():
                value = int(value)  # a browser knows one kind of number: 7.0 is as good as 7
            try:
                return inner(value)
            except ValidationError as error:
                raise _said(error) or InvalidRequestError(line) from None

        return core_schema.no_info_wrap_validator_function(check, schema)


class OneOf:
    """Limits an annotated text to `choices`."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = choices

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the choices."""
        return core_schema.literal_schema(list(self._choices))


class Form:
    """Says how an annotated type of the program looks in JSON.

    Attributes
    ----------
    wire : type
        What JSON holds.
    read : function of (value, check)
        Returns a value of the program for one of its own or for what JSON holds; `check` is that
        of `wire`.
    write : function
        Returns what JSON holds.
    """

    def __init__(
        self,
        wire: object,
        read: Callable[[Any, Callable[[object], Any]], Any],
        write: Callable[[Any], Any],
    ) -> None:
        self._wire = wire
        self._read = read
        self._write = write

    def __get_pydantic_core_schema__(
        self, _source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return a schema that reads and writes so."""
        return core_schema.no_info_wrap_validator_function(
            self._read,
            handler.generate_schema(self._wire),
            serialization=core_schema.plain_serializer_function_ser_schema(self._write),
        )


def _inner(schema: Any) -> Any:
    """Return the schema inside checks and defaults."""
    while schema["type"] in ("nullable", "default") or schema["type"].startswith("function-"):
        schema = schema["schema"]
    return schema


def _wanted(schema: CoreSchema) -> str:
    """Return in words what `schema` lets through."""
    inner = _inner(schema)
    match inner["type"]:
        case "float":
            return f"a number from {inner['ge']:.12g} to {inner['le']:.12g}"
        case "int":
            return f"a whole number from {inner['ge']} to {inner['le']}"
        case "bool":
            return "true or false"
        case "str":
            return f"a text of up to {inner['max_length']} characters"
        case "literal":
            return f"one of {', '.join(inner['expected'])}"
        case "list" | "tuple" if "max_length" in inner:
            return f"a list of up to {inner['max_length']}"
        case "tuple":
            return f"a list of {len(inner['items_schema'])}"
    return "an object"
