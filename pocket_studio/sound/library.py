"""All soundfonts of this machine, each with its renderer; new files appear without a restart."""

import itertools
import threading
from collections.abc import Container, Iterable
from pathlib import Path

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.places import SOUNDFONT_FOLDERS
from pocket_studio.sound.renderer import Renderer
from pocket_studio.sound.soundfont import (
    Soundfont,
    install_command,
    skipped_notice,
    soundfonts,
)
from pocket_studio.sound.synth import load_fluidsynth

# A file as it was when it was opened: its path, when it was last written and its size.
_File = tuple[Path, int, int]


class SoundLibrary:
    """The soundfonts that load, best first; may be shared between threads.

    A file is opened once and again when it has changed; samples are loaded with the first sound.

    Parameters
    ----------
    folders : iterable of Path
        Where users put soundfonts, best first; those of the system follow.

    Raises
    ------
    SoundUnavailableError
        If FluidSynth is missing or does not load. Without a soundfont the library is empty until
        one appears.
    """

    def __init__(self, folders: Iterable[Path] = SOUNDFONT_FOLDERS) -> None:
        load_fluidsynth()
        self._folders = tuple(folders)
        self._lock = threading.Lock()
        self._opened: dict[_File, Renderer | None] = {}
        self._renderers: dict[str, Renderer] = {}
        self._notices: tuple[str, ...] = ()
        self.rescan()

    def rescan(self) -> None:
        """Look for soundfonts that are new, changed or gone."""
        with self._lock:
            opened: dict[_File, Renderer | None] = {}
            renderers: dict[str, Renderer] = {}
            notices = []
            for soundfont in soundfonts(self._folders):
                file = _file_of(soundfont)
                if file is None:
                    notices.append(skipped_notice(soundfont))
                    continue
                if file in opened:
                    continue
                known = file in self._opened
                renderer = self._opened[file] if known else _open(soundfont)
                opened[file] = renderer
                if renderer is None:
                    notices.append(skipped_notice(soundfont))
                else:
                    renderers[_free_name(soundfont.name, renderers)] = renderer
            self._opened, self._renderers, self._notices = opened, renderers, tuple(notices)

    @property
    def notices(self) -> tuple[str, ...]:
        """One sentence for every soundfont that could not be used."""
        return self._notices

    def names(self) -> list[str]:
        """Return the soundfonts' names, each once, best first."""
        return list(self._renderers)

    def renderer(self, name: str | None = None) -> Renderer:
        """Return the renderer of the soundfont `name`, or of the best there is.

        Raises
        ------
        InvalidRequestError
            If no soundfont has that name.
        SoundUnavailableError
            If there is no sound at all.
        """
        renderers = self._renderers
        if not renderers:
            raise SoundUnavailableError(
                f"no sound: no soundfont could be read; run: {install_command()}"
            )
        if name is None:
            return next(iter(renderers.values()))
        if name not in renderers:
            raise InvalidRequestError(f"the soundfont must be one of {', '.join(renderers)}")
        return renderers[name]


def _file_of(soundfont: Soundfont) -> _File | None:
    try:
        path = soundfont.path.resolve()
        state = path.stat()
    except (OSError, RuntimeError):  # gone, or a circle of links (RuntimeError before Python 3.13)
        return None
    return path, state.st_mtime_ns, state.st_size


def _open(soundfont: Soundfont) -> Renderer | None:
    try:
        return Renderer([soundfont])
    except SoundUnavailableError:
        return None


def _free_name(name: str, taken: Container[str]) -> str:
    """Return `name`, numbered if it is taken."""
    numbered = (f"{name} {number}" for number in itertools.count(2))
    return next(free for free in itertools.chain([name], numbered) if free not in taken)
