"""The training cache: all data sets as one file of arrays."""

import sys
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from pocket_studio.errors import CacheMissingError
from pocket_studio.files import atomic_path
from pocket_studio.places import DATA_DIR
from pocket_studio.research.corpus.archive import ARCHIVE_SHA256, fetch_archive, read_archive
from pocket_studio.research.corpus.extra import read_extra
from pocket_studio.research.corpus.windows import Corpus, corpus_of

CACHE_PATH: Final = DATA_DIR / "groove.npz"
CACHE_VERSION: Final = 3


def prepare(
    archive: Path | None = None, cache: Path = CACHE_PATH, extra: Path | None = None
) -> Corpus:
    """Build the training cache from the Groove MIDI Dataset and return it.

    Parameters
    ----------
    archive : Path, optional
        The official MIDI-only archive; downloaded beside the cache if not given.
    cache : Path
        Where to write the cache.
    extra : Path, optional
        A folder of more files with a manifest (`read_extra`), appended as the part `extra`; those
        that cannot be used are listed on standard error.

    Raises
    ------
    ArchiveError
        If the archive cannot be downloaded or read, or its SHA-256 is not the official one; if the
        extra folder's manifest is missing or damaged or lists nothing usable.
    """
    more = None if extra is None else read_extra(extra)
    entries = read_archive(archive or fetch_archive(cache.parent))
    if more is None:
        corpus = corpus_of(entries, ARCHIVE_SHA256)
    else:
        for name, reason in more.skipped.items():
            tqdm.write(f"skipped {name}: {reason}", file=sys.stderr)
        corpus = corpus_of([*entries, *more.entries], ARCHIVE_SHA256, more.sha256)
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
    texts = {name: str(values[name]) for name in ("archive_sha256", "extra_sha256")}
    return Corpus(**{**values, **texts})
