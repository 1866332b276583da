"""Tracks cut into two-bar windows with their templates and patterns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidMidiError
from pocket_studio.music.genres import GENRES, NO_GENRE, style_to_genre
from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import KICK, N_DRUMS, SNARE
from pocket_studio.music.patterns import (
    AUTO,
    microtiming_pattern_of,
    template_of,
    velocity_pattern_of,
)
from pocket_studio.music.track import Track
from pocket_studio.research.corpus.splits import EXTRA, track_parts

NO_WINDOWS: Final = "no two bars have a kick, a snare and a third drum"
_MIN_DRUMS: Final = 3

Indices = NDArray[np.int64]
"""Of windows [n]."""


@dataclass(frozen=True)
class Entry:
    """One track of a data set.

    Attributes
    ----------
    id, style : str
        Its name in the data set and its style (`funk/groove1`).
    part : str
        Its part in the data set's own split, one of `PARTS`.
    track : Track
    velocity_known : tuple of 7 bool
        Whether a drum's velocities are real rather than made up.
    microtiming_known : bool
        Whether its microtiming is real rather than quantised or made up.
    """

    id: str
    style: str
    part: str
    track: Track
    velocity_known: tuple[bool, ...] = (True,) * N_DRUMS
    microtiming_known: bool = True


@dataclass(frozen=True)
class Corpus:
    """Two-bar windows of all tracks, with their templates and patterns.

    Attributes
    ----------
    note, velocity, microtiming : array [n, 32, 7] of float32
        N, V and M of section 3.2.
    template : array [n, 32, 7] of {0, 1}
    velocity_pattern, microtiming_pattern : array [n, 32] of int
        Classes or AUTO; microtiming that is not known has no pattern, all AUTO.
    velocity_known : array [n, 7] of bool
    microtiming_known : array [n] of bool
        As in `Entry`: what is not known is neither trained nor scored on.
    genre : array [n] of int
        Index into `GENRES`, or NO_GENRE.
    track : array [n] of int
        Index into `track_id`.
    track_id, track_style, track_part : array [n_tracks] of str
        As in `Entry`.
    track_tempo_bpm : array [n_tracks]
    archive_sha256, extra_sha256 : str
        The archive and the extra data that the cache was made from, empty without.
    """

    note: NDArray[np.float32]
    velocity: NDArray[np.float32]
    microtiming: NDArray[np.float32]
    template: NDArray[np.uint8]
    velocity_pattern: NDArray[np.int8]
    microtiming_pattern: NDArray[np.int8]
    velocity_known: NDArray[np.bool_]
    microtiming_known: NDArray[np.bool_]
    genre: NDArray[np.int8]
    track: NDArray[np.int32]
    track_id: NDArray[np.str_]
    track_style: NDArray[np.str_]
    track_part: NDArray[np.str_]
    track_tempo_bpm: NDArray[np.float32]
    archive_sha256: str
    extra_sha256: str

    def __len__(self) -> int:
        return len(self.note)

    def indices(self, split: str, part: str) -> NDArray[np.int64]:
        """Return the windows of `part` (one of `PARTS`) in `split` (one of `SPLITS`).

        The part `extra` is the same in all splits; no other part holds any of it.
        """
        n_windows = np.bincount(self.track, minlength=len(self.track_id))
        parts = track_parts(split, self.track_id, self.track_part, n_windows)
        return np.flatnonzero(parts[self.track] == part)

    def groove(self, index: int) -> Groove:
        """Return window `index` with its track's tempo."""
        tempo_bpm = float(self.track_tempo_bpm[self.track[index]])
        return Groove(self.note[index], self.velocity[index], self.microtiming[index], tempo_bpm)


def windows(track: Track, genre: str | None) -> Iterator[Groove]:
    """Yield the two-bar windows of `track`, a bar apart, that the paper keeps (section 3.1).

    At least three drums sound; outside jazz both kick and snare are among them.
    """
    for first_step in range(0, track.n_steps - N_STEPS + 1, STEPS_PER_BAR):
        if not track.can_start(first_step // STEPS_PER_BAR):
            continue
        groove = track.window(first_step)
        played = groove.note.max(axis=0) > 0
        if played.sum() >= _MIN_DRUMS and (genre == "jazz" or (played[KICK] and played[SNARE])):
            yield groove


def corpus_of(entries: list[Entry], archive_sha256: str = "", extra_sha256: str = "") -> Corpus:
    """Cut the tracks of `entries` into windows and derive their templates and patterns.

    Raises
    ------
    InvalidMidiError
        If no window of any track is one that the paper keeps.
    """
    cut = [(number, groove) for number, entry in enumerate(entries) for groove in _kept(entry)]
    if not cut:
        raise InvalidMidiError(NO_WINDOWS)
    track = np.array([number for number, _ in cut], np.int32)
    grooves = [groove for _, groove in cut]
    microtiming_known = np.array([entry.microtiming_known for entry in entries])[track]
    microtiming_pattern = np.stack([microtiming_pattern_of(groove) for groove in grooves])
    microtiming_pattern[~microtiming_known] = AUTO
    return Corpus(
        note=np.stack([groove.note for groove in grooves]),
        velocity=np.stack([groove.velocity for groove in grooves]),
        microtiming=np.stack([groove.microtiming for groove in grooves]),
        template=np.stack([template_of(groove) for groove in grooves]),
        velocity_pattern=np.stack([velocity_pattern_of(groove) for groove in grooves]),
        microtiming_pattern=microtiming_pattern,
        velocity_known=np.array([entry.velocity_known for entry in entries])[track],
        microtiming_known=microtiming_known,
        genre=np.array([_genre_index(entry) for entry in entries], np.int8)[track],
        track=track,
        track_id=np.array([entry.id for entry in entries]),
        track_style=np.array([entry.style for entry in entries]),
        track_part=np.array([entry.part for entry in entries]),
        track_tempo_bpm=np.array([entry.track.tempo_bpm for entry in entries], np.float32),
        archive_sha256=archive_sha256,
        extra_sha256=extra_sha256,
    )


def _kept(entry: Entry) -> list[Groove]:
    """Return the windows of a track, each once if it is extra: programmed songs copy their bars."""
    kept = list(windows(entry.track, style_to_genre(entry.style)))
    if entry.part != EXTRA:
        return kept
    return list({np.stack([g.note, g.velocity, g.microtiming]).tobytes(): g for g in kept}.values())


def _genre_index(entry: Entry) -> int:
    genre = style_to_genre(entry.style)
    return NO_GENRE if genre is None else GENRES.index(genre)
