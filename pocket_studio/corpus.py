"""The Groove MIDI Dataset as two-bar windows: download, genres, splits and the training cache."""

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pocket_studio.errors import ArchiveError, CacheMissingError, InvalidMidiError
from pocket_studio.files import atomic_path, download
from pocket_studio.grid import N_STEPS, STEPS_PER_BAR
from pocket_studio.groove import Groove, Track
from pocket_studio.kit import KICK, SNARE
from pocket_studio.midi import read_track
from pocket_studio.patterns import microtiming_pattern_of, template_of, velocity_pattern_of

ARCHIVE_URL: Final = (
    "https://storage.googleapis.com/magentadata/datasets/groove/groove-v1.0.0-midionly.zip"
)
ARCHIVE_SHA256: Final = "651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e"
DATA_DIR: Final = Path("data")
CACHE_PATH: Final = DATA_DIR / "groove.npz"
CACHE_VERSION: Final = 2

GENRES: Final = ("electronic", "rock", "funk", "jazz", "blues", "hiphop")
ANY_GENRE: Final = "any"
NO_GENRE: Final = -1

SPLITS: Final = ("official", "0", "1", "2", "3", "4")
PARTS: Final = ("train", "validation", "test")
_TRAIN_SHARE, _VALIDATION_SHARE = 0.8, 0.1
_MIN_DRUMS: Final = 3
_BLUES_STYLES: Final = ("funk/purdieshuffle",)


def style_to_genre(style: str) -> str | None:
    """Map a GMD style such as `funk/groove1` to one of the paper's six genres, None outside them.

    Shuffles count as blues: the data set has only four files that call themselves that.
    """
    first, _, second = style.partition("/")
    if first == "blues" or second == "shuffle" or style in _BLUES_STYLES:
        return "blues"
    if first == "dance":
        return "electronic"
    return first if first in ("rock", "funk", "jazz", "hiphop") else None


@dataclass(frozen=True)
class Entry:
    """One track of a data set: its id, style (`funk/groove1`), part of the split, and notes."""

    id: str
    style: str
    part: str
    track: Track


@dataclass(frozen=True)
class Corpus:
    """Two-bar windows of all tracks, with their templates and patterns.

    Attributes
    ----------
    note, velocity, microtiming : array [n, 32, 7] of float32
        N, V and M of section 3.2.
    template : array [n, 32, 7] of {0, 1}
    velocity_pattern, microtiming_pattern : array [n, 32] of int
        Classes or AUTO.
    genre : array [n] of int
        Index into `GENRES`, or NO_GENRE.
    track : array [n] of int
        Index into `track_id`.
    track_id, track_style, track_part : array [n_tracks] of str
        The file's id and style in the data set, and its part in the data set's own split.
    track_tempo_bpm : array [n_tracks]
    archive_sha256 : str
        The archive that the cache was made from.
    """

    note: NDArray[np.float32]
    velocity: NDArray[np.float32]
    microtiming: NDArray[np.float32]
    template: NDArray[np.uint8]
    velocity_pattern: NDArray[np.int8]
    microtiming_pattern: NDArray[np.int8]
    genre: NDArray[np.int8]
    track: NDArray[np.int32]
    track_id: NDArray[np.str_]
    track_style: NDArray[np.str_]
    track_part: NDArray[np.str_]
    track_tempo_bpm: NDArray[np.float32]
    archive_sha256: str

    def __len__(self) -> int:
        return len(self.note)

    def indices(self, split: str, part: str) -> NDArray[np.int64]:
        """Return the windows of `part` (train, validation, test) in `split` (official, 0..4)."""
        parts = track_parts(split, self.track_id, self.track_part)
        return np.flatnonzero(parts[self.track] == part)

    def groove(self, index: int) -> Groove:
        """Return window `index` with its track's tempo."""
        tempo_bpm = float(self.track_tempo_bpm[self.track[index]])
        return Groove(self.note[index], self.velocity[index], self.microtiming[index], tempo_bpm)


