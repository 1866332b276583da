"""The editor as one custom component: a `gr.HTML` that starts the page's own modules.

A factory function and not a subclass: subclassing `gr.HTML` writes a stray .pyi beside the module.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, Final

import gradio as gr

from pocket_studio.errors import PocketStudioError
from pocket_studio.server.assembly import modules, page_html
from pocket_studio.server.service import EditorService

logger = logging.getLogger(__name__)

_UNEXPECTED: Final = "something went wrong in the studio; the sketch is untouched"


def make_editor(service: EditorService) -> gr.HTML:
    """Return the component; the page calls `service` through its server functions."""
    sound, files, listening = service.sound, service.files, service.listening
    calls = (
        *(service.groove, service.takes, service.genre_sweep),
        *(service.code_choices, service.codebook, service.shape, service.patterns),
        *(sound.sounds, service.kits.kit),
        *(files.read_midi, files.export, files.open_project),
        *(files.share, files.open_share, files.play_project),
        *(listening.listening_notice, listening.listening_start, listening.listening_clip),
        *(listening.listening_answer, listening.listening_results),
    )
    return gr.HTML(
        value=json.dumps(service.boot()),
        html_template=page_html(),
        js_on_load=modules().start(),
        apply_default_css=False,
        server_functions=[_as_server_function(call) for call in calls],
        elem_id="pocket-studio",
    )


def _as_server_function(call: Callable[[object], Any]) -> Callable[[Any], Any]:
    """Return `call` with errors as `{"error": line}`: a rejected promise has no message."""

    def serve(data: Any = None) -> Any:
        try:
            return call(data)
        except PocketStudioError as error:
            return {"error": str(error)}
        except Exception:
            logger.exception("the %s request failed", call.__name__)
            return {"error": _UNEXPECTED}

    serve.__name__ = call.__name__
    return serve
