"""The reconstruction scores of section 4.2, on a split of the corpus or a folder of MIDI."""

import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pocket_studio import metrics
from pocket_studio.corpus import NO_GENRE, Corpus, Entry, corpus_of
from pocket_studio.errors import InvalidMidiError
from pocket_studio.grid import MAX_MICROTIMING_TICKS
from pocket_studio.midi import read_track
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.reconstruction import reconstruct
from pocket_studio.patterns import AUTO

VELOCITY_UNIT = 127
MIDI_SUFFIXES = (".mid", ".midi")


def evaluate_split(checkpoint: Checkpoint, corpus: Corpus, split: str) -> dict[str, Any]:
    """Score the test windows of `split`: with genre and patterns given, and without.

    The answer says so if the checkpoint was trained on other tracks than the split's.
    """
    return _evaluate(checkpoint, corpus, corpus.indices(split, "test")) | {
        "split": split,
        "trained_on_split": checkpoint.training.get("split"),
        "archive_sha256": corpus.archive_sha256,
    }


def evaluate_folder(checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    """Score all drum MIDI files below `folder`, without a genre; unusable files are listed.

    Raises
    ------
    InvalidMidiError
        If there is no such folder or no usable file in it.
    """
    if not folder.is_dir():
        raise InvalidMidiError(f"there is no folder {folder}")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MIDI_SUFFIXES)
    entries, skipped = [], {}
    for path in tqdm(paths, desc="Reading MIDI", unit="file"):
        name = str(path.relative_to(folder))
        try:
            entries.append(Entry(name, "", "test", read_track(path)))
        except InvalidMidiError as error:
            skipped[name] = str(error)
    if not entries:
        raise InvalidMidiError(f"there is no usable drum MIDI below {folder}")
    corpus = corpus_of(entries)
    scores = _evaluate(checkpoint, corpus, np.arange(len(corpus)))
    return scores | {"folder": str(folder), "n_files": len(entries), "skipped": skipped}


def _evaluate(checkpoint: Checkpoint, corpus: Corpus, indices: NDArray[np.int64]) -> dict[str, Any]:
    started = time.monotonic()
    unconditioned = replace(
        corpus,
        genre=np.full_like(corpus.genre, NO_GENRE),
        velocity_pattern=np.full_like(corpus.velocity_pattern, AUTO),
        microtiming_pattern=np.full_like(corpus.microtiming_pattern, AUTO),
    )
    template = corpus.template[indices].astype(np.float32)
    note = corpus.note[indices]
    return reconstruction_scores(checkpoint, corpus, indices) | {
        "conditions": "genre and patterns",
        "without_conditions": reconstruction_scores(checkpoint, unconditioned, indices),
        "template_note_f1_micro": metrics.note_f1_micro(note, template),
        "checkpoint": checkpoint.digest,
        "libraries": {name: version(name) for name in ("torch", "numpy")},
        "duration_s": round(time.monotonic() - started, 1),
    }


def reconstruction_scores(
    checkpoint: Checkpoint, corpus: Corpus, indices: NDArray[np.int64]
) -> dict[str, float | int]:
    """Return the scores of windows `indices` (metrics.py has the formulas).

    Each module is scored by itself: NOTE from the template, VEL and TIME on the true notes.
    """
    found = reconstruct(checkpoint.model, corpus, indices)
    note, velocity = corpus.note[indices], corpus.velocity[indices]
    microtiming = corpus.microtiming[indices]
    note_out = (found.probability > checkpoint.note_threshold).astype(np.float32)
    return {
        "note_f1": metrics.note_f1(note, note_out),
        "note_f1_micro": metrics.note_f1_micro(note, note_out),
        "note_exact": metrics.note_exact(note, note_out),
        "velocity_kl": metrics.mean_metrical_kl(
            velocity, found.velocity, note, note, VELOCITY_UNIT
        ),
        "velocity_mse": metrics.mean_squared_error(velocity, found.velocity),
        "velocity_mse_hits": metrics.mean_squared_error_at_hits(velocity, found.velocity, note),
        "velocity_spread": metrics.spread_ratio(velocity, found.velocity, note, note),
        "microtiming_kl": metrics.mean_metrical_kl(
            microtiming, found.microtiming, note, note, MAX_MICROTIMING_TICKS
        ),
        "microtiming_mse": metrics.mean_squared_error(microtiming, found.microtiming),
        "microtiming_mse_hits": metrics.mean_squared_error_at_hits(
            microtiming, found.microtiming, note
        ),
        "microtiming_spread": metrics.spread_ratio(microtiming, found.microtiming, note, note),
        "codes_used": len(np.unique(found.codes)),
        "n_windows": len(indices),
    }
