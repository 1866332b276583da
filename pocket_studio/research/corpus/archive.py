"""The Groove MIDI Dataset's official archive: download, verification, tracks."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tqdm import tqdm

from pocket_studio.errors import ArchiveError, InvalidMidiError
from pocket_studio.files import download
from pocket_studio.midi import read_performance
from pocket_studio.music.track import Track
from pocket_studio.research.corpus.windows import Entry

ARCHIVE_NAME: Final = "groove-v1.0.0-midionly.zip"
ARCHIVE_URL: Final = f"https://storage.googleapis.com/magentadata/datasets/groove/{ARCHIVE_NAME}"
ARCHIVE_SHA256: Final = "651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e"


def fetch_archive(folder: Path, on_share: Callable[[float], None] | None = None) -> Path:
    """Return the archive in `folder`, downloaded if it is not there, as `files.download` does.

    Raises
    ------
    ArchiveError
        If it cannot be downloaded.
    """
    archive = folder / ARCHIVE_NAME
    if not archive.is_file():
        download(ARCHIVE_URL, archive, ARCHIVE_SHA256, on_share)
    return archive


def read_archive(archive: Path) -> list[Entry]:
    """Read all 4/4 beats (no fills) of the archive, in its own order and split.

    Raises
    ------
    ArchiveError
        If it cannot be read or its SHA-256 is not `ARCHIVE_SHA256`.
    """
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise ArchiveError(f"cannot read {archive}: {error.strerror}") from None
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != ARCHIVE_SHA256:
        raise ArchiveError(
            f"{archive} is not {ARCHIVE_NAME}: SHA-256 {sha256[:12]}..., "
            f"expected {ARCHIVE_SHA256[:12]}..."
        )
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        info = io.TextIOWrapper(members.open("groove/info.csv"), encoding="utf-8")
        rows = [
            row
            for row in csv.DictReader(info)
            if row["beat_type"] == "beat" and row["time_signature"] == "4-4"
        ]
        return [
            Entry(
                id=row["id"],
                style=row["style"],
                part=row["split"],
                track=_read_member(members, f"groove/{row['midi_filename']}"),
            )
            for row in tqdm(rows, desc="Reading tracks", unit="track")
        ]


def _read_member(members: zipfile.ZipFile, name: str) -> Track:
    try:
        return read_performance(members.read(name))
    except InvalidMidiError as error:
        raise ArchiveError(f"{name} in the archive: {error}") from None
