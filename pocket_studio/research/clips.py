"""The human clips of the page's listening test (section 4.1)."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import numpy as np

from pocket_studio.errors import ArchiveError, PocketStudioError
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.corpus import CACHE_PATH, OFFICIAL, Corpus, fetch_archive, load, prepare
from pocket_studio.server.listening.questions import HumanClip, HumanClips

_NICE: Final = 10
_LOOK_S: Final = 0.1


def load_clips(cache: Path = CACHE_PATH) -> HumanClips:
    """Return the human clips in the training cache.

    Raises
    ------
    CacheMissingError
        If there is none, or it is damaged or of another version.
    MissingPartError
        If it has no clips.
    """
    return human_clips(load(cache))


def human_clips(corpus: Corpus) -> HumanClips:
    """Return the windows of the official test tracks that have a genre and a template.

    Raises
    ------
    MissingPartError
        If there are none.
    """
    indices = corpus.indices(OFFICIAL, "test")
    indices = indices[(corpus.genre[indices] != NO_GENRE) & corpus.template[indices].any((1, 2))]
    tracks = np.unique(corpus.track[indices]).tolist()
    return HumanClips(
        {
            str(corpus.track_id[track]): tuple(
                HumanClip(
                    corpus.groove(index), GENRES[corpus.genre[index]], corpus.template[index].copy()
                )
                for index in indices[corpus.track[indices] == track].tolist()
            )
            for track in tracks
        }
    )


def fetch_clips(cache: Path, report: Callable[[float | None], None]) -> None:
    """Download the data set and make the training cache, which must not be there yet.

    It is made in a process of its own: seconds of Python would hold up the page's.

    Parameters
    ----------
    cache : Path
    report : function
        Told the share that has come, 0..1, then None until the cache is there, ten times a second.
        What it raises ends it, and leaves nothing half done.

    Raises
    ------
    ArchiveError
        If the archive cannot be fetched or read, or the cache is there.
    """
    if cache.is_file():
        raise ArchiveError(f"{cache} is there and is not replaced from here")
    fetch_archive(cache.parent, report)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_prepare, args=(cache, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        while process.is_alive():
            report(None)
            process.join(_LOOK_S)
    finally:
        process.terminate()  # it clears up behind itself, once there is anything to clear up
        process.join()
    if process.exitcode:
        with contextlib.suppress(EOFError):
            raise ArchiveError(ours.recv())
        raise ArchiveError("the data set could not be prepared, try again")


def _prepare(cache: Path, says: Connection) -> None:
    """Make the cache, or say why not and fail; the body of a process."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that an end leaves nothing
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)
    try:
        prepare(cache=cache)
    except (PocketStudioError, OSError) as error:
        says.send(str(error))
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(1) from None
