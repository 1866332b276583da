"""Table 1 of one split: train what is missing, score row by row, keep the results as JSON."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio import metrics
from pocket_studio.corpus import GENRES, PARTS, Corpus
from pocket_studio.errors import CheckpointError
from pocket_studio.evaluation.beats import OverBeats
from pocket_studio.evaluation.classifiers import genre_scores, save_classifier
from pocket_studio.evaluation.generation import (
    all_funk_scores,
    control_scores,
    example_of_control,
    generation_scores,
)
from pocket_studio.evaluation.protocol import BUDGETS, ROWS, Row, Trained
from pocket_studio.evaluation.scores import (
    human,
    metrical_means,
    reconstruction_scores,
    with_genre,
)
from pocket_studio.evaluation.systems import System, TwoStep
from pocket_studio.files import write_atomically
from pocket_studio.model.groove_classifier import GrooveClassifier
from pocket_studio.training.jobs import train_parts
from pocket_studio.training.parts import Part, described, history, load_module

RESULTS_DIR: Final = Path("docs") / "results"
RUNS_DIR: Final = Path("runs") / "table1"
LIBRARIES: Final = ("torch", "numpy", "faiss-cpu")

Results = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One split's Table 1 at one budget.

    Attributes
    ----------
    split : str
    budget : str
        A key of `protocol.BUDGETS`.
    seed : int
    results_dir, runs_dir : Path
        Where results and trained parts are kept.
    """

    split: str
    budget: str
    seed: int = 0
    results_dir: Path = RESULTS_DIR
    runs_dir: Path = RUNS_DIR

    @property
    def path(self) -> Path:
        return self.results_dir / self.budget / f"{self.split}.json"

    @property
    def trained(self) -> Trained:
        parts_dir = self.runs_dir / self.budget / self.split
        return Trained(self.split, BUDGETS[self.budget], self.seed, parts_dir)

    def read(self, corpus: Corpus) -> Results:
        """Return the results so far.

        Raises
        ------
        CheckpointError
            If they are damaged, or of other settings or data.
        """
        described = self._described(corpus)
        if not self.path.is_file():
            return {**described, "human": {}, "rows": {}, "curves": {}}
        try:
            results: Results = json.loads(self.path.read_text(encoding="utf-8"))
        except ValueError:
            raise CheckpointError(f"{self.path} is not valid JSON: remove it") from None
        if not isinstance(results, dict) or any(results.get(k) != v for k, v in described.items()):
            raise CheckpointError(f"{self.path} is of other settings or data: remove it")
        return results

    def _described(self, corpus: Corpus) -> Results:
        return {
            "split": self.split,
            "budget": {"name": self.budget, **asdict(BUDGETS[self.budget])},
            "seed": self.seed,
            "archive_sha256": corpus.archive_sha256,
            "n_windows": {
                part: len(corpus.indices(self.split, part)) for part in PARTS if part != "extra"
            },
        }


def run_table(
    table: Table,
    corpus: Corpus,
    cache: Path,
    row_names: Sequence[str],
    n_jobs: int,
    report: Callable[[str], None] = lambda _: None,
) -> Results:
    """Train and score the rows `row_names` that `table` does not have yet; return its results.

    Can be killed at any moment: what was trained and scored until then is kept. `report` is told
    of each row as it is scored.

    Raises
    ------
    CheckpointError
        If results or trained parts on disk are damaged, or of other settings or data.
    """
    results = table.read(corpus)
    trained = table.trained
    digests = {name: _digest(ROWS[name].parts(trained), corpus) for name in row_names}
    missing = [
        name
        for name in row_names
        if not ROWS[name].kept or results["rows"].get(name, {}).get("digest") != digests[name]
    ]
    if not missing:
        return results
    parts = _distinct(
        [trained.classifier(), *(part for name in missing for part in ROWS[name].parts(trained))]
    )
    train_parts(parts, corpus, cache, trained.parts_dir, n_jobs)
    classifier = load_module(GrooveClassifier(len(GENRES)), trained.classifier(), trained.parts_dir)
    for part in parts:
        results["curves"][part.name] = history(part, trained.parts_dir)
    results["human"] = human_scores(classifier, corpus, corpus.indices(table.split, "test"))
    for name in missing:
        row = ROWS[name]
        started = time.monotonic()
        scores = row_scores(
            row, row.system(trained, corpus), corpus, table.split, classifier, table.seed
        )
        results["rows"][name] = {
            **scores,
            "title": row.title,
            "digest": digests[name],
            "parts": [part.name for part in row.parts(trained)],
            "training_s": _training_s(row.parts(trained), trained.parts_dir) if row.kept else None,
            "scoring_s": round(time.monotonic() - started, 1),
            "libraries": {library: version(library) for library in LIBRARIES},
        }
        write_atomically(table.path, json.dumps(results, indent=1) + "\n")
        report(f"{row.title}: note F1 {scores['reconstruction']['note_f1_micro']:.3f} (micro)")
    return results


