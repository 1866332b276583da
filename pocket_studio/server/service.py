"""What the page and the API can ask for: one method each, JSON in, JSON out.

The methods may run in any thread; the model's part of them runs on the one model thread.
"""

from collections.abc import Callable
from typing import Final

from pocket_studio.export.exporting import genre_title
from pocket_studio.midi import LEADS, MAX_MIDI_BYTES, NOTE_MAPS
from pocket_studio.music.grid import MAX_SWING, MAX_TEMPO_BPM, MIN_TEMPO_BPM, STRAIGHT
from pocket_studio.music.groove import MAX_REPEATS, Groove
from pocket_studio.music.kit import DRUM_TITLES, DRUMS
from pocket_studio.music.patterns import template_to_rows
from pocket_studio.music.shaping import LAYERS, MAX_AMOUNT, shape
from pocket_studio.performance import (
    DEFAULT_GUIDANCE,
    DEFAULT_HUMANITY,
    DEFAULT_TEMPERATURE,
    MAX_DENSITY,
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    Studio,
)
from pocket_studio.schema.choices import MAX_NAME_LENGTH
from pocket_studio.schema.groove_json import groove_to_json
from pocket_studio.schema.project import GENRE_CHOICES, MAX_SECTIONS
from pocket_studio.server import protocol
from pocket_studio.server.files import FilesService
from pocket_studio.server.listening.questions import HumanClips
from pocket_studio.server.listening.service import ListeningService
from pocket_studio.server.presets import PRESETS, Preset
from pocket_studio.server.protocol import Json
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker

FIRST_SEED: Final = 8


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
    load_clips : function
        As in `ListeningService`.

    Attributes
    ----------
    sound, files, listening
        The rest: what is heard, files and projects, the listening test.
    """

    def __init__(
        self,
        studio: Studio,
        sound: SoundService,
        worker: ModelWorker,
        load_clips: Callable[[], HumanClips],
    ) -> None:
        self._studio = studio
        self._worker = worker
        self._codebooks: dict[str, tuple[Groove, ...]] = {}
        self.sound = sound
        self.files = FilesService(studio, sound, worker)
        self.listening = ListeningService(studio, sound, worker, load_clips)

    def warm_up(self) -> None:
        """Play one groove, so that the first visitor does not pay for first calls."""
        rows = template_to_rows(PRESETS["any"][0].template())
        self.groove({"template": rows, "seed": FIRST_SEED})

    def groove(self, data: object) -> Json:
        """Play a template: `{template, genre, ...}` -> `{groove, codes, details, seed, ...}`."""
        return self._played(protocol.parse_groove_request(data))

    def takes(self, data: object) -> Json:
        """Play up to four takes: `{template, ..., takes: [{seed, codes, ...}]}` -> `{takes}`.

        Others' requests may come in between.
        """
        return {"takes": [self._played(each) for each in protocol.parse_takes_request(data)]}

    def genre_sweep(self, data: object) -> Json:
        """Play a template in all six genres: as `groove` -> `{genres: {genre: as groove}}`."""
        requests = protocol.parse_genre_sweep_request(data)
        return {"genres": {request.genre: self._played(request) for request in requests}}

    def _played(self, request: protocol.GrooveRequest) -> Json:
        codes, details = request.take.given
        performance = self._worker.run(
            lambda: self._studio.groove(
                request.template,
                genre=request.genre,
                velocity_pattern=request.velocity_pattern,
                microtiming_pattern=request.microtiming_pattern,
                codes=codes,
                details=details,
                reference=request.reference,
                reference_notes=request.reference_notes,
                temperature=request.temperature,
                guidance=request.guidance,
                density=request.density,
                humanity=request.humanity,
                seed=request.take.seed,
                tempo_bpm=request.tempo_bpm,
                held=request.held,
                morph=request.morph,
                keep_sketch=request.keep_sketch,
            )
        )
        painted = request.velocity_pattern, request.microtiming_pattern
        return protocol.performance_to_json(performance, request.take.seed, *painted)

    def code_choices(self, data: object) -> Json:
        """Try every code in a beat: as `groove`, with `beat` -> `{beat, choices: [...]}`."""
        request = protocol.parse_code_choices_request(data)
        choices = self._worker.run(
            lambda: self._studio.code_choices(
                request.template,
                request.codes,
                request.details,
                request.beat,
                genre=request.genre,
                temperature=request.temperature,
                guidance=request.guidance,
                density=request.density,
                seed=request.seed,
                tempo_bpm=request.tempo_bpm,
                held=request.held,
                keep_sketch=request.keep_sketch,
            )
        )
        favourites = self._studio.favourites
        return {
            "beat": request.beat,
            "choices": [protocol.code_choice_to_json(choice, favourites) for choice in choices],
        }

    def codebook(self, data: object) -> Json:
        """Decode every code: `{genre}` -> `{tiles: [{code, groove, usage: {genre: share}}]}`."""
        genre = protocol.parse_codebook_request(data)
        if genre not in self._codebooks:
            self._codebooks[genre] = self._worker.run(lambda: self._studio.codebook(genre))
        usage = self._studio.code_usage
        tiles = [
            {
                "code": code,
                "groove": groove_to_json(groove),
                "usage": {name: round(float(shares[code]), 5) for name, shares in usage.items()},
            }
            for code, groove in enumerate(self._codebooks[genre])
        ]
        return {"tiles": tiles}

    def shape(self, data: object) -> Json:
        """Apply amounts, edits, layer, swing: `{groove, velocity_amount, ...}` -> `{groove}`."""
        return {"groove": groove_to_json(shape(**protocol.parse_shape_request(data)))}

    def patterns(self, data: object) -> Json:
        """Reduce a groove: `{groove}` -> `{template, velocity_pattern, microtiming_pattern}`."""
        return protocol.patterns_to_json(protocol.parse_patterns_request(data))

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
            "defaults": {
                "temperature": DEFAULT_TEMPERATURE,
                "guidance": DEFAULT_GUIDANCE,
                "humanity": DEFAULT_HUMANITY,
                "seed": FIRST_SEED,
            },
            "limits": {
                "tempo_bpm": [MIN_TEMPO_BPM, MAX_TEMPO_BPM],
                "temperature": [MIN_TEMPERATURE, MAX_TEMPERATURE],
                "guidance": [0, MAX_GUIDANCE],
                "density": [0, MAX_DENSITY],
                "swing": [STRAIGHT, MAX_SWING],
                "amount": [0, MAX_AMOUNT],
                "seed": [0, MAX_SEED],
                "repeats": [1, MAX_REPEATS],
                "sections": MAX_SECTIONS,
                "name_length": MAX_NAME_LENGTH,
                "midi_bytes": MAX_MIDI_BYTES,
                "project_bytes": protocol.MAX_PROJECT_BYTES,
            },
        }


def _preset_to_json(preset: Preset) -> Json:
    return {
        "name": preset.name,
        "tempo_bpm": preset.tempo_bpm,
        "template": template_to_rows(preset.template()),
    }
