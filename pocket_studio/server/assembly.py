"""The page's own HTML, style and modules, from the small files in `web/`."""

import gzip
import hashlib
import html
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pocket_studio.schema.fields import fields_to_json
from pocket_studio.schema.project import Project
from pocket_studio.schema.words import Json

_WEB: Final = Path(__file__).parents[1] / "web"
_SLIDERS: Final = re.compile(r"^([ ]*)<!-- sliders (\w+) -->$", re.MULTILINE)
_INCLUDE: Final = re.compile(r"^[ ]*<!-- include ([\w/-]+\.html) -->$", re.MULTILINE)
_IMPORTED: Final = re.compile(r'\bfrom "(\.[^"]+)";$', re.MULTILINE)
# In the order in which they override one another.
_STYLES: Final = (
    "editor.css",
    "core/desk.css",
    "core/drums.css",
    "sheet/sheet.css",
    "sheet/rows.css",
    "core/dialog.css",
    "listening/listening.css",
    "sheet/result.css",
    "sheet/folding.css",
    "takes/takes.css",
    "codes/codestrip.css",
    "codes/codebook.css",
    "files/files.css",
    "song/song.css",
    "core/phone.css",
    "core/forced.css",
)


class Modules:
    """The scripts, read once and served under an address that changes with their content.

    A browser may keep them for ever: after an upgrade the page names other addresses. Only what was
    read is served, so that no path leads out of the folder.

    Parameters
    ----------
    folder : Path
        Searched for `.js` files, also in the folders in it.
    entry : str
        The module that exports `mount(element, boot)`.

    Attributes
    ----------
    base : str
        Where they are served, relative to the page.
    """

    def __init__(self, folder: Path = _WEB, entry: str = "editor.js") -> None:
        paths = sorted(folder.rglob("*.js"))
        self._contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        # Once and not, as gradio would, at every request: half of what a request costs.
        self._packed = {name: gzip.compress(text) for name, text in self._contents.items()}
        self._entry = entry
        digest = hashlib.sha256(repr(self._contents).encode()).hexdigest()
        self.base = f"modules/{digest[:16]}"

    def links(self) -> str:
        """Return link elements that fetch side by side what `entry` imports, behind gradio's own.

        What it fetches later, by a call of `import`, is left out.
        """
        return "\n".join(
            f'<link rel="modulepreload" fetchpriority="low" href="{self.base}/{name}">'
            for name in sorted(self._imported(self._entry, set()))
        )

    def _imported(self, name: str, known: set[str]) -> set[str]:
        """Return `known` with the module `name` and all that it imports."""
        if name in known or name not in self._contents:
            return known
        known.add(name)
        for target in _IMPORTED.findall(self._contents[name].decode()):
            self._imported(posixpath.normpath(posixpath.join(name, "..", target)), known)
        return known

    def start(self) -> str:
        """Return what gradio runs once, when the component is on the page."""
        return (
            f'import(new URL("{self.base}/{self._entry}", document.baseURI))'
            ".then(({ mount }) => mount(element, JSON.parse(props.value)));"
        )

    def route(self) -> Route:
        """Return the route that serves the modules."""
        return Route(f"/{self.base}/{{name:path}}", self._answer)

    async def _answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._contents:
            return Response("there is no such module", status_code=404, media_type="text/plain")
        headers = {
            "cache-control": "public, max-age=31536000, immutable",
            "vary": "accept-encoding",
        }
        content = self._contents[name]
        if "gzip" in request.headers.get("accept-encoding", ""):
            content = self._packed[name]
            headers["content-encoding"] = "gzip"
        return Response(content, media_type="text/javascript", headers=headers)


@cache
def modules() -> Modules:
    """Return the modules of this process: links, start and route agree on their address."""
    return Modules()


def page_html() -> str:
    """Return `editor.html` with the files that it includes and the sliders of the schema."""
    page = _INCLUDE.sub(lambda include: _read(include[1]).rstrip(), _read("editor.html"))
    return _SLIDERS.sub(lambda place: _sliders(place[2], place[1]), page)


def _sliders(place: str, indent: str) -> str:
    """Return the sliders that stand at `place`, in the order of the project's fields."""
    return "\n".join(
        f"{indent}{_slider(name, field)}"
        for name, field in fields_to_json(Project).items()
        if field.get("slider", {}).get("place") == place
    )


def _slider(name: str, field: Json) -> str:
    title = field["called"].removeprefix("the ").capitalize()
    hint = html.escape(field["slider"]["hint"])
    value = f'<b class="ps-value" data-ps="{name}-text"></b>'
    span, label = f"<span>{title} {value}</span>", ""
    if field["slider"]["ends"]:
        low, high = field["slider"]["ends"]
        span = f'<span class="ps-ends"><i>{low}</i> {value} <i>{high}</i></span>'
        label = f' aria-label="{title}"'
    return (
        f'<label class="ps-field ps-{name}" title="{title}: {hint}">{span}'
        f'<input type="range" data-ps="{name}"{label}></label>'
    )


def page_head() -> str:
    """Return the style, inline so that nothing is drawn without it, and the modules' links."""
    style = "\n".join(_read(name) for name in _STYLES)
    return f"<style>{style}</style>\n{modules().links()}"


def _read(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")
