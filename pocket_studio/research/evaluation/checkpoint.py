"""Scores of a trained checkpoint, on a split of the corpus or on a folder of MIDI."""

import time
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tqdm import tqdm

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import read_performance
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.trained import model_of
from pocket_studio.music.genres import GENRES
from pocket_studio.performance import Studio
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus, Entry, corpus_of
from pocket_studio.research.evaluation.asked import Asked, asked_scores
from pocket_studio.research.evaluation.classifiers import probabilities
from pocket_studio.research.evaluation.discriminator import IS_HUMAN, Sides, human_or_model
from pocket_studio.research.evaluation.protocol import as_shipped, shipped_row
from pocket_studio.research.evaluation.results import Reconstruction, RowScores
from pocket_studio.research.evaluation.row_scores import row_scores
from pocket_studio.research.evaluation.scores import human, reconstruction_scores, with_genre
from pocket_studio.research.evaluation.systems import Neighbours, Played
from pocket_studio.research.evaluation.table import LIBRARIES
from pocket_studio.research.evaluation.use import use_scores
from pocket_studio.research.evaluation.use_results import Use

MIDI_SUFFIXES = (".mid", ".midi")
_N_SKETCHES = 150


@dataclass(frozen=True, kw_only=True)
class OfSplit:
    """A checkpoint's scores on the test windows of a split.

    Attributes
    ----------
    checkpoint : str
        Its digest.
    trained_on_split : str or None
        None if the checkpoint does not say.
    template_note_f1_micro : float
        Of the templates alone.
    conditioned, unconditioned : RowScores
        Told genre and patterns, and neither.
    asked : Asked
        New grooves as the studio asks for them.
    use : Use
        The model as a user meets it.
    duration_s : float
    """

    checkpoint: str
    split: str
    trained_on_split: str | None
    archive_sha256: str
    libraries: dict[str, str]
    template_note_f1_micro: float
    conditioned: RowScores
    unconditioned: RowScores
    asked: Asked
    use: Use
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class OfFolder:
    """A checkpoint's scores on a folder of drum MIDI.

    Attributes
    ----------
    checkpoint : str
        Its digest.
    skipped : dict of str to str
        Why files could not be used, by their names in the folder.
    genre_shares : dict of str to float
        Share of the windows that the classifier takes for each genre.
    conditioned, unconditioned : Reconstruction
        Told the patterns, and not.
    knn : Reconstruction, optional
        K-NN over the training corpus.
    discriminator_auc, judged_human : float, optional
        A discriminator's AUC on the corpus's test tracks, and the share of the folder's windows
        that it takes for humans'.
    """

    checkpoint: str
    folder: str
    n_files: int
    skipped: dict[str, str]
    genre_shares: dict[str, float]
    conditioned: Reconstruction
    unconditioned: Reconstruction
    knn: Reconstruction | None = None
    discriminator_auc: float | None = None
    judged_human: float | None = None


def evaluate_split(
    checkpoint: Checkpoint, corpus: Corpus, split: str, classifier: GrooveClassifier, seed: int = 0
) -> OfSplit:
    """Score the test windows of `split`, with genre and patterns given and without.

    The answer says which split the checkpoint was trained on: if it is another, its training data
    include test tracks.
    """
    started = time.monotonic()
    indices = corpus.indices(split, "test")
    model = model_of(checkpoint)

    def scored(title: str, told: bool) -> RowScores:
        row = shipped_row(title, told=told)
        system = as_shipped(model, genre=told, patterns=told)
        return row_scores(row, system, corpus, split, classifier, seed)

    sketched = np.random.default_rng(seed).permutation(with_genre(corpus, indices))[:_N_SKETCHES]
    return OfSplit(
        checkpoint=checkpoint.digest,
        split=split,
        trained_on_split=checkpoint.training.get("split"),
        archive_sha256=corpus.archive_sha256,
        libraries={library: version(library) for library in LIBRARIES},
        template_note_f1_micro=metrics.note_f1_micro(
            corpus.note[indices], corpus.template[indices].astype(np.float32)
        ),
        conditioned=scored("conditioned", told=True),
        unconditioned=scored("unconditioned", told=False),
        asked=asked_scores(model, corpus, split, classifier, seed),
        use=use_scores(Studio(checkpoint), corpus, sketched, seed),
        duration_s=round(time.monotonic() - started, 1),
    )


def evaluate_folder(
    checkpoint: Checkpoint,
    folder: Path,
    classifier: GrooveClassifier,
    training: Corpus | None,
    seed: int = 0,
) -> OfFolder:
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
    conditioned, unconditioned = (
        reconstruction_scores(
            as_shipped(model_of(checkpoint), genre=False, patterns=told), corpus, indices
        )
        for told in (True, False)
    )
    scores = OfFolder(
        checkpoint=checkpoint.digest,
        folder=str(folder),
        n_files=len(corpus.track_id),
        skipped=skipped,
        genre_shares={
            genre: float((found == number).mean()) for number, genre in enumerate(GENRES)
        },
        conditioned=conditioned,
        unconditioned=unconditioned,
    )
    if training is None:
        return scores
    split = str(checkpoint.training["split"])
    neighbours = Neighbours(training, training.indices(split, "train"))
    auc, judged_human = _judged_human(checkpoint, training, split, grooves, seed)
    return replace(
        scores,
        knn=reconstruction_scores(neighbours, corpus, indices),
        discriminator_auc=auc,
        judged_human=judged_human,
    )


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
            entries.append(Entry(name, "", "test", read_performance(path)))
        except InvalidMidiError as error:
            skipped[name] = str(error)
    if not entries:
        raise InvalidMidiError(f"there is no usable drum MIDI below {folder}")
    return corpus_of(entries), skipped
