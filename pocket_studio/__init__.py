"""PocketVAE (Lee, Kim and Nam 2021): put the pocket into a plain beat, in Python or the browser.

The public names are imported on first use, so that `--help` comes at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pocket_studio.export.exporting import Export, export
    from pocket_studio.midi import groove_to_midi, read_track, song_to_midi
    from pocket_studio.music.groove import Groove, Section
    from pocket_studio.music.patterns import rows_to_template
    from pocket_studio.music.shaping import Edit, shape
    from pocket_studio.performance import Held, Morph, Studio, Take, held_rows
    from pocket_studio.schema import (
        Project,
        link_to_project,
        parse_project,
        project_to_json,
        project_to_link,
    )
    from pocket_studio.sound import SoundLibrary

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
    "Edit": "music.shaping",
    "Export": "export.exporting",
    "Groove": "music.groove",
    "Held": "performance",
    "Morph": "performance",
    "Project": "schema",
    "Section": "music.groove",
    "SoundLibrary": "sound",
    "Studio": "performance",
    "Take": "performance",
    "export": "export.exporting",
    "groove_to_midi": "midi",
    "held_rows": "performance",
    "link_to_project": "schema",
    "parse_project": "schema",
    "project_to_json": "schema",
    "project_to_link": "schema",
    "read_track": "midi",
    "rows_to_template": "music.patterns",
    "shape": "music.shaping",
    "song_to_midi": "midi",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pocket_studio.{_MODULES[name]}"), name)
