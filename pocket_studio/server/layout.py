"""The page around the editor, and how it is served."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.utils import LRUCache
from starlette.middleware import Middleware
from starlette.routing import Route

from pocket_studio.schema.words import Json
from pocket_studio.server.api import api_route
from pocket_studio.server.assembly import modules, page_head
from pocket_studio.server.body_limit import BodyLimit
from pocket_studio.server.call import Call
from pocket_studio.server.component import make_editor
from pocket_studio.server.endpoints import add_endpoints
from pocket_studio.server.gate import Gate
from pocket_studio.server.installed import ICON, LINKS, installed_routes

_SANS: Final = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO: Final = ("ui-monospace", "Menlo", "Consolas", "monospace")

# Gradio's queue is for named calls only; each of these bounds what it keeps or takes.
_MAX_QUEUED: Final = 64
_MAX_UNREAD: Final = 64
_MAX_SESSIONS: Final = 1
_MAX_THREADS: Final = 128  # events at once: more than all lines take together
_QUEUE_LOOKS_S: Final = 0.05  # gradio looks 1,000 times a second: 7% of a core, for ever


class _Page(gr.Blocks):
    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        """Refuse too few or too many values in one line: gradio's repeats them all in the log."""
        wanted = len(block_fn.inputs)
        if len(inputs) != wanted:
            line = f"{block_fn.name} takes {wanted} values, not {len(inputs)}"
            raise gr.Error(line, print_exception=False)


def build_page(boot: Json, calls: Mapping[str, Call]) -> gr.Blocks:
    """Return the page: the editor, told `boot`, and the endpoints for programs."""
    page = _Page(title="Pocket Studio", analytics_enabled=False, fill_width=True)
    with page:
        make_editor(boot)
        add_endpoints(calls)
    page.queue(max_size=_MAX_QUEUED)
    # Answers that nobody comes for: gradio keeps 2,000, of any size.
    page._queue.pending_messages_per_session = LRUCache(_MAX_UNREAD)
    page._queue.sleep_when_free = _QUEUE_LOOKS_S
    return page


def launch_settings(
    calls: Mapping[str, Call],
    kits: Route,
    hosts: Iterable[str] = (),
    in_space: bool = False,
    model: str = "",
) -> dict[str, Any]:
    """Return the keyword arguments of `Blocks.launch` but for the place to listen at.

    Parameters
    ----------
    calls : Mapping of str to Call
        What `/api/` answers.
    kits : Route
        Where the page finds the sounds of kits.
    hosts, in_space
        As in `Gate`.
    model : str
        The digest of the checkpoint, by which the page knows who answers.
    """
    return {
        # System fonts only: the page must work, and look the same, with the network off.
        "favicon_path": str(ICON),
        "theme": gr.themes.Base(font=_SANS, font_mono=_MONO),
        # On, it would write every input and output to the browser's storage at every event.
        "run_history": False,
        "head": f"{LINKS}\n{page_head()}",
        "app_kwargs": {
            "middleware": [
                Middleware(Gate, calls, hosts, in_space),
                Middleware(BodyLimit),
            ],
            "routes": [modules().route(), *installed_routes(), kits, api_route(calls, model)],
        },
        # The lines bound the work; these, what gradio's queue of named calls keeps in memory.
        "max_threads": _MAX_THREADS,
        "state_session_capacity": _MAX_SESSIONS,
        "show_error": True,
        "ssr_mode": False,
        "share": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "footer_links": ["api"],
    }
