"""The page around the editor, and how it is served."""

from typing import Any, Final

import gradio as gr
from starlette.middleware import Middleware

from pocket_studio.server.assembly import modules, page_head
from pocket_studio.server.body_limit import BodyLimit
from pocket_studio.server.component import make_editor
from pocket_studio.server.endpoints import add_endpoints
from pocket_studio.server.service import EditorService

_SANS: Final = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO: Final = ("ui-monospace", "Menlo", "Consolas", "monospace")


def build_page(service: EditorService) -> gr.Blocks:
    """Return the page: the editor and the endpoints for programs."""
    page = gr.Blocks(title="Pocket Studio", analytics_enabled=False, fill_width=True)
    with page:
        make_editor(service)
        add_endpoints(service)
    return page


def launch_settings(service: EditorService) -> dict[str, Any]:
    """Return the keyword arguments of `Blocks.launch` that do not depend on the place."""
    return {
        # System fonts only: the page must work, and look the same, with the network off.
        "theme": gr.themes.Base(font=_SANS, font_mono=_MONO),
        # On, it would write every input and output to the browser's storage at every event.
        "run_history": False,
        "head": page_head(),
        "app_kwargs": {
            "middleware": [Middleware(BodyLimit)],
            "routes": [modules().route(), service.kits.route()],
        },
        "ssr_mode": False,
        "share": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "footer_links": ["api"],
    }
