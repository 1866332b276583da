"""What lets a browser install the page as an app: its description, its icon, its worker."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_APP: Final = Path(__file__).parents[1] / "web" / "app"
_FILES: Final = {
    # In the place of gradio's, to which its page links.
    "manifest.json": ("manifest.json", "application/manifest+json"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    # Beside the page, for a worker serves only what lies below it.
    "worker.js": ("worker.mjs", "text/javascript"),
}

ICON: Final = _APP / "icon.svg"
LINKS: Final = (
    '<link rel="icon" type="image/svg+xml" href="icon.svg">\n'
    '<meta name="theme-color" content="#0b6b62">'
)


def installed_routes() -> list[Route]:
    """Return the routes of the files in `web/app`."""
    return [_route(address, *found) for address, found in _FILES.items()]


def _route(address: str, name: str, media_type: str) -> Route:
    content = (_APP / name).read_bytes()

    def answer(_request: Request) -> Response:
        # Asked anew each time: an upgrade is found, and the page falls back on what was kept.
        headers = {"cache-control": "no-cache"}
        return Response(content, media_type=media_type, headers=headers)

    return Route(f"/{address}", answer)
