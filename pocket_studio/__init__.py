"""PocketVAE (Lee, Kim and Nam 2021): put the pocket into a plain beat, in Python or the browser.

The public names are imported on first use, so that `--help` comes at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pocket_studio.exporting.files import Export as Export
    from pocket_studio.exporting.files import export as export
    from pocket_studio.midi import groove_to_midi as groove_to_midi
    from pocket_studio.midi import read_track as read_track
    from pocket_studio.midi import song_to_midi as song_to_midi
    from pocket_studio.music.feels import RowFeel as RowFeel
    from pocket_studio.music.groove import Groove as Groove
    from pocket_studio.music.groove import Section as Section
    from pocket_studio.music.patterns import rows_to_template as rows_to_template
    from pocket_studio.music.shaping import Edit as Edit
    from pocket_studio.music.shaping import shape as shape
    from pocket_studio.performance import Held as Held
    from pocket_studio.performance import Morph as Morph
    from pocket_studio.performance import Studio as Studio
    from pocket_studio.performance import Take as Take
    from pocket_studio.performance import held_rows as held_rows
    from pocket_studio.schema.link import link_to_project as link_to_project
    from pocket_studio.schema.link import project_to_link as project_to_link
    from pocket_studio.schema.project import Project as Project
    from pocket_studio.schema.project_json import parse_project as parse_project
    from pocket_studio.schema.project_json import project_to_json as project_to_json
    from pocket_studio.sound import SoundLibrary as SoundLibrary

__version__ = "0.1.0"

_MODULES: Final = {
    "Edit": "music.shaping",
    "Export": "exporting.files",
    "Groove": "music.groove",
    "Held": "performance",
    "Morph": "performance",
    "Project": "schema.project",
    "RowFeel": "music.feels",
    "Section": "music.groove",
    "SoundLibrary": "sound",
    "Studio": "performance",
    "Take": "performance",
    "export": "exporting.files",
    "groove_to_midi": "midi",
    "held_rows": "performance",
    "link_to_project": "schema.link",
    "parse_project": "schema.project_json",
    "project_to_json": "schema.project_json",
    "project_to_link": "schema.link",
    "read_track": "midi",
    "rows_to_template": "music.patterns",
    "shape": "music.shaping",
    "song_to_midi": "midi",
}


__all__ = list(_MODULES)


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pocket_studio.{_MODULES[name]}"), name)
