"""Table 1 of one split: train what is missing, score row by row, keep the results as JSON."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pocket_studio.errors import CheckpointError
from pocket_studio.files import locked, write_atomically
from pocket_studio.music.genres import GENRES
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.evaluation.classifiers import save_classifier
from pocket_studio.research.evaluation.config import Budget
from pocket_studio.research.evaluation.protocol import ROWS, Row, Trained
from pocket_studio.research.evaluation.results import (
    RowResult,
    TableResults,
    TableSettings,
    WindowCounts,
)
from pocket_studio.research.evaluation.row_scores import human_scores, row_scores
from pocket_studio.research.training.jobs import corpus_workers, train_parts, worker_corpus
from pocket_studio.research.training.parts import Part, described, history, load_module
from pocket_studio.research.typed import from_json, to_json

RESULTS_DIR: Final = Path("docs") / "results"
RUNS_DIR: Final = Path("runs") / "table1"
LIBRARIES: Final = ("torch", "numpy", "faiss-cpu")


@dataclass(frozen=True)
class Table:
    """One split's Table 1 at one budget.

    Attributes
    ----------
    split : str
    budget : Budget
    seed : int
    results_dir, runs_dir : Path
        Where results and trained parts are kept.
    """

    split: str
    budget: Budget
    seed: int = 0
    results_dir: Path = RESULTS_DIR
    runs_dir: Path = RUNS_DIR

    @property
    def path(self) -> Path:
        return self.results_dir / self.budget.name / f"{self.split}.json"

    @property
    def trained(self) -> Trained:
        parts_dir = self.runs_dir / self.budget.name / self.split
        return Trained(self.split, self.budget, self.seed, parts_dir)

    def read(self, corpus: Corpus) -> TableResults:
        """Return the results so far.

        Raises
        ------
        CheckpointError
            If they are damaged, or of other settings or data.
        """
        settings = self._settings(corpus)
        if not self.path.is_file():
            return TableResults(**vars(settings), rows={}, curves={})
        text = self.path.read_text(encoding="utf-8")
        try:
            found = from_json(TableSettings, text)
            if found == settings:
                return from_json(TableResults, text)
        except ValueError as error:
            raise CheckpointError(f"{self.path} is damaged ({error}): remove it") from None
        raise CheckpointError(f"{self.path} is of other settings or data: remove it")

    def _settings(self, corpus: Corpus) -> TableSettings:
        parts = (field.name for field in fields(WindowCounts))
        return TableSettings(
            split=self.split,
            budget=self.budget,
            seed=self.seed,
            archive_sha256=corpus.archive_sha256,
            n_windows=WindowCounts(
                **{part: len(corpus.indices(self.split, part)) for part in parts}
            ),
        )


def run_table(
    table: Table,
    corpus: Corpus,
    cache: Path,
    row_names: Sequence[str],
    n_jobs: int,
    report: Callable[[str], None] = lambda _: None,
) -> TableResults:
    """Train and score the rows `row_names` that `table` does not have yet; return its results.

    Can be killed at any moment: what was trained and scored until then is kept. `report` is told
    of each row as it is scored.

    Raises
    ------
    BusyError
        If another process works on the same table.
    CheckpointError
        If results or trained parts on disk are damaged, or of other settings or data.
    """
    with locked(table.path.with_name(f".{table.split}.lock")):
        results = table.read(corpus)
        trained = table.trained
        missing = [
            name
            for name in row_names
            if name not in results.rows
            or results.rows[name].digest != _digest(ROWS[name], trained, corpus)
        ]
        if not missing:
            return results
        parts = _distinct(
            [
                trained.classifier(),
                *(part for name in missing for part in ROWS[name].parts(trained)),
            ]
        )
        train_parts(parts, corpus, cache, trained.parts_dir, n_jobs)
        test = corpus.indices(table.split, "test")
        results = replace(
            results,
            curves={
                **results.curves,
                **{part.name: history(part, trained.parts_dir) for part in parts},
            },
            human=human_scores(_classifier(trained), corpus, test),
        )
        for name, row in _scored(table, missing, corpus, cache, n_jobs):
            rows = {**results.rows, name: row}
            results = replace(results, rows={known: rows[known] for known in ROWS if known in rows})
            write_atomically(table.path, to_json(results))
            report(f"{row.title}: note F1 {row.reconstruction.note_f1_micro:.3f} (micro)")
        return results


def save_genre_classifier(table: Table, path: Path) -> None:
    """Write the trained genre classifier of `table` to `path`."""
    save_classifier(_classifier(table.trained), path)


def _scored(
    table: Table, row_names: Sequence[str], corpus: Corpus, cache: Path, n_jobs: int
) -> Iterator[tuple[str, RowResult]]:
    """Yield the name and the result of each row, as it is done."""
    if n_jobs == 1:
        for name in row_names:
            yield name, _row(table, name, corpus)
        return
    with corpus_workers(cache, n_jobs) as workers:
        running = {workers.submit(_row_of_worker, table, name): name for name in row_names}
        for ended in as_completed(running):
            yield running[ended], ended.result()


def _row_of_worker(table: Table, name: str) -> RowResult:
    return _row(table, name, worker_corpus())


def _row(table: Table, name: str, corpus: Corpus) -> RowResult:
    row, trained = ROWS[name], table.trained
    parts = row.parts(trained)
    started = time.monotonic()
    scores = row_scores(
        row, row.system(trained, corpus), corpus, table.split, _classifier(trained), table.seed
    )
    return RowResult(
        **vars(scores),
        title=row.title,
        digest=_digest(row, trained, corpus),
        parts=[part.name for part in parts],
        training_s=_training_s(parts, trained.parts_dir),
        scoring_s=round(time.monotonic() - started, 1),
        libraries={library: version(library) for library in LIBRARIES},
    )


def _classifier(trained: Trained) -> GrooveClassifier:
    return load_module(GrooveClassifier(len(GENRES)), trained.classifier(), trained.parts_dir)


def _digest(row: Row, trained: Trained, corpus: Corpus) -> str:
    """Return a hash of what decides the result of `row`."""
    decides = [described(part, corpus) for part in row.parts(trained)]
    text = json.dumps([decides, row.checkpoint(trained.split)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _training_s(parts: Iterable[Part], parts_dir: Path) -> float:
    epochs = [epoch for part in parts for epoch in history(part, parts_dir)]
    return round(sum(epoch["duration_s"] for epoch in epochs), 1)


def _distinct(parts: Iterable[Part]) -> list[Part]:
    return list({part.name: part for part in parts}.values())
