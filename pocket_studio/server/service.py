"""What the page and the API can ask for: one method each, JSON in, JSON out (`schema`).

The methods may run in any thread; the model's part of them runs on the one model thread.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.exporting.files import genre_title
from pocket_studio.midi import LEADS, MAX_MIDI_BYTES, NOTE_MAPS
from pocket_studio.music.feels import ROW_FEEL_RANGES
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.groove import MAX_REPEATS, Groove
from pocket_studio.music.kit import DRUM_TITLES, DRUMS
from pocket_studio.music.patterns import template_to_rows
from pocket_studio.music.shaping import LAYERS, shape
from pocket_studio.performance import (
    MAX_SEED,
    Studio,
    Take,
)
from pocket_studio.schema.answers import (
    CodebookAnswer,
    CodeChoicesAnswer,
    GenreSweepAnswer,
    GrooveAnswer,
    PatternsAnswer,
    ShapeAnswer,
    TakesAnswer,
    code_choice_to_json,
    patterns_to_json,
    performance_to_json,
)
from pocket_studio.schema.fields import fields_to_json
from pocket_studio.schema.groove_json import groove_to_json
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import project_to_json
from pocket_studio.schema.requests import (
    MAX_PROJECT_BYTES,
    CodebookRequest,
    CodeChoicesRequest,
    GrooveRequest,
    PatternsRequest,
    Played,
    ShapeRequest,
    TakesRequest,
)
from pocket_studio.schema.values import GENRE_CHOICES, MAX_NAME_LENGTH, MAX_SECTIONS
from pocket_studio.schema.words import Json, read
from pocket_studio.server.exports import ExportService
from pocket_studio.server.files import FilesService
from pocket_studio.server.kits import KitService
from pocket_studio.server.listening.fetching import Report
from pocket_studio.server.listening.questions import HumanClips
from pocket_studio.server.listening.service import ListeningService
from pocket_studio.server.listening.store import DATABASE_PATH
from pocket_studio.server.presets import PRESETS, Preset
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker

FIRST_PRESET: Final = PRESETS[ANY_GENRE][0]


class EditorService:
    """The studio, the sounds and the model thread, as the page sees them.

    Parameters
    ----------
    studio : Studio
        The loaded model.
    sound : SoundService
        The soundfonts.
    worker : ModelWorker
        The thread on which `studio` is used.
    load_clips, database, fetch_clips
        As in `ListeningService`.

    Attributes
    ----------
    sound, kits, files, exports, listening
        The rest: what is heard and from which hits, files and projects, the listening test.
    """

    def __init__(
        self,
        studio: Studio,
        sound: SoundService,
        worker: ModelWorker,
        load_clips: Callable[[], HumanClips],
        database: Path = DATABASE_PATH,
        fetch_clips: Callable[[Report], None] | None = None,
    ) -> None:
        self._studio = studio
        self._worker = worker
        self._codebooks: dict[str, tuple[Groove, ...]] = {}
        self.sound = sound
        self.kits = KitService(sound)
        self.files = FilesService(studio, worker)
        self.exports = ExportService(sound.renderer)
        self.listening = ListeningService(studio, sound, worker, load_clips, database, fetch_clips)

    def warm_up(self) -> None:
        """Play one groove and measure its kit: the first visitor does not pay for first calls."""
        rows = template_to_rows(FIRST_PRESET.template())
        self.groove({"template": rows, "seed": FIRST_PRESET.seed})
        with suppress(SoundUnavailableError):  # the page says why
            renderer = self.sound.renderer()
            self.kits.kit({"kit": renderer.kit_of_genre(FIRST_PRESET.genre)})

    def groove(self, data: object) -> GrooveAnswer:
        """Play a template (`GrooveRequest`)."""
        request = read(GrooveRequest, data)
        return self._played(request, request.take)

    def takes(self, data: object) -> TakesAnswer:
        """Play up to four takes (`TakesRequest`); others' requests may come in between."""
        request = read(TakesRequest, data)
        return {"takes": [self._played(request, take) for take in request.takes]}

    def genre_sweep(self, data: object) -> GenreSweepAnswer:
        """Play a template in all six genres (`GrooveRequest`, whose own genre is not used)."""
        request = read(GrooveRequest, data)
        return {
            "genres": {
                genre: self._played(replace(request, genre=genre), request.take) for genre in GENRES
            }
        }

    def _played(self, request: Played, take: Take) -> GrooveAnswer:
        arguments = request.arguments(take)
        performance = self._worker.run(lambda: self._studio.groove(request.template, **arguments))
        return performance_to_json(performance, take.seed, request)

    def code_choices(self, data: object) -> CodeChoicesAnswer:
        """Try every code in a beat (`CodeChoicesRequest`)."""
        request = read(CodeChoicesRequest, data)
        choices = self._worker.run(
            lambda: self._studio.code_choices(
                request.template,
                request.codes,
                request.details,
                request.beat,
                **request.choices(request.seed),
            )
        )
        favourites = self._studio.favourites
        return {
            "beat": request.beat,
            "choices": [code_choice_to_json(choice, favourites) for choice in choices],
        }

    def codebook(self, data: object) -> CodebookAnswer:
        """Decode every code (`CodebookRequest`)."""
        genre = read(CodebookRequest, data).genre
        if genre not in self._codebooks:
            self._codebooks[genre] = self._worker.run(lambda: self._studio.codebook(genre))
        usage = self._studio.code_usage
        return {
            "tiles": [
                {
                    "code": code,
                    "groove": groove_to_json(groove),
                    "usage": {
                        name: round(float(shares[code]), 5) for name, shares in usage.items()
                    },
                }
                for code, groove in enumerate(self._codebooks[genre])
            ]
        }

    def shape(self, data: object) -> ShapeAnswer:
        """Shape a groove without the model: amounts, feels, edits, a layer (`ShapeRequest`)."""
        return {"groove": groove_to_json(shape(**vars(read(ShapeRequest, data))))}

    def patterns(self, data: object) -> PatternsAnswer:
        """Reduce a groove (`PatternsRequest`)."""
        return patterns_to_json(read(PatternsRequest, data).groove)

    def boot(self) -> Json:
        """Return what the page needs to know before it asks for anything."""
        checkpoint = self._studio.checkpoint
        return {
            "drums": DRUMS,
            "drum_titles": DRUM_TITLES,
            "genres": GENRE_CHOICES,
            "genre_titles": {genre: genre_title(genre) for genre in GENRE_CHOICES},
            "presets": {
                genre: [_preset_to_json(preset) for preset in presets]
                for genre, presets in PRESETS.items()
            },
            **self.sound.boot(),
            "checkpoint": f"PocketVAE {checkpoint.digest}",
            "checkpoint_digest": checkpoint.digest,
            "favourites": self._studio.favourites,
            "layers": LAYERS,
            "leads": LEADS,
            "note_maps": {
                name: dict(zip(DRUMS, pitches, strict=True)) for name, pitches in NOTE_MAPS.items()
            },
            "fields": fields_to_json(Project),
            "project": project_to_json(_first_project(checkpoint.digest)),
            "limits": {
                "seed": [0, MAX_SEED],
                "repeats": [1, MAX_REPEATS],
                **ROW_FEEL_RANGES,
                "sections": MAX_SECTIONS,
                "name_length": MAX_NAME_LENGTH,
                "midi_bytes": MAX_MIDI_BYTES,
                "project_bytes": MAX_PROJECT_BYTES,
            },
        }


def _first_project(checkpoint: str) -> Project:
    """Return what a page begins with that has no session."""
    return Project(
        FIRST_PRESET.template(),
        genre=FIRST_PRESET.genre,
        takes=(Take(FIRST_PRESET.seed),),
        tempo_bpm=FIRST_PRESET.tempo_bpm,
        swing=FIRST_PRESET.swing,
        checkpoint=checkpoint,
    )


def _preset_to_json(preset: Preset) -> Json:
    return {
        "name": preset.name,
        "tempo_bpm": preset.tempo_bpm,
        "swing": preset.swing,
        "seed": preset.seed,
        "template": template_to_rows(preset.template()),
    }
