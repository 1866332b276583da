"""Kits for the page's own sequencer: what a kit's hits sound like, and each sound as a WAV file."""

import hashlib
import threading
from collections import OrderedDict
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary, WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pocket_studio.errors import BusyError, PocketStudioError, SoundUnavailableError
from pocket_studio.schema.answers import KitAnswer
from pocket_studio.schema.sound_requests import KitRequest
from pocket_studio.schema.words import read
from pocket_studio.server.line import GoneError, Line
from pocket_studio.server.sound import SoundService
from pocket_studio.sound import Renderer, wav_bytes
from pocket_studio.sound.sampling import VELOCITIES

_MOST_BYTES: Final = 32 * 2**20  # of sounds that are kept, some ten kits
_VERSION: Final = 1  # of how a sound is rendered: another one has other addresses
_FOREIGN: Final = "only the studio's own page may use its sounds"


class KitService:
    """Kits as the page plays them.

    A sound's address has the soundfont's content in it, so that a browser may keep it for ever.
    """

    def __init__(self, sound: SoundService) -> None:
        self._sound = sound
        # Weak: a soundfont that is gone or was exchanged is closed when nobody renders with it.
        self._digests: WeakKeyDictionary[Renderer, str] = WeakKeyDictionary()
        self._renderers: WeakValueDictionary[str, Renderer] = WeakValueDictionary()
        self._wavs: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._line = Line("kits", at_once=2, waiting=64)

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
        if request.headers.get("sec-fetch-site") == "cross-site":
            return _said(_FOREIGN, 403)
        call = partial(self._wav, **request.path_params)
        try:
            content = await self._line.run(call, request.is_disconnected)
        except GoneError:
            return _said("", 499)
        except BusyError as error:
            return _said(str(error), 503)
        except PocketStudioError as error:
            return _said(str(error), 404)
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(content, media_type="audio/wav", headers=headers)

    def _wav(self, digest: str, kit: int, pitch: int, velocity: int) -> bytes:
        """Return a sound as a WAV file; the last ones that were asked for are kept."""
        name = f"{digest}/{kit}/{pitch}-{velocity}"
        with self._lock:
            if name in self._wavs:
                self._wavs.move_to_end(name)
                return self._wavs[name]
        content = wav_bytes(self._renderer(digest).render_sound(pitch, velocity, kit))
        with self._lock:
            self._wavs[name] = content
            while sum(map(len, self._wavs.values())) > _MOST_BYTES:
                self._wavs.popitem(last=False)
        return content

    def _renderer(self, digest: str) -> Renderer:
        found = self._renderers.get(digest)
        if found is None:  # it may have been asked for before this server was started
            for renderer in self._sound.renderers():
                self._digest(renderer)
            found = self._renderers.get(digest)
        if found is None:
            raise SoundUnavailableError("there is no such soundfont")
        return found

    def _digest(self, renderer: Renderer) -> str:
        with self._lock:
            if renderer not in self._digests:
                digest = f"{_content_digest(renderer)}-{_VERSION}"
                self._digests[renderer] = digest
                self._renderers[digest] = renderer
            return self._digests[renderer]


def _content_digest(renderer: Renderer) -> str:
    try:
        with renderer.soundfont.path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()[:16]
    except OSError:
        name = renderer.soundfont.path.name
        raise SoundUnavailableError(f"the soundfont {name} is no longer there") from None


def _said(line: str, status: int) -> Response:
    return Response(line, status_code=status, media_type="text/plain")
