"""A project: all that undo covers, as a value, as a JSON file and as a link.

`project` is the value (with `choices`), `project_json` its JSON, `link` its short text for a URL
(`old_links` reads those of former versions), `versions` says what these had before. `parts`,
`groove_json` and `fields` read what requests of the editor have too.
"""

from pocket_studio.schema.choices import KitChoice, MorphTo, Reference
from pocket_studio.schema.link import left_out_of_link, link_to_project, project_to_link
from pocket_studio.schema.project import GENRE_CHOICES, Project
from pocket_studio.schema.project_json import parse_project, project_to_json

__all__ = [
    "GENRE_CHOICES",
    "KitChoice",
    "MorphTo",
    "Project",
    "Reference",
    "left_out_of_link",
    "link_to_project",
    "parse_project",
    "project_to_json",
    "project_to_link",
]
