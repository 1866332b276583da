"""What the page and the API can ask for: one method each, JSON in, JSON out.

The methods may run in any thread; the model's part of them runs on the one model thread.
"""

from typing import Final

from pocket_studio.editor import protocol
from pocket_studio.editor.listening.service import ListeningService
from pocket_studio.editor.presets import PRESETS, Preset
from pocket_studio.editor.protocol import Json
from pocket_studio.editor.sound import sound_to_json
from pocket_studio.editor.worker import ModelWorker
from pocket_studio.errors import InvalidMidiError, SoundUnavailableError
from pocket_studio.grid import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from pocket_studio.groove import Groove
from pocket_studio.kit import DRUM_TITLES, DRUMS
from pocket_studio.midi import MAX_MIDI_BYTES, groove_to_midi, read_track
from pocket_studio.patterns import template_to_rows
from pocket_studio.performance import (
    DEFAULT_TEMPERATURE,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    Performance,
    Studio,
)
from pocket_studio.rendering import Renderer, wav_bytes

FIRST_SEED: Final = 8
GENRE_TITLES: Final = {"any": "Any", "hiphop": "Hip-hop"}
_MIME_TYPES: Final = {
    "midi": "audio/midi",
    "wav": "audio/wav",
    "png": "image/png",
    "svg": "image/svg+xml",
}


