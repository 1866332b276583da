"""The reconstruction scores of section 4.2, on a split of the corpus or a folder of MIDI."""

import time
from collections.abc import Callable
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
from pocket_studio.midi import read_track
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.reconstruction import reconstruct
from pocket_studio.patterns import AUTO

Array = NDArray[np.float32]

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
) -> dict[str, float | int | None]:
    """Return the scores of windows `indices` (metrics.py has the formulas), None if undefined.

    Each module is scored by itself: NOTE from the template, VEL and TIME on the true notes. A score
    that the windows leave undefined, such as the spread of equal velocities, is None.
    """
    found = reconstruct(checkpoint.model, corpus, indices)
    note, velocity = corpus.note[indices], corpus.velocity[indices]
    microtiming = corpus.microtiming[indices]
    note_out = (found.probability > checkpoint.note_threshold).astype(np.float32)
    scores: dict[str, float | int | None] = {
        "note_f1": metrics.note_f1(note, note_out),
        "note_f1_micro": metrics.note_f1_micro(note, note_out),
        "note_exact": metrics.note_exact(note, note_out),
    }
    for name, true_values, values in (
        ("velocity", velocity, found.velocity),
        ("microtiming", microtiming, found.microtiming),
    ):
        scores |= {
            f"{name}_kl": defined(metrics.mean_metrical_kl, true_values, values, note, note),
            f"{name}_mse": metrics.mean_squared_error(true_values, values),
            f"{name}_mse_hits": metrics.mean_squared_error_at_hits(true_values, values, note),
            f"{name}_spread": defined(metrics.spread_ratio, true_values, values, note, note),
        }
    return scores | {"codes_used": len(np.unique(found.codes)), "n_windows": len(indices)}


def defined(score: Callable[..., float], *arrays: NDArray[np.float32]) -> float | None:
    """Return `score(*arrays)`, or None where the data do not define it.

    A folder of quantised MIDI has no spread of microtiming, a beat in eighths no hits on e and a.
    """
    try:
        return score(*arrays)
    except ValueError:
        return None
