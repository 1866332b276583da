"""Where sounds come from: soundfont files on this machine, and how to install FluidSynth."""

import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.places import SOUNDFONT_FOLDERS

_SYSTEM_SOUNDFONTS: Final = tuple(
    Path(place)
    for place in (
        "/usr/share/sounds/sf2/FluidR3_GM.sf2",  # Debian, Ubuntu
        "/usr/share/soundfonts/FluidR3_GM.sf2",  # Fedora, Arch
        "/usr/local/share/soundfonts/FluidR3_GM.sf2",
        "/opt/homebrew/share/soundfonts/FluidR3_GM.sf2",
        "~/Library/Audio/Sounds/Banks/FluidR3_GM.sf2",
    )
)


@dataclass(frozen=True)
class Soundfont:
    """A soundfont file and the name the page shows for it."""

    path: Path
    name: str


def install_command() -> str:
    """Return the command that installs FluidSynth and FluidR3 on this machine."""
    if platform.system() == "Darwin":
        return "brew install fluid-synth"
    if shutil.which("dnf"):
        return "sudo dnf install fluidsynth fluid-soundfont-gm"
    if shutil.which("pacman"):
        return "sudo pacman -S fluidsynth soundfont-fluid"
    return "sudo apt-get install fluidsynth fluid-soundfont-gm"


def skipped_notice(soundfont: Soundfont) -> str:
    """Return the sentence that says why a soundfont is not used."""
    return f"skipped {soundfont.path.name}: no drum kit could be read from it."


def is_soundfont(path: Path) -> bool:
    """Return whether `path` is a readable file that begins like a soundfont."""
    if not path.is_file():  # to open a FIFO is to wait for who writes into it
        return False
    try:
        with path.open("rb") as file:
            header = file.read(12)
    except OSError:
        return False
    return header[:4] == b"RIFF" and header[8:] == b"sfbk"


def soundfonts(folders: Iterable[Path] = SOUNDFONT_FOLDERS) -> tuple[Soundfont, ...]:
    """Return every soundfont to try, best first.

    Those in each of `folders` by name, then the system's FluidR3, then pretty_midi's TimGM6mb.
    """
    own = [
        path
        for folder in folders
        for path in _entries(folder)
        if path.suffix.lower() in {".sf2", ".sf3"}
    ]
    system = [p.expanduser() for p in _SYSTEM_SOUNDFONTS if p.expanduser().is_file()]
    spec = find_spec("pretty_midi")
    shipped = [Path(p, "TimGM6mb.sf2") for p in (spec and spec.submodule_search_locations) or ()]
    places = [*own, *system, *(p for p in shipped if p.is_file())]
    return tuple(Soundfont(path, path.stem) for path in places)


def _entries(folder: Path) -> list[Path]:
    """Return what is in `folder` by name; nothing where it is missing or cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def find_soundfont(folders: Iterable[Path] = SOUNDFONT_FOLDERS) -> Soundfont:
    """Return the first of `soundfonts` that looks like one.

    Raises
    ------
    SoundUnavailableError
        If there is none.
    """
    for soundfont in soundfonts(folders):
        if is_soundfont(soundfont.path):
            return soundfont
    raise SoundUnavailableError(f"no sound: no soundfont was found; run: {install_command()}")