class EditorService:
    """The studio, the renderer and the model thread, as the page sees them.

    Parameters
    ----------
    studio : Studio
        The loaded model.
    renderer : Renderer or None
        None where there is no sound.
    sound_notice : str
        One line that says why, shown in its place.
    worker : ModelWorker
        The thread on which `studio` is used.

    Attributes
    ----------
    listening : ListeningService
        The listening test, played with the same parts.
    """

    def __init__(
        self, studio: Studio, renderer: Renderer | None, sound_notice: str, worker: ModelWorker
    ) -> None:
        self._studio = studio
        self._renderer = renderer
        self._sound_notice = sound_notice
        self._worker = worker
        self.listening = ListeningService(studio, renderer, sound_notice, worker)
        self._codebooks: dict[str, tuple[Groove, ...]] = {}

    def warm_up(self) -> None:
        """Play one groove, so that the first visitor does not pay for first calls."""
        rows = template_to_rows(PRESETS["any"][0].template())
        self.groove({"template": rows, "seed": FIRST_SEED})

    def groove(self, data: object) -> Json:
        """Play a template: `{template, genre, ...}` -> `{groove, codes, seed}`."""
        request = protocol.parse_groove_request(data)
        performance = self._worker.run(lambda: self._perform(request))
        return {
            "groove": protocol.groove_to_json(performance.groove),
            "codes": [int(code) for code in performance.codes],
            "seed": request.seed,
        }

    def _perform(self, request: protocol.GrooveRequest) -> Performance:
        return self._studio.groove(
            request.template,
            genre=request.genre,
            velocity_pattern=request.velocity_pattern,
            microtiming_pattern=request.microtiming_pattern,
            codes=request.codes,
            reference=request.reference,
            temperature=request.temperature,
            seed=request.seed,
            tempo_bpm=request.tempo_bpm,
        )

    def render(self, data: object) -> Json:
        """Render a loop: `{groove, kit}` -> `{pcm16, sample_rate, channels, n_frames}`."""
        groove, kit = protocol.parse_render_request(data)
        return sound_to_json(self._sounding().render_loop(groove, kit))

    def audition(self, data: object) -> Json:
        """Render one hit: `{drum, kit}` -> as `render`."""
        drum, kit = protocol.parse_audition_request(data)
        return sound_to_json(self._sounding().render_hit(drum, kit))

    def _sounding(self) -> Renderer:
        if self._renderer is None:
            raise SoundUnavailableError(self._sound_notice)
        return self._renderer

    def codebook(self, data: object) -> Json:
        """Decode every code: `{genre}` -> `{tiles: [{code, groove, usage: {genre: share}}]}`."""
        genre = protocol.parse_codebook_request(data)
        if genre not in self._codebooks:
            self._codebooks[genre] = self._worker.run(lambda: self._studio.codebook(genre))
        usage = self._studio.code_usage
        tiles = [
            {
                "code": code,
                "groove": protocol.groove_to_json(groove),
                "usage": {name: round(float(shares[code]), 5) for name, shares in usage.items()},
            }
            for code, groove in enumerate(self._codebooks[genre])
        ]
        return {"tiles": tiles}

    def read_midi(self, data: object) -> Json:
        """Read a reference: `{name, content}` -> `{groove, notices}`, its first two bars."""
        name, content = protocol.parse_upload(data)
        try:
            track = read_track(content)
        except InvalidMidiError as error:
            raise InvalidMidiError(f"{name or 'the file'}: {error}") from None
        notices = list(track.notices)
        return {"groove": protocol.groove_to_json(track.window(0)), "notices": notices}

    def export(self, data: object) -> Json:
        """Make a file: `{kind, groove, template, kit, genre}` -> `{filename, mime, content}`."""
        request = protocol.parse_export_request(data)
        name = f"pocket-{request.genre}-{request.groove.tempo_bpm:.0f}bpm"
        extension = "mid" if request.kind == "midi" else request.kind
        return {
            "filename": f"{name}.{extension}",
            "mime": _MIME_TYPES[request.kind],
            "content": protocol.bytes_to_text(self._file(request)),
        }

    def _file(self, request: protocol.ExportRequest) -> bytes:
        groove = request.groove
        if request.kind == "midi":
            return groove_to_midi(groove)
        if request.kind == "wav":
            return wav_bytes(self._sounding().render_loop(groove, request.kit))
        # Late: matplotlib takes most of a second, and the first page does not need it.
        from pocket_studio.plotting import figure_bytes, groove_figure

        title = f"{_genre_title(request.genre)}, {groove.tempo_bpm:g} bpm"
        figure = groove_figure(groove, request.template, title)
        return figure_bytes(figure, "png" if request.kind == "png" else "svg")

    def boot(self) -> Json:
        """Return what the page needs to know before it asks for anything."""
        renderer = self._renderer
        kits = renderer.kits() if renderer else []
        return {
            "drums": DRUMS,
            "drum_titles": DRUM_TITLES,
            "genres": protocol.GENRE_CHOICES,
            "genre_titles": {genre: _genre_title(genre) for genre in protocol.GENRE_CHOICES},
            "presets": {
                genre: [_preset_to_json(preset) for preset in presets]
                for genre, presets in PRESETS.items()
            },
            "kits": [{"program": kit.program, "name": kit.name} for kit in kits],
            "genre_kits": {
                genre: renderer.kit_of_genre(genre) if renderer else 0
                for genre in protocol.GENRE_CHOICES
            },
            "soundfont": renderer.soundfont.name if renderer else None,
            "sound_notice": None if renderer else self._sound_notice,
            "notices": renderer.notices if renderer else [],
            "checkpoint": f"PocketVAE {self._studio.checkpoint.digest}",
            "defaults": {"temperature": DEFAULT_TEMPERATURE, "seed": FIRST_SEED},
            "limits": {
                "tempo_bpm": [MIN_TEMPO_BPM, MAX_TEMPO_BPM],
                "temperature": [MIN_TEMPERATURE, MAX_TEMPERATURE],
                "midi_bytes": MAX_MIDI_BYTES,
            },
        }


def _preset_to_json(preset: Preset) -> Json:
    return {
        "name": preset.name,
        "tempo_bpm": preset.tempo_bpm,
        "template": template_to_rows(preset.template()),
    }


def _genre_title(genre: str) -> str:
    return GENRE_TITLES.get(genre, genre.title())
