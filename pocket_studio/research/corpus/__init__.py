"""Data sets as two-bar windows for training and scoring.

`genres` names the genres, `splits` the parts of the data, `windows` cuts tracks into a `Corpus`,
`archive` reads the Groove MIDI Dataset, `extra` reads more files by their manifest, `cache` puts
both into one file and reads it back.
"""

from pocket_studio.music.genres import ANY_GENRE, GENRES, NO_GENRE, style_to_genre
from pocket_studio.research.corpus.archive import ARCHIVE_SHA256, ARCHIVE_URL, fetch_archive
from pocket_studio.research.corpus.cache import CACHE_PATH, CACHE_VERSION, load, prepare
from pocket_studio.research.corpus.extra import ExtraData, read_extra
from pocket_studio.research.corpus.splits import (
    BY_SESSION,
    BY_TRACK,
    EXTRA,
    OFFICIAL,
    PARTS,
    SPLITS,
    track_parts,
)
from pocket_studio.research.corpus.windows import Corpus, Entry, Indices, corpus_of, windows

__all__ = [
    "ANY_GENRE",
    "ARCHIVE_SHA256",
    "ARCHIVE_URL",
    "BY_SESSION",
    "BY_TRACK",
    "CACHE_PATH",
    "CACHE_VERSION",
    "EXTRA",
    "GENRES",
    "NO_GENRE",
    "OFFICIAL",
    "PARTS",
    "SPLITS",
    "Corpus",
    "Entry",
    "ExtraData",
    "Indices",
    "corpus_of",
    "fetch_archive",
    "load",
    "prepare",
    "read_extra",
    "style_to_genre",
    "track_parts",
    "windows",
]
