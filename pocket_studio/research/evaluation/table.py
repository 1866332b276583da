"""Table 1 of one split: train what is missing, score row by row, keep the results as JSON."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pocket_studio.errors import CheckpointError
from pocket_studio.files import locked, write_atomically
from pocket_studio.music.genres import GENRES
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.corpus import PARTS, Corpus
from pocket_studio.research.evaluation.classifiers import save_classifier
from pocket_studio.research.evaluation.protocol import BUDGETS, ROWS, Row, Trained
from pocket_studio.research.evaluation.row_scores import human_scores, row_scores
from pocket_studio.research.training.jobs import corpus_workers, train_parts, worker_corpus
from pocket_studio.research.training.parts import Part, described, history, load_module

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
            if results["rows"].get(name, {}).get("digest") != _digest(ROWS[name], trained, corpus)
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
        for part in parts:
            results["curves"][part.name] = history(part, trained.parts_dir)
        test = corpus.indices(table.split, "test")
        results["human"] = human_scores(_classifier(trained), corpus, test)
        for name, scores in _scored(table, missing, corpus, cache, n_jobs):
            rows = {**results["rows"], name: scores}
            results["rows"] = {known: rows[known] for known in ROWS if known in rows}
            write_atomically(table.path, json.dumps(results, indent=1) + "\n")
            note_f1 = scores["reconstruction"]["note_f1_micro"]
            report(f"{scores['title']}: note F1 {note_f1:.3f} (micro)")
        return results


def save_genre_classifier(table: Table, path: Path) -> None:
    """Write the trained genre classifier of `table` to `path`."""
    save_classifier(_classifier(table.trained), path)


def _scored(
    table: Table, row_names: Sequence[str], corpus: Corpus, cache: Path, n_jobs: int
) -> Iterator[tuple[str, Results]]:
    """Yield the name and the result of each row, as it is done."""
    if n_jobs == 1:
        for name in row_names:
            yield name, _row(table, name, corpus)
        return
    with corpus_workers(cache, n_jobs) as workers:
        running = {workers.submit(_row_of_worker, table, name): name for name in row_names}
        for ended in as_completed(running):
            yield running[ended], ended.result()


def _row_of_worker(table: Table, name: str) -> Results:
    return _row(table, name, worker_corpus())


def _row(table: Table, name: str, corpus: Corpus) -> Results:
    row, trained = ROWS[name], table.trained
    parts = row.parts(trained)
    started = time.monotonic()
    scores = row_scores(
        row, row.system(trained, corpus), corpus, table.split, _classifier(trained), table.seed
    )
    return {
        **scores,
        "title": row.title,
        "digest": _digest(row, trained, corpus),
        "parts": [part.name for part in parts],
        "training_s": _training_s(parts, trained.parts_dir),
        "scoring_s": round(time.monotonic() - started, 1),
        "libraries": {library: version(library) for library in LIBRARIES},
    }


def _classifier(trained: Trained) -> GrooveClassifier:
    return load_module(GrooveClassifier(len(GENRES)), trained.classifier(), trained.parts_dir)


def _digest(row: Row, trained: Trained, corpus: Corpus) -> str:
    """Return a hash of what decides the result of `row`."""
    decides = [described(part, corpus) for part in row.parts(trained)]
    text = json.dumps([decides, row.checkpoint(trained.split)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _training_s(parts: Iterable[Part], parts_dir: Path) -> float:
    epochs = [epoch for part in parts for epoch in history(part, parts_dir)]
    return round(sum(float(epoch["duration_s"]) for epoch in epochs), 1)


def _distinct(parts: Iterable[Part]) -> list[Part]:
    return list({part.name: part for part in parts}.values())
