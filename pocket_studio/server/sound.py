"""What the page hears: loops, single hits and which soundfonts there are."""

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.schema.project import GENRE_CHOICES
from pocket_studio.server import protocol
from pocket_studio.server.protocol import Json
from pocket_studio.sound import SAMPLE_RATE, Renderer, SoundLibrary


class SoundService:
    """The soundfonts as the page sees them.

    Parameters
    ----------
    library : SoundLibrary or None
        None where there is no sound.
    notice : str
        One line that says why, in its place.
    """

    def __init__(self, library: SoundLibrary | None, notice: str = "") -> None:
        self._library = library
        self._notice = notice

    def renderer(self, soundfont: str | None = None) -> Renderer:
        """Return the renderer of `soundfont`, or of the best there is.

        Raises
        ------
        SoundUnavailableError
            If there is no sound.
        InvalidRequestError
            If there is no such soundfont.
        """
        if self._library is None:
            raise SoundUnavailableError(self._notice)
        return self._library.renderer(soundfont)

    def render(self, data: object) -> Json:
        """Render a loop: `{groove, program, ...}` -> `{pcm16, sample_rate, channels, n_frames}`."""
        request = protocol.parse_render_request(data)
        renderer = self.renderer(request.soundfont)
        loop = renderer.render_loop(request.groove, request.program, request.levels, request.click)
        return sound_to_json(loop)

    def audition(self, data: object) -> Json:
        """Render one hit: `{drum, program, soundfont, velocity}` -> as `render`."""
        request = protocol.parse_audition_request(data)
        renderer = self.renderer(request.soundfont)
        return sound_to_json(renderer.render_hit(request.drum, request.program, request.velocity))

    def sounds(self, _: object) -> Json:
        """Look for soundfonts: `{}` -> `{soundfonts: [{name, kits, genre_kits}], notices}`."""
        if self._library is not None:
            self._library.rescan()
        return self._listed()

    def boot(self) -> Json:
        """Return as `sounds`, the name of the best and why there is no sound, or null."""
        listed = self._listed()
        try:
            self.renderer()
        except SoundUnavailableError as error:
            return {**listed, "soundfont": None, "sound_notice": str(error)}
        return {**listed, "soundfont": listed["soundfonts"][0]["name"], "sound_notice": None}

    def _listed(self) -> Json:
        if self._library is None:
            return {"soundfonts": [], "notices": []}
        names = self._library.names()
        fonts = [_soundfont_to_json(name, self._library.renderer(name)) for name in names]
        return {"soundfonts": fonts, "notices": self._library.notices}


def sound_to_json(pcm: NDArray[np.int16]) -> Json:
    """Write `pcm` [n_frames, channels] as base64 of interleaved little-endian samples."""
    n_frames, channels = pcm.shape
    return {
        "pcm16": protocol.bytes_to_text(pcm.astype("<i2").tobytes()),
        "sample_rate": SAMPLE_RATE,
        "channels": channels,
        "n_frames": n_frames,
    }


def _soundfont_to_json(name: str, renderer: Renderer) -> Json:
    return {
        "name": name,
        "kits": [{"program": kit.program, "name": kit.name} for kit in renderer.kits()],
        "genre_kits": {genre: renderer.kit_of_genre(genre) for genre in GENRE_CHOICES},
    }