def track_parts(
    split: str, track_id: NDArray[np.str_], official_part: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Return the part (train, validation, test) of each track.

    `official` is the data set's own; `0` to `4` are random 80/10/10 splits of the tracks, the same
    for the same set of ids whatever their order.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split not in SPLITS:
        raise ValueError(f"the splits are {', '.join(SPLITS)}, not {split!r}")
    if split == "official":
        return official_part
    order = np.argsort(track_id)
    shuffled = np.random.default_rng(int(split)).permutation(order)
    n_train = round(_TRAIN_SHARE * len(shuffled))
    n_validation = round(_VALIDATION_SHARE * len(shuffled))
    parts = np.full(len(shuffled), "test", dtype=f"U{max(map(len, PARTS))}")
    parts[shuffled[:n_train]] = "train"
    parts[shuffled[n_train : n_train + n_validation]] = "validation"
    return parts


def windows(track: Track, genre: str | None) -> Iterator[Groove]:
    """Yield the two-bar windows of `track`, a bar apart, that the paper keeps (section 3.1).

    At least three drums sound; outside jazz both kick and snare are among them.
    """
    for first_step in range(0, track.n_steps - N_STEPS + 1, STEPS_PER_BAR):
        groove = track.window(first_step)
        played = groove.note.max(axis=0) > 0
        if played.sum() >= _MIN_DRUMS and (genre == "jazz" or (played[KICK] and played[SNARE])):
            yield groove


def prepare(archive: Path | None = None, cache: Path = CACHE_PATH) -> Corpus:
    """Build the training cache from the Groove MIDI Dataset and return it.

    Parameters
    ----------
    archive : Path, optional
        The official MIDI-only archive; downloaded beside the cache if not given.
    cache : Path
        Where to write the cache.

    Raises
    ------
    ArchiveError
        If the archive cannot be downloaded or read, or its SHA-256 is not the official one.
    """
    if archive is None:
        archive = cache.parent / "groove-v1.0.0-midionly.zip"
        if not archive.is_file():
            download(ARCHIVE_URL, archive, ARCHIVE_SHA256)
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise ArchiveError(f"cannot read {archive}: {error.strerror}") from None
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != ARCHIVE_SHA256:
        raise ArchiveError(
            f"{archive} is not groove-v1.0.0-midionly.zip: SHA-256 {sha256[:12]}..., "
            f"expected {ARCHIVE_SHA256[:12]}..."
        )
    corpus = _read_archive(content, sha256)
    with atomic_path(cache) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            version=np.int64(CACHE_VERSION),
            **{field.name: getattr(corpus, field.name) for field in fields(corpus)},
        )
    return corpus


def load(cache: Path = CACHE_PATH) -> Corpus:
    """Read the cache that `prepare` made.

    Raises
    ------
    CacheMissingError
        If there is none, or it is damaged or of another version.
    """
    remedy = "run `python -m pocket_studio prepare` first"
    if not cache.is_file():
        raise CacheMissingError(f"there is no training cache at {cache}: {remedy}")
    try:
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if int(arrays["version"]) != CACHE_VERSION:
                raise CacheMissingError(f"the cache {cache} is of another version: {remedy}")
            values = {field.name: arrays[field.name] for field in fields(Corpus)}
    # numpy, zipfile and zlib each have their own errors for each kind of damage.
    except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile, zlib.error):
        raise CacheMissingError(f"the cache {cache} is damaged: {remedy}") from None
    return Corpus(**{**values, "archive_sha256": str(values["archive_sha256"])})


def _read_archive(content: bytes, sha256: str) -> Corpus:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = io.TextIOWrapper(archive.open("groove/info.csv"), encoding="utf-8")
        rows = [
            row
            for row in csv.DictReader(info)
            if row["beat_type"] == "beat" and row["time_signature"] == "4-4"
        ]
        entries = [
            Entry(
                id=row["id"],
                style=row["style"],
                part=row["split"],
                track=_read_member(archive, f"groove/{row['midi_filename']}"),
            )
            for row in tqdm(rows, desc="Reading tracks", unit="track")
        ]
    return corpus_of(entries, sha256)


def corpus_of(entries: list[Entry], archive_sha256: str = "") -> Corpus:
    """Cut the tracks of `entries` into windows and derive their templates and patterns.

    Raises
    ------
    InvalidMidiError
        If no window of any track is one that the paper keeps.
    """
    grooves: list[Groove] = []
    genres: list[int] = []
    tracks: list[int] = []
    for number, entry in enumerate(entries):
        genre = style_to_genre(entry.style)
        kept = list(windows(entry.track, genre))
        grooves += kept
        genres += [NO_GENRE if genre is None else GENRES.index(genre)] * len(kept)
        tracks += [number] * len(kept)
    if not grooves:
        raise InvalidMidiError("no two bars have a kick, a snare and a third drum")
    return Corpus(
        note=np.stack([groove.note for groove in grooves]),
        velocity=np.stack([groove.velocity for groove in grooves]),
        microtiming=np.stack([groove.microtiming for groove in grooves]),
        template=np.stack([template_of(groove) for groove in grooves]),
        velocity_pattern=np.stack([velocity_pattern_of(groove) for groove in grooves]),
        microtiming_pattern=np.stack([microtiming_pattern_of(groove) for groove in grooves]),
        genre=np.array(genres, np.int8),
        track=np.array(tracks, np.int32),
        track_id=np.array([entry.id for entry in entries]),
        track_style=np.array([entry.style for entry in entries]),
        track_part=np.array([entry.part for entry in entries]),
        track_tempo_bpm=np.array([entry.track.tempo_bpm for entry in entries], np.float32),
        archive_sha256=archive_sha256,
    )


def _read_member(archive: zipfile.ZipFile, name: str) -> Track:
    try:
        return read_track(archive.read(name))
    except InvalidMidiError as error:
        raise ArchiveError(f"{name} in the archive: {error}") from None
