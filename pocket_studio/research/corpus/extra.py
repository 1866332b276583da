"""More drum MIDI for training: a folder of files whose manifest says what of them is real."""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tqdm import tqdm

from pocket_studio.errors import ArchiveError, InvalidMidiError
from pocket_studio.midi import read_performance
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import KICK, N_DRUMS
from pocket_studio.music.track import Track
from pocket_studio.research.corpus.splits import EXTRA
from pocket_studio.research.corpus.windows import NO_WINDOWS, Entry, windows

MANIFEST: Final = "manifest.csv"

_VELOCITY_KNOWN: Final = {
    "yes": (True,) * N_DRUMS,
    "not-kick": tuple(drum != KICK for drum in range(N_DRUMS)),
}
_MICROTIMING_KNOWN: Final = {"yes": True, "no": False}
_ALLOWED: Final[dict[str, Collection[str]]] = {
    "genre": GENRES,
    "velocity": _VELOCITY_KNOWN,
    "microtiming": _MICROTIMING_KNOWN,
}


@dataclass(frozen=True)
class ExtraData:
    """What `read_extra` found.

    Attributes
    ----------
    entries : list of Entry
        In the manifest's order, all of the part `extra`; the id is the file's path.
    skipped : dict
        {file: why it cannot be used, in one line}.
    sha256 : str
        Of the lines `sha256sum` prints for the manifest and all files in use, sorted by path.
    """

    entries: list[Entry]
    skipped: dict[str, str]
    sha256: str


def read_extra(folder: Path) -> ExtraData:
    """Read the MIDI files that `manifest.csv` in `folder` lists; unusable ones are skipped.

    The manifest has the columns `file` (a path below `folder`), `genre` (one of `GENRES`),
    `velocity` (yes, or not-kick if the kick's are made up) and `microtiming` (yes or no); others
    are ignored.

    Raises
    ------
    ArchiveError
        If the manifest is missing or damaged, or no file that it lists can be used.
    """
    manifest = folder / MANIFEST
    try:
        content = manifest.read_bytes()
    except OSError as error:
        raise ArchiveError(f"cannot read {manifest}: {error.strerror}") from None
    entries: list[Entry] = []
    skipped: dict[str, str] = {}
    sha256_by_file = {MANIFEST: hashlib.sha256(content).hexdigest()}
    for row in tqdm(list(_rows(content, manifest)), desc="Reading extra", unit="file"):
        name, genre = row["file"], row["genre"]
        try:
            track = _usable_track(folder / name, genre)
        except InvalidMidiError as error:
            skipped[name] = str(error)
            continue
        sha256_by_file[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        velocity_known = _VELOCITY_KNOWN[row["velocity"]]
        microtiming_known = _MICROTIMING_KNOWN[row["microtiming"]]
        entries.append(Entry(name, genre, EXTRA, track, velocity_known, microtiming_known))
    if not entries:
        raise ArchiveError(f"{manifest} lists no usable drum MIDI")
    lines = (f"{sha256}  {name}\n" for name, sha256 in sorted(sha256_by_file.items()))
    return ExtraData(entries, skipped, hashlib.sha256("".join(lines).encode()).hexdigest())


def _rows(content: bytes, manifest: Path) -> Iterator[dict[str, str]]:
    """Yield the manifest's rows, each with allowed values and a file of its own."""
    files: set[Path] = set()
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        reader = csv.DictReader(text, strict=True)
        for row in reader:
            where = f"{manifest}, line {reader.line_num}"
            for column, allowed in _ALLOWED.items():
                if row.get(column) not in allowed:
                    raise ArchiveError(f"{where}: {column} must be one of {', '.join(allowed)}")
            path = _path_below(manifest.parent, row.get("file") or "")
            if path is None:
                raise ArchiveError(f"{where}: file must be a path below {manifest.parent}")
            if path in files:
                raise ArchiveError(f"{where}: the file is listed twice")
            files.add(path)
            yield row
    except (UnicodeDecodeError, csv.Error):
        raise ArchiveError(f"{manifest} is not a table of comma-separated values") from None


def _path_below(folder: Path, name: str) -> Path | None:
    """Return where `name` leads, links followed, or None if that is not below `folder`."""
    if not name.isprintable():
        return None
    try:
        path, root = (folder / name).resolve(), folder.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return None
    return path if root in path.parents else None


def _usable_track(path: Path, genre: str) -> Track:
    track = read_performance(path)
    if not any(windows(track, genre)):
        raise InvalidMidiError(NO_WINDOWS)
    return track
