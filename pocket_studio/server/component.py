"""The editor as one custom component: a `gr.HTML` that starts the page's own modules.

A factory function and not a subclass: subclassing `gr.HTML` writes a stray .pyi beside the module.
"""

import json

import gradio as gr

from pocket_studio.schema.words import Json
from pocket_studio.server.assembly import modules, page_html


def make_editor(boot: Json) -> gr.HTML:
    """Return the component, told `boot`; what the page asks for later, it asks of `/api/`."""
    return gr.HTML(
        value=json.dumps(boot),
        html_template=page_html(),
        js_on_load=modules().start(),
        apply_default_css=False,
        elem_id="pocket-studio",
    )
