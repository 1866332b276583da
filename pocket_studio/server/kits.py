"""Kits for the page's own sequencer: what a kit's hits sound like, and each sound as a WAV file."""

import hashlib
import threading
from functools import lru_cache
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pocket_studio.errors import PocketStudioError
from pocket_studio.schema.answers import KitAnswer
from pocket_studio.schema.sound_requests import KitRequest
from pocket_studio.schema.words import read
from pocket_studio.server.sound import SoundService
from pocket_studio.sound import Renderer, wav_bytes
from pocket_studio.sound.sampling import VELOCITIES

_MOST_SOUNDS: Final = 64
_VERSION: Final = 1  # of how a sound is rendered: another one has other addresses


class KitService:
    """Kits as the page plays them.

    A sound's address has the soundfont's content in it, so that a browser may keep it for ever.
    """

    def __init__(self, sound: SoundService) -> None:
        self._sound = sound
        self._digests: dict[Renderer, str] = {}
        self._renderers: dict[str, Renderer] = {}
        self._lock = threading.Lock()
        self._wav = lru_cache(_MOST_SOUNDS)(_wav)

    def kit(self, data: object) -> KitAnswer:
        """Say what a kit's hits sound like (`KitRequest`)."""
        request = read(KitRequest, data)
        renderer = self._sound.renderer(request.soundfont)
        voices = renderer.voices(request.kit)
        return {
            "base": f"kits/{self._digest(renderer)}/{request.kit}",
            "velocities": list(VELOCITIES),
            "voices": {
                name: {
                    "pitch": voice.pitch,
                    "velocity": voice.velocity,
                    "levels": [round(level, 7) for level in voice.hits.levels],
                    "sounds": list(voice.hits.sounds),
                    "fades": {other: round(seconds, 5) for other, seconds in voice.fades.items()},
                }
                for name, voice in voices.items()
            },
        }

    def route(self) -> Route:
        """Return the route that serves the sounds."""
        return Route("/kits/{digest}/{kit:int}/{pitch:int}-{velocity:int}.wav", self._answer)

    async def _answer(self, request: Request) -> Response:
        place = request.path_params
        renderer = await run_in_threadpool(self._renderer, place["digest"])
        if renderer is None:
            return Response("there is no such soundfont", status_code=404, media_type="text/plain")
        try:
            content = await run_in_threadpool(
                self._wav, renderer, place["pitch"], place["velocity"], place["kit"]
            )
        except PocketStudioError as error:
            return Response(str(error), status_code=404, media_type="text/plain")
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(content, media_type="audio/wav", headers=headers)

    def _renderer(self, digest: str) -> Renderer | None:
        if digest not in self._renderers:  # asked for before this server was started
            for renderer in self._sound.renderers():
                self._digest(renderer)
        return self._renderers.get(digest)

    def _digest(self, renderer: Renderer) -> str:
        with self._lock:
            if renderer not in self._digests:
                with renderer.soundfont.path.open("rb") as file:
                    content = hashlib.file_digest(file, "blake2b").hexdigest()
                digest = f"{content[:16]}-{_VERSION}"
                self._digests[renderer] = digest
                self._renderers[digest] = renderer
            return self._digests[renderer]


def _wav(renderer: Renderer, pitch: int, velocity: int, kit: int) -> bytes:
    return wav_bytes(renderer.render_sound(pitch, velocity, kit))
