"""The API for programs: named Gradio endpoints over the editor's service."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from pocket_studio.errors import PocketStudioError
from pocket_studio.performance import DEFAULT_GUIDANCE, DEFAULT_HUMANITY, DEFAULT_TEMPERATURE
from pocket_studio.server.protocol import Json
from pocket_studio.server.service import EditorService

# A groove, a template (rows by drum), a take and so on, as the README describes them.
_Object = dict[str, Any]
_Pattern = str | dict[str, str]  # for all drums, or one a drum


def add_endpoints(service: EditorService) -> None:
    """Add an endpoint for each method of `Endpoints`, named like it.

    Must be called inside `gr.Blocks()`.
    """
    endpoints = Endpoints(service)
    for name in ENDPOINTS:
        # The service bounds the work itself and says so when it is busy.
        api(getattr(endpoints, name), api_name=name, concurrency_limit=None)


class Endpoints:
    """The service with a parameter for each field of a request.

    Gradio does not enforce type hints; the service checks everything, and its one-line errors reach
    the client as `gr.Error`.
    """

    def __init__(self, service: EditorService) -> None:
        self._service = service

    def groove(
        self,
        template: _Object,
        genre: str = "any",
        velocity_pattern: _Pattern | None = None,
        microtiming_pattern: _Pattern | None = None,
        codes: list[int | None] | None = None,
        reference: _Object | None = None,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        tempo_bpm: float = 120.0,
        details: list[int | None] | None = None,
        locked_rows: _Object | None = None,
        morph: _Object | None = None,
        keep_sketch: bool = True,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        humanity: float = DEFAULT_HUMANITY,
        reference_notes: bool = False,
        kept: list[list[int] | None] | None = None,
    ) -> _Object:
        """Play a template: the groove, its codes and seed, and how it follows the paint."""
        return _ask(self._service.groove, locals())

    def takes(
        self,
        template: _Object,
        takes: list[_Object],
        genre: str = "any",
        velocity_pattern: _Pattern | None = None,
        microtiming_pattern: _Pattern | None = None,
        reference: _Object | None = None,
        temperature: float = DEFAULT_TEMPERATURE,
        tempo_bpm: float = 120.0,
        locked_rows: _Object | None = None,
        morph: _Object | None = None,
        keep_sketch: bool = True,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        humanity: float = DEFAULT_HUMANITY,
        reference_notes: bool = False,
    ) -> _Object:
        """Play up to four takes (seed, codes, details, kept) of a template."""
        return _ask(self._service.takes, locals())

    def genre_sweep(
        self,
        template: _Object,
        velocity_pattern: _Pattern | None = None,
        microtiming_pattern: _Pattern | None = None,
        codes: list[int | None] | None = None,
        details: list[int | None] | None = None,
        reference: _Object | None = None,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        tempo_bpm: float = 120.0,
        locked_rows: _Object | None = None,
        morph: _Object | None = None,
        keep_sketch: bool = True,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        humanity: float = DEFAULT_HUMANITY,
        reference_notes: bool = False,
        kept: list[list[int] | None] | None = None,
    ) -> _Object:
        """Play a template in each of the six genres."""
        return _ask(self._service.genre_sweep, locals())

    def code_choices(
        self,
        template: _Object,
        codes: list[int],
        details: list[int],
        beat: int,
        genre: str = "any",
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int = 0,
        locked_rows: _Object | None = None,
        keep_sketch: bool = True,
        guidance: float = DEFAULT_GUIDANCE,
        density: int | None = None,
        tempo_bpm: float = 120.0,
    ) -> _Object:
        """Try each of the 64 codes in one beat of a groove, likeliest first."""
        return _ask(self._service.code_choices, locals())

    def codebook(self, genre: str = "any") -> _Object:
        """Decode each of the 64 codes, with its share in each genre's training codes."""
        return _ask(self._service.codebook, locals())

    def shape(
        self,
        groove: _Object,
        template: _Object | None = None,
        velocity_amount: float = 1.0,
        microtiming_amount: float = 1.0,
        edits: list[list[Any]] | None = None,
        layer: str = "microtiming",
        swing: float | None = None,
        tempo_bpm: float | None = None,
    ) -> _Object:
        """Apply amounts, edits, a layer, swing and tempo to a groove, without the model."""
        return _ask(self._service.shape, locals())

    def patterns(self, groove: _Object) -> _Object:
        """Reduce a groove to its template, velocity pattern and microtiming pattern."""
        return _ask(self._service.patterns, locals())

    def render(
        self,
        groove: _Object,
        kit: int = 0,
        soundfont: str | None = None,
        levels: dict[str, float] | None = None,
        click: bool = False,
    ) -> _Object:
        """Render a groove as one seamless loop: base64 of interleaved 16-bit samples."""
        return _ask(self._service.sound.render, locals())

    def audition(
        self, drum: str, kit: int = 0, soundfont: str | None = None, velocity: float | None = None
    ) -> _Object:
        """Render one hit of a drum."""
        return _ask(self._service.sound.audition, locals())

    def sounds(self) -> _Object:
        """Look for soundfonts and list them with their kits."""
        return _ask(self._service.sound.sounds, locals())

    def read_midi(self, content: str, name: str = "", bar: int | None = None) -> _Object:
        """Read two bars of a MIDI file, given as base64 text: the groove and its template."""
        return _ask(self._service.files.read_midi, locals())

    def export(
        self,
        groove: _Object | None = None,
        kind: str = "midi",
        template: _Object | None = None,
        kit: int = 0,
        genre: str = "any",
        seed: int | None = None,
        repeats: int = 1,
        sections: list[_Object] | None = None,
        soundfont: str | None = None,
        levels: dict[str, float] | None = None,
        lead: str = "none",
        note_map: dict[str, int] | None = None,
        tempo_bpm: float | None = None,
    ) -> _Object:
        """Make a midi, wav, stems, png or svg file of a groove or a song's sections."""
        return _ask(self._service.files.export, locals())

    def open_project(self, content: str) -> _Object:
        """Read the text of a project file: the project, and whether another model made it."""
        return _ask(self._service.files.open_project, locals())

    def share(self, project: _Object) -> _Object:
        """Write a project as the text of a share link."""
        return _ask(self._service.files.share, locals())

    def open_share(self, text: str) -> _Object:
        """Read the text of a share link."""
        return _ask(self._service.files.open_share, locals())

    def play_project(self, project: _Object) -> _Object:
        """Play a project: what the model plays, the groove after edits, and the mix."""
        return _ask(self._service.files.play_project, locals())


ENDPOINTS = tuple(name for name in vars(Endpoints) if not name.startswith("_"))


def _ask(call: Callable[[object], Json], fields: _Object) -> Json:
    """Call the service with an endpoint's own arguments."""
    fields.pop("self")
    try:
        return call(fields)
    except PocketStudioError as error:
        raise gr.Error(str(error), print_exception=False) from None
