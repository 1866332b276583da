"""Files and projects: MIDI that is read, exports, project files and share links."""

from pocket_studio.errors import InvalidMidiError, InvalidRequestError
from pocket_studio.export.exporting import export
from pocket_studio.midi import read_track
from pocket_studio.music.grid import BARS, STEPS_PER_BAR
from pocket_studio.music.kit import DRUMS
from pocket_studio.performance import Studio
from pocket_studio.schema.groove_json import groove_to_json
from pocket_studio.schema.link import left_out_of_link, project_to_link
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import project_to_json
from pocket_studio.server import protocol
from pocket_studio.server.protocol import Json
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker


class FilesService:
    """Files in and out of the studio, as the page sees them; parameters as in `EditorService`."""

    def __init__(self, studio: Studio, sound: SoundService, worker: ModelWorker) -> None:
        self._studio = studio
        self._sound = sound
        self._worker = worker

    def read_midi(self, data: object) -> Json:
        """Read two bars of a file: `{name, content, bar}` -> the groove and what it reduces to.

        The answer is `{n_bars, bar, bar_hits, groove, template, velocity_pattern,
        microtiming_pattern, notices}`. Without a `bar`, the first that sound are read.
        """
        request = protocol.parse_upload(data)
        try:
            track = read_track(request.content)
        except InvalidMidiError as error:
            raise InvalidMidiError(f"{request.name or 'the file'}: {error}") from None
        bar = track.first_bar if request.bar is None else request.bar
        if bar > track.n_bars - BARS:
            raise InvalidRequestError(f"the bar must be 0 to {track.n_bars - BARS}")
        groove = track.window(bar * STEPS_PER_BAR)
        return {
            "n_bars": track.n_bars,
            "bar": bar,
            "bar_hits": list(track.bar_hits),
            "groove": groove_to_json(groove),
            **protocol.patterns_to_json(groove),
            "notices": list(track.notices),
        }

    def export(self, data: object) -> Json:
        """Make a file: `{kind, groove or sections, ...}` -> `{filename, mime, content}`."""
        request, soundfont = protocol.parse_export_request(data)
        needs_sound = request.kind in ("wav", "stems")
        renderer = self._sound.renderer(soundfont) if needs_sound else None
        filename, mime, content = export(request, renderer)
        return {"filename": filename, "mime": mime, "content": protocol.bytes_to_text(content)}

    def open_project(self, data: object) -> Json:
        """Read a project file: `{content}`, its text -> `{project, notices}`."""
        return self._opened(protocol.parse_project_file(data))

    def share(self, data: object) -> Json:
        """Write a project as text for a link: `{project}` -> `{text, notices}`."""
        project = protocol.parse_project_request(data)
        left_out = left_out_of_link(project)
        notices = [f"The link does not carry {', '.join(left_out)}."] if left_out else []
        return {"text": project_to_link(project), "notices": notices}

    def open_share(self, data: object) -> Json:
        """Read what `share` wrote: `{text}` -> `{project, notices}`."""
        return self._opened(protocol.parse_share_request(data))

    def play_project(self, data: object) -> Json:
        """Play a project: `{project}` -> `{performance, groove, levels}`.

        `performance` is what the model plays, as `groove` answers; `groove` that after amounts and
        edits; `levels` the mix after mute and solo.
        """
        project = protocol.parse_project_request(data)
        performance, groove = self._worker.run(lambda: project.play(self._studio))
        painted = project.velocity_pattern, project.microtiming_pattern
        seed = project.takes[project.take].seed
        return {
            "performance": protocol.performance_to_json(performance, seed, *painted),
            "groove": groove_to_json(groove),
            "levels": dict(zip(DRUMS, project.mix().tolist(), strict=True)),
        }

    def _opened(self, project: Project) -> Json:
        made_with, ours = project.checkpoint, self._studio.checkpoint.digest
        notices = []
        if made_with and made_with != ours:
            notices.append(
                f"This was made with another model ({made_with}): your sketch, contours, edits, "
                f"locked rows and song are as they were, the model here ({ours}) plays the rest."
            )
        return {"project": project_to_json(project), "notices": notices}
