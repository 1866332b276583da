"""What the page hears: loops, single hits and which soundfonts there are."""

import base64

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.music.kit import DRUMS
from pocket_studio.schema.answers import SoundAnswer, SoundfontJson, SoundsAnswer
from pocket_studio.schema.sound_requests import AuditionRequest, RenderRequest
from pocket_studio.schema.values import GENRE_CHOICES
from pocket_studio.schema.words import Json, read
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
        try:
            return self._library.renderer(soundfont)
        except InvalidRequestError:
            # The page may have heard of a new soundfont from another process.
            self._library.rescan()
            return self._library.renderer(soundfont)

    def renderers(self) -> list[Renderer]:
        """Return the renderers of all soundfonts, the best first."""
        if self._library is None:
            return []
        return [self._library.renderer(name) for name in self._library.names()]

    def render(self, data: object) -> SoundAnswer:
        """Render a groove as one seamless loop (`RenderRequest`)."""
        request = read(RenderRequest, data)
        renderer = self.renderer(request.soundfont)
        loop = renderer.render_loop(request.groove, request.kit, request.levels, request.click)
        return sound_to_json(loop)

    def audition(self, data: object) -> SoundAnswer:
        """Render one hit of a drum (`AuditionRequest`)."""
        request = read(AuditionRequest, data)
        renderer = self.renderer(request.soundfont)
        drum = DRUMS.index(request.drum)
        return sound_to_json(renderer.render_hit(drum, request.kit, request.velocity))

    def sounds(self, _: object) -> SoundsAnswer:
        """Look for soundfonts and list them with their kits."""
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

    def _listed(self) -> SoundsAnswer:
        if self._library is None:
            return {"soundfonts": [], "notices": []}
        names = self._library.names()
        fonts = [_soundfont_to_json(name, self._library.renderer(name)) for name in names]
        return {"soundfonts": fonts, "notices": list(self._library.notices)}


def sound_to_json(pcm: NDArray[np.int16]) -> SoundAnswer:
    """Write `pcm` [n_frames, channels] as base64 of interleaved little-endian samples."""
    n_frames, channels = pcm.shape
    return {
        "pcm16": base64.b64encode(pcm.astype("<i2").tobytes()).decode(),
        "sample_rate": SAMPLE_RATE,
        "channels": channels,
        "n_frames": n_frames,
    }


def _soundfont_to_json(name: str, renderer: Renderer) -> SoundfontJson:
    return {
        "name": name,
        "kits": [{"program": kit.program, "name": kit.name} for kit in renderer.kits()],
        "genre_kits": {genre: renderer.kit_of_genre(genre) for genre in GENRE_CHOICES},
    }
