"""The page's own HTML, style and script, put together from the small files in `web/`."""

import re
from pathlib import Path
from typing import Final

_WEB: Final = Path(__file__).parents[1] / "web"
_INCLUDE: Final = re.compile(r"^[ ]*<!-- include ([\w-]+\.html) -->$", re.MULTILINE)
# In the order in which they build on each other; features need not know of one another.
_SCRIPTS: Final = (
    "state.js",
    "history.js",
    "project.js",
    "shaping.js",
    "painting.js",
    "heatmap.js",
    "grid.js",
    "rows.js",
    "contours.js",
    "lanes.js",
    "transport.js",
    "player.js",
    "shortcuts.js",
    "kits.js",
    "controls.js",
    "bars.js",
    "tapin.js",
    "exporting.js",
    "importing.js",
    "session.js",
    "result.js",
    "edits.js",
    "output.js",
    "layers.js",
    "locks.js",
    "asked.js",
    "takes.js",
    "morph.js",
    "kept.js",
    "sweep.js",
    "codes.js",
    "codechoices.js",
    "codelist.js",
    "codechooser.js",
    "codestrip.js",
    "codebook.js",
    "results.js",
    "listening.js",
    "songcards.js",
    "songplayer.js",
    "song.js",
    "editor.js",
)
_STYLES: Final = (
    "editor.css",
    "sheet.css",
    "rows.css",
    "dialog.css",
    "listening.css",
    "result.css",
    "takes.css",
    "codestrip.css",
    "files.css",
    "song.css",
)


def page_html() -> str:
    """Return `editor.html` with the files that it includes."""
    return _INCLUDE.sub(lambda include: _read(include[1]).rstrip(), _read("editor.html"))


def page_head() -> str:
    """Return the style and script elements.

    Raises
    ------
    ValueError
        If a script would end its own element.
    """
    script = "\n".join(_read(name) for name in _SCRIPTS)
    if "</script" in script.lower():
        raise ValueError("inline JavaScript must not hold a closing script tag")
    style = "\n".join(_read(name) for name in _STYLES)
    return f"<style>{style}</style>\n<script>{script}</script>"


def _read(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")