def save_genre_classifier(table: Table, path: Path) -> None:
    """Write the trained genre classifier of `table` to `path`."""
    part = table.trained.classifier()
    model = load_module(GrooveClassifier(len(GENRES)), part, table.trained.parts_dir)
    save_classifier(model, path)


def human_scores(
    classifier: GrooveClassifier, corpus: Corpus, indices: NDArray[np.int64]
) -> Results:
    """Return what the classifier makes of the humans' windows, the bound of the genre accuracy."""
    chosen = with_genre(corpus, indices)
    template = corpus.template[indices].astype(np.float32)
    return {
        **genre_scores(classifier, human(corpus, chosen), corpus.genre[chosen]),
        "metrical_means": metrical_means(human(corpus, indices), corpus.genre[indices]),
        "template_note_f1_micro": metrics.note_f1_micro(corpus.note[indices], template),
    }


def row_scores(
    row: Row,
    system: System,
    corpus: Corpus,
    split: str,
    classifier: GrooveClassifier,
    seed: int,
) -> Results:
    """Return the scores of a row's `system` on the test windows of `split`.

    `reconstruction` is section 4.2, with the genre accuracy of the reconstructed grooves. Those of
    new grooves, on the windows that have a genre, are in `generation`, for systems that are told
    the genre also `all_funk` (Figure 5) and `code_counts` (Figure 7), for those that are told
    the patterns `control` and `example` (Figure 6).
    """
    indices = corpus.indices(split, "test")
    chosen = with_genre(corpus, indices)
    genre = corpus.genre[chosen]
    scores: Results = {"reconstruction": reconstruction_scores(system, corpus, indices)}
    if isinstance(system, TwoStep) and system.note_vae is None:
        config = system.model.config
        bits = math.log2(config.codebook_size)
        if config.detail_size:
            bits += math.log2(config.detail_size)
        scores["bits_per_beat"] = bits
    if isinstance(system, OverBeats):
        scores["bits_per_beat"] = system.n_books * math.log2(system.model.config.codebook_size)
    if not row.generates:
        return scores
    again = system.reconstruct(corpus, chosen).groove
    scores["reconstruction"] |= genre_scores(classifier, again, genre)
    training = with_genre(corpus, corpus.indices(split, "train"))
    scores["generation"] = generation_scores(system, corpus, training, chosen, classifier, seed)
    if row.genre:
        scores["all_funk"] = all_funk_scores(system, corpus, chosen, classifier, seed)
    if row.genre and isinstance(system, TwoStep | OverBeats):
        codes = system.sample_codes(corpus, chosen, seed)
        size = system.model.config.codebook_size
        scores["code_counts"] = {
            name: np.bincount(codes[genre == number].ravel(), minlength=size).tolist()
            for number, name in enumerate(GENRES)
        }
    if row.patterns:
        scores["control"] = control_scores(system, corpus, chosen, seed)
        example = int(chosen[np.argmax(corpus.note[chosen].sum(axis=(1, 2)))])
        scores["example"] = example_of_control(system, corpus, example, seed)
    return scores


def _digest(parts: Iterable[Part], corpus: Corpus) -> str:
    """Return a hash of what decides the result of a row of `parts`."""
    text = json.dumps([described(part, corpus) for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _training_s(parts: Iterable[Part], parts_dir: Path) -> float:
    epochs = [epoch for part in parts for epoch in history(part, parts_dir)]
    return round(sum(float(epoch["duration_s"]) for epoch in epochs), 1)


def _distinct(parts: Iterable[Part]) -> list[Part]:
    return list({part.name: part for part in parts}.values())
