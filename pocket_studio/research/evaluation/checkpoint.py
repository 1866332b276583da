"""Scores of a trained checkpoint, on a split of the corpus or on a folder of MIDI."""

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import read_track
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.trained import model_of
from pocket_studio.music.genres import GENRES
from pocket_studio.performance import Studio
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus, Entry, corpus_of
from pocket_studio.research.evaluation.asked import asked_scores
from pocket_studio.research.evaluation.classifiers import probabilities
from pocket_studio.research.evaluation.discriminator import IS_HUMAN, Sides, human_or_model
from pocket_studio.research.evaluation.protocol import as_shipped, shipped_row
from pocket_studio.research.evaluation.row_scores import row_scores
from pocket_studio.research.evaluation.scores import human, reconstruction_scores, with_genre
from pocket_studio.research.evaluation.systems import Neighbours, Played
from pocket_studio.research.evaluation.table import LIBRARIES
from pocket_studio.research.evaluation.use import use_scores

MIDI_SUFFIXES = (".mid", ".midi")
_N_SKETCHES = 150


def evaluate_split(
    checkpoint: Checkpoint, corpus: Corpus, split: str, classifier: GrooveClassifier, seed: int = 0
) -> dict[str, Any]:
    """Score the test windows of `split`, with genre and patterns given and without.

    The scores are those of Table 1's rows (`table.row_scores`), of new grooves as the studio asks
    for them (`asked.asked_scores`), and of the model as a user meets it (`use.use_scores`). The
    answer says so if the checkpoint was trained on other tracks than the split's.
    """
    started = time.monotonic()
    indices = corpus.indices(split, "test")
    scores: dict[str, Any] = {
        "checkpoint": checkpoint.digest,
        "split": split,
        "trained_on_split": checkpoint.training.get("split"),
        "archive_sha256": corpus.archive_sha256,
        "libraries": {library: version(library) for library in LIBRARIES},
        "template_note_f1_micro": metrics.note_f1_micro(
            corpus.note[indices], corpus.template[indices].astype(np.float32)
        ),
    }
    model = model_of(checkpoint)
    for name, told in (("conditioned", True), ("unconditioned", False)):
        row = shipped_row(name, told=told)
        system = as_shipped(model, genre=told, patterns=told)
        scores[name] = row_scores(row, system, corpus, split, classifier, seed)
    scores["asked"] = asked_scores(model, corpus, split, classifier, seed)
    sketched = np.random.default_rng(seed).permutation(with_genre(corpus, indices))[:_N_SKETCHES]
    scores["use"] = use_scores(Studio(checkpoint), corpus, sketched, seed)
    return scores | {"duration_s": round(time.monotonic() - started, 1)}


def evaluate_folder(
    checkpoint: Checkpoint,
    folder: Path,
    classifier: GrooveClassifier,
    training: Corpus | None,
    seed: int = 0,
) -> dict[str, Any]:
    """Score all drum MIDI files below `folder`; unusable files are listed.

    The checkpoint reconstructs them with and without their patterns, and the genre classifier says
    what it takes them for. Given the `training` corpus, K-NN plays over their templates, and a
    discriminator says how many it takes for humans, trained to tell the corpus's training tracks
    from the checkpoint's new grooves for them.

    Raises
    ------
    InvalidMidiError
        If there is no such folder or no usable file in it.
    """
    corpus, skipped = _read_folder(folder)
    indices = np.arange(len(corpus))
    grooves = human(corpus, indices)
    found = probabilities(classifier, grooves).argmax(-1)
    scores: dict[str, Any] = {
        "checkpoint": checkpoint.digest,
        "folder": str(folder),
        "n_files": len(corpus.track_id),
        "skipped": skipped,
        "genre_shares": {
            genre: float((found == number).mean()) for number, genre in enumerate(GENRES)
        },
    }
    for name, told in (("conditioned", True), ("unconditioned", False)):
        system = as_shipped(model_of(checkpoint), genre=False, patterns=told)
        scores[name] = reconstruction_scores(system, corpus, indices)
    if training is not None:
        split = str(checkpoint.training["split"])
        neighbours = Neighbours(training, training.indices(split, "train"))
        scores["knn"] = reconstruction_scores(neighbours, corpus, indices)
        auc, human_share = _judged_human(checkpoint, training, split, grooves, seed)
        scores |= {"discriminator_auc": auc, "judged_human": human_share}
    return scores


def _judged_human(
    checkpoint: Checkpoint, training: Corpus, split: str, grooves: Played, seed: int
) -> tuple[float, float]:
    """Return a discriminator's AUC on test tracks, and the share of `grooves` it calls human."""
    system = as_shipped(model_of(checkpoint), genre=True, patterns=False)
    learnt, judged = (
        Sides(human(training, windows), system.generate(training, windows, seed))
        for part in ("train", "test")
        for windows in [with_genre(training, training.indices(split, part))]
    )
    auc, discriminator = human_or_model(learnt, judged, seed)
    return auc, float((probabilities(discriminator, grooves).argmax(-1) == IS_HUMAN).mean())


def _read_folder(folder: Path) -> tuple[Corpus, dict[str, str]]:
    """Return the windows of all files below `folder`, and why others cannot be used."""
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
    return corpus_of(entries), skipped
