"""Exports in a process of their own: minutes of sound and pictures would hold up the page's.

All of it (reading the request, the file, base64, JSON) is done there, and behind everything else
that the machine has to do.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from pocket_studio.errors import PocketStudioError
from pocket_studio.server.call import Call, guarded, packed
from pocket_studio.server.exports import ExportService
from pocket_studio.sound import Renderer, SoundLibrary

_NICE: Final = 10
_LOST: Final = "the file could not be made, try again"

_Result = TypeVar("_Result")


class Workshop:
    """A process that makes files; started at once, and anew if it dies.

    Parameters
    ----------
    soundfont_folders : iterable of Path
        Where it finds the soundfonts that the page has.
    """

    def __init__(self, soundfont_folders: Iterable[Path]) -> None:
        self._folders = tuple(soundfont_folders)
        self._open()

    def run(self, function: Callable[..., _Result], *arguments: Any) -> _Result:
        """Return `function(*arguments)` as it is there; what it raises is raised here.

        Raises
        ------
        PocketStudioError
            If the process died of it.
        """
        pool = self._pool
        try:
            return pool.submit(function, *arguments).result()
        except BrokenProcessPool:
            if self._pool is pool:
                self._open()
            raise PocketStudioError(_LOST) from None

    def _open(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), _begin, (self._folders,)
        )
        self._pool.submit(_ready)


@dataclass(frozen=True)
class FarCall(Call):
    """A call that is answered in the workshop.

    Attributes
    ----------
    workshop : Workshop
    """

    workshop: Workshop

    def guarded(self, data: object) -> Any:
        """Return the answer to `data`, as `Call.guarded` does."""
        return self.workshop.run(_guarded, data)

    def packed(self, body: bytes) -> bytes:
        """Return the answer to `body`, as `Call.packed` does."""
        return self.workshop.run(_packed, body)


_folders: tuple[Path, ...] = ()


def _begin(folders: tuple[Path, ...]) -> None:
    """Begin the process."""
    global _folders
    _folders = folders
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)
    threading.Thread(target=_end_with_the_server, daemon=True).start()


def _end_with_the_server() -> None:
    """End this process when the server has ended: killed, it cannot end its processes."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)


def _ready() -> None:
    """Do nothing: the process starts with its first work."""


def _guarded(data: object) -> Any:
    return guarded(_EXPORTS.export, data)


def _packed(body: bytes) -> bytes:
    return packed(_EXPORTS.export, body)


def _renderer(soundfont: str | None) -> Renderer:
    """Return a renderer of the soundfonts as they are now: the page may have been told of more."""
    library = _library()
    library.rescan()
    return library.renderer(soundfont)


@cache
def _library() -> SoundLibrary:
    return SoundLibrary(_folders)


_EXPORTS: Final = ExportService(_renderer)
