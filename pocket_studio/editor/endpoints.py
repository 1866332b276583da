"""The same functions for programs: named Gradio endpoints over the editor's service."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from pocket_studio.editor.protocol import Json
from pocket_studio.editor.service import EditorService
from pocket_studio.errors import PocketStudioError
from pocket_studio.performance import DEFAULT_TEMPERATURE


def add_endpoints(service: EditorService) -> None:
    """Add the endpoints groove, render, audition, codebook, read_midi and export.

    Must be called inside `gr.Blocks()`. Gradio does not enforce type hints; the service checks
    everything, and its one-line errors reach the client as `gr.Error`.
    """

    def groove(
        template: dict[str, str],
        genre: str = "any",
        velocity_pattern: str | None = None,
        microtiming_pattern: str | None = None,
        codes: list[int] | None = None,
        reference: dict[str, Any] | None = None,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        tempo_bpm: float = 120.0,
    ) -> dict[str, Any]:
        """Play a template: returns the groove, the eight codes and the seed."""
        return _ask(
            service.groove,
            template=template,
            genre=genre,
            velocity_pattern=velocity_pattern,
            microtiming_pattern=microtiming_pattern,
            codes=codes,
            reference=reference,
            temperature=temperature,
            seed=seed,
            tempo_bpm=tempo_bpm,
        )

    def render(groove: dict[str, Any], kit: int = 0) -> dict[str, Any]:
        """Render a groove as one seamless loop: base64 of interleaved 16-bit samples."""
        return _ask(service.render, groove=groove, kit=kit)

    def audition(drum: str, kit: int = 0) -> dict[str, Any]:
        """Render one hit of a drum."""
        return _ask(service.audition, drum=drum, kit=kit)

    def codebook(genre: str = "any") -> dict[str, Any]:
        """Decode each of the 64 codes, with its share in each genre's training codes."""
        return _ask(service.codebook, genre=genre)

    def read_midi(content: str, name: str = "") -> dict[str, Any]:
        """Read the first two bars of a MIDI file, given as base64 text."""
        return _ask(service.read_midi, name=name, content=content)

    def export(
        groove: dict[str, Any],
        kind: str = "midi",
        template: dict[str, str] | None = None,
        kit: int = 0,
        genre: str = "any",
    ) -> dict[str, Any]:
        """Make a midi, wav, png or svg file of a groove: filename, mime type, base64 content."""
        return _ask(
            service.export, kind=kind, groove=groove, template=template, kit=kit, genre=genre
        )

    for call in (groove, render, audition, codebook, read_midi, export):
        # The service bounds the work itself and says so when it is busy.
        api(call, api_name=call.__name__, concurrency_limit=None)


def _ask(call: Callable[[object], Json], **fields: Any) -> Json:
    try:
        return call(fields)
    except PocketStudioError as error:
        raise gr.Error(str(error), print_exception=False) from None
