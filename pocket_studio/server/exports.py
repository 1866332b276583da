"""Files that leave the studio."""

import base64
from collections.abc import Callable

from pocket_studio.exporting.files import OF_SOUND, export
from pocket_studio.schema.answers import FileAnswer
from pocket_studio.schema.requests import ExportRequest
from pocket_studio.schema.words import read
from pocket_studio.sound import Renderer


class ExportService:
    """Files that leave the studio, as the page sees them.

    Parameters
    ----------
    renderer : function
        Returns the renderer of a soundfont's name, or of the best for None.
    """

    def __init__(self, renderer: Callable[[str | None], Renderer]) -> None:
        self._renderer = renderer

    def export(self, data: object) -> FileAnswer:
        """Make a midi, wav, stems, png or svg file of a groove or a song (`ExportRequest`)."""
        request = read(ExportRequest, data)
        is_sound = request.kind in OF_SOUND
        renderer = self._renderer(request.soundfont) if is_sound else None
        filename, mime, content = export(request.export, renderer)
        return {
            "filename": filename,
            "mime": mime,
            "content": base64.b64encode(content).decode("ascii"),
        }
