"""Files and projects: MIDI that is read, exports, project files and share links."""

import base64
from typing import Any

from pocket_studio.errors import InvalidMidiError, InvalidRequestError
from pocket_studio.exporting.files import OF_SOUND, export
from pocket_studio.midi import read_track
from pocket_studio.midi.stand_in import stand_in_content, stand_in_parts
from pocket_studio.music.grid import BARS, STEPS_PER_BAR
from pocket_studio.music.kit import DRUMS
from pocket_studio.performance import Studio
from pocket_studio.schema.answers import (
    FileAnswer,
    PlayProjectAnswer,
    ProjectAnswer,
    ReadMidiAnswer,
    ShareAnswer,
    patterns_to_json,
    performance_to_json,
)
from pocket_studio.schema.groove_json import groove_to_json
from pocket_studio.schema.link import left_out_of_link, project_to_link
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import project_to_json
from pocket_studio.schema.requests import (
    ExportRequest,
    OpenProjectRequest,
    OpenShareRequest,
    PlayProjectRequest,
    ReadMidiRequest,
    ShareRequest,
)
from pocket_studio.schema.words import read
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker


class FilesService:
    """Files in and out of the studio, as the page sees them; parameters as in `EditorService`."""

    def __init__(self, studio: Studio, sound: SoundService, worker: ModelWorker) -> None:
        self._studio = studio
        self._sound = sound
        self._worker = worker

    def read_midi(self, data: object) -> ReadMidiAnswer:
        """Read two bars of a MIDI file (`ReadMidiRequest`), without a `bar` the first that sound.

        `bar_hits` says how many hits each bar of the file has.
        """
        request = read(ReadMidiRequest, data)
        try:
            parts = stand_in_parts(request.content)
        except Exception:
            parts = []
        if request.part is not None and request.part >= len(parts):
            raise InvalidRequestError(f"the part must be 0 to {len(parts) - 1}")
        chosen = parts[request.part] if request.part is not None else None
        try:
            content, meters = (
                stand_in_content(request.content, chosen) if parts else (request.content, [])
            )
            track = read_track(content)
        except InvalidMidiError as error:
            line = f"{request.name or 'the file'}: {error}"
            if not parts:
                raise InvalidMidiError(line) from None
            nothing: dict[str, Any] = {"groove": None, "template": None, "velocity_pattern": None}
            nothing |= {"microtiming_pattern": None, "part": None, "parts": parts}
            nothing |= {"n_bars": 0, "bar": 0, "bar_hits": [], "bar_meters": []}
            return {**nothing, "notices": [line]}  # type: ignore[typeddict-item]
        bar = track.first_bar if request.bar is None else request.bar
        if bar > track.n_bars - BARS:
            raise InvalidRequestError(f"the bar must be 0 to {track.n_bars - BARS}")
        groove = track.window(bar * STEPS_PER_BAR)
        drums = [index for index, part in enumerate(parts) if part["drums"]]
        return {
            "n_bars": track.n_bars,
            "bar": bar,
            "bar_hits": list(track.bar_hits),
            "bar_meters": (meters + meters[-1:] * track.n_bars)[: track.n_bars],
            "parts": parts,  # type: ignore[typeddict-item]
            "part": request.part
            if chosen
            else (drums or [0])[0]
            if len(drums or parts) == 1
            else None,
            "groove": groove_to_json(groove),
            **patterns_to_json(groove),
            "notices": list(track.notices),
        }

    def export(self, data: object) -> FileAnswer:
        """Make a midi, wav, stems, png or svg file of a groove or a song (`ExportRequest`)."""
        request = read(ExportRequest, data)
        is_sound = request.kind in OF_SOUND
        renderer = self._sound.renderer(request.soundfont) if is_sound else None
        filename, mime, content = export(request.export, renderer)
        return {
            "filename": filename,
            "mime": mime,
            "content": base64.b64encode(content).decode("ascii"),
        }

    def open_project(self, data: object) -> ProjectAnswer:
        """Read the text of a project file (`OpenProjectRequest`)."""
        return self._opened(read(OpenProjectRequest, data).content)

    def share(self, data: object) -> ShareAnswer:
        """Write a project as the text of a share link (`ShareRequest`)."""
        project = read(ShareRequest, data).project
        left_out = left_out_of_link(project)
        notices = [f"The link does not carry {', '.join(left_out)}."] if left_out else []
        return {"text": project_to_link(project), "notices": notices}

    def open_share(self, data: object) -> ProjectAnswer:
        """Read the text of a share link (`OpenShareRequest`)."""
        return self._opened(read(OpenShareRequest, data).text)

    def play_project(self, data: object) -> PlayProjectAnswer:
        """Play a project (`PlayProjectRequest`): the model's groove, the edited one, the mix."""
        project = read(PlayProjectRequest, data).project
        performance, groove = self._worker.run(lambda: project.play(self._studio))
        seed = project.takes[project.take].seed
        return {
            "performance": performance_to_json(performance, seed, project),
            "groove": groove_to_json(groove),
            "levels": dict(zip(DRUMS, project.mix().tolist(), strict=True)),
        }

    def _opened(self, project: Project) -> ProjectAnswer:
        made_with, ours = project.checkpoint, self._studio.checkpoint.digest
        notices = []
        if made_with and made_with != ours:
            notices.append(
                f"This was made with another model ({made_with}): your sketch, contours, edits, "
                f"locked rows and song are as they were, the model here ({ours}) plays the rest."
            )
        return {"project": project_to_json(project), "notices": notices}
