"""The human clips of the page's listening test (section 4.1)."""

from pathlib import Path

import numpy as np

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.corpus import CACHE_PATH, OFFICIAL, Corpus, load
from pocket_studio.server.listening.questions import HumanClip, HumanClips


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
