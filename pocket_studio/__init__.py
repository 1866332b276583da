"""PocketVAE (Lee, Kim and Nam 2021): put the pocket into a plain beat, in Python or the browser.

The public names are imported on first use: torch takes seconds to load, `--help` should not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pocket_studio.groove import Groove
    from pocket_studio.midi import groove_to_midi, read_track
    from pocket_studio.patterns import rows_to_template
    from pocket_studio.performance import Studio

__all__ = ["Groove", "Studio", "groove_to_midi", "read_track", "rows_to_template"]
__version__ = "0.1.0"

_MODULES: Final = {
    "Groove": "groove",
    "Studio": "performance",
    "groove_to_midi": "midi",
    "read_track": "midi",
    "rows_to_template": "patterns",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pocket_studio.{_MODULES[name]}"), name)
