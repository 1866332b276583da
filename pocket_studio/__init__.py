"""PocketVAE (Lee, Kim and Nam): put the pocket into a plain beat, in Python or in the browser.

>>> from pocket_studio import Studio                                    # doctest: +SKIP
>>> groove = Studio.load().groove(template, genre="funk", seed=7).groove  # doctest: +SKIP
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pocket_studio.groove import Groove
    from pocket_studio.performance import Studio

__all__ = ["Groove", "Studio"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import the public names on first use: torch takes seconds to load, `--help` should not."""
    if name == "Studio":
        from pocket_studio.performance import Studio

        return Studio
    if name == "Groove":
        from pocket_studio.groove import Groove

        return Groove
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
