"""Files and projects: MIDI that is read, project files and share links."""

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import DrumFile, open_midi
from pocket_studio.music.kit import DRUMS
from pocket_studio.performance import Studio
from pocket_studio.schema.answers import (
    PartJson,
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
    OpenProjectRequest,
    OpenShareRequest,
    PlayProjectRequest,
    ReadMidiRequest,
    ShareRequest,
)
from pocket_studio.schema.words import read
from pocket_studio.server.worker import ModelWorker


class FilesService:
    """Files that come in, and projects, as the page sees them; parameters as in `EditorService`."""

    def __init__(self, studio: Studio, worker: ModelWorker) -> None:
        self._studio = studio
        self._worker = worker

    def read_midi(self, data: object) -> ReadMidiAnswer:
        """Read two bars of a MIDI file (`ReadMidiRequest`), by default the first two full ones.

        `bar_hits` says how many hits each bar of the file has, `bar_meters` which are in 4/4 and
        can be used, `parts` what can be taken for drums. If that has to be chosen, `groove` is
        null.
        """
        request = read(ReadMidiRequest, data)
        try:
            file = open_midi(request.content)
            if request.part is None and file.unclear:
                return _unclear(file)
            downbeat = request.downbeat
            track = (
                file.track(downbeat=downbeat)
                if request.part is None
                else file.track_of(request.part, downbeat=downbeat)
            )
        except InvalidMidiError as error:
            raise InvalidMidiError(f"{request.name or 'the file'}: {error}") from None
        bar = track.first_bar if request.bar is None else request.bar
        groove = track.loop(bar)
        taken = file.drums[0] if len(file.drums) == 1 else None
        return {
            "n_bars": track.n_bars,
            "bar": bar,
            "bar_hits": list(track.bar_hits),
            "bar_meters": list(track.bar_meters),
            "parts": _parts(file),
            "part": taken if request.part is None else request.part,
            "says_tempo": file.says_tempo,
            "groove": groove_to_json(groove),
            **patterns_to_json(groove),
            "notices": list(track.notices_at(bar)),
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


def _parts(file: DrumFile) -> list[PartJson]:
    drums = set(file.drums)
    return [
        {
            "track": part.track,
            "channel": part.channel,
            "name": part.name,
            "hits": part.n_hits,
            "drums": at in drums,
        }
        for at, part in enumerate(file.parts)
    ]


def _unclear(file: DrumFile) -> ReadMidiAnswer:
    """Answer that a part must be chosen, and from which."""
    return {
        "n_bars": 0,
        "bar": 0,
        "bar_hits": [],
        "bar_meters": [],
        "parts": _parts(file),
        "part": None,
        "says_tempo": file.says_tempo,
        "groove": None,
        "template": None,
        "velocity_pattern": None,
        "microtiming_pattern": None,
        "notices": [file.unclear, *file.remarks],
    }
