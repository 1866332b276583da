"""PocketVAE (Lee, Kim and Nam 2021): put the pocket into a plain beat, in Python or the browser.

The public names are imported on first use, so that `--help` comes at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pocket_studio.exporting import Export, export
    from pocket_studio.groove import Groove, Section
    from pocket_studio.midi import groove_to_midi, read_track, song_to_midi
    from pocket_studio.patterns import rows_to_template
    from pocket_studio.performance import Held, Morph, Studio, Take, held_rows
    from pocket_studio.project import (
        Project,
        link_to_project,
        parse_project,
        project_to_json,
        project_to_link,
    )
    from pocket_studio.rendering import SoundLibrary
    from pocket_studio.shaping import Edit, shape

__all__ = [
    "Edit",
    "Export",
    "Groove",
    "Held",
    "Morph",
    "Project",
    "Section",
    "SoundLibrary",
    "Studio",
    "Take",
    "export",
    "groove_to_midi",
    "held_rows",
    "link_to_project",
    "parse_project",
    "project_to_json",
    "project_to_link",
    "read_track",
    "rows_to_template",
    "shape",
    "song_to_midi",
]
__version__ = "0.1.0"

_MODULES: Final = {
    "Edit": "shaping",
    "Export": "exporting",
    "Groove": "groove",
    "Held": "performance",
    "Morph": "performance",
    "Project": "project",
    "Section": "groove",
    "SoundLibrary": "rendering",
    "Studio": "performance",
    "Take": "performance",
    "export": "exporting",
    "groove_to_midi": "midi",
    "held_rows": "performance",
    "link_to_project": "project",
    "parse_project": "project",
    "project_to_json": "project",
    "project_to_link": "project",
    "read_track": "midi",
    "rows_to_template": "patterns",
    "shape": "shaping",
    "song_to_midi": "midi",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pocket_studio.{_MODULES[name]}"), name)
