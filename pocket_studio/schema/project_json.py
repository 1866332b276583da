"""A project as JSON, which is also the project file."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from pocket_studio.errors import InvalidRequestError
from pocket_studio.schema.project import Project
from pocket_studio.schema.values import Whole
from pocket_studio.schema.versions import VERSION, unsaid_in
from pocket_studio.schema.words import Json, Named, checked, read

FORMAT: Final = "pocket-studio-project"

_VERSION: Final = TypeAdapter[int](
    Annotated[Whole, Field(ge=1, le=1_000_000), Named("the project's version")]
)
_PROJECT: Final = TypeAdapter(Project)


def parse_project(data: object) -> Project:
    """Read a project; all but the template may be left out, unknown fields are ignored.

    Raises
    ------
    InvalidInputError
        If it is no project, of a newer version, or a field has the wrong type or range.
    """
    if not isinstance(data, Mapping):
        return read(Project, data)
    if data.get("format", FORMAT) != FORMAT:
        raise InvalidRequestError("this is not a Pocket Studio project")
    given = {name: value for name, value in data.items() if value is not None}
    version = checked(_VERSION, given.get("version", VERSION))
    if version > VERSION:
        raise InvalidRequestError(
            f"the project is of version {version}, from a newer Pocket Studio; this one reads up "
            f"to {VERSION}"
        )
    return read(Project, {**unsaid_in(version), **given})


def project_to_json(project: Project) -> Json:
    """Write a project as `parse_project` reads it."""
    written: Json = _PROJECT.dump_python(project, mode="json")
    return {"format": FORMAT, "version": VERSION, **written}
