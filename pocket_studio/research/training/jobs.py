"""Train several parts side by side, each in a process of its own."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

from tqdm import tqdm

from pocket_studio.files import locked
from pocket_studio.research import corpus as corpora
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.training.loop import prepare_process, training_windows
from pocket_studio.research.training.parts import Part, claim, is_finished, train_part

# What a worker process holds.
_corpus: Corpus
_windows_done: "Synchronized[int] | None" = None
_stopped: "Event | None" = None

_CONTEXT: Final = multiprocessing.get_context("spawn")


def train_parts(
    parts: Sequence[Part],
    corpus: Corpus,
    cache: Path,
    parts_dir: Path,
    n_jobs: int = 2,
    on_finished: Callable[[Part], None] = lambda _: None,
) -> None:
    """Train what is missing of `parts` in `parts_dir`, a prior after what it learns.

    A part's result does not depend on `n_jobs`. A progress bar shows the windows done and the time
    left. `on_finished` is told of each part as it ends.

    Raises
    ------
    BusyError
        If another process trains in `parts_dir`.
    CheckpointError
        If a part's folder is damaged or holds a part with other settings or data.
    TrainingError
        If a loss or a score is no finite number; the other parts stop too and can go on.
    """
    with locked(parts_dir / ".lock"):
        _train_parts(parts, corpus, cache, parts_dir, n_jobs, on_finished)


def corpus_workers(
    cache: Path,
    n_jobs: int,
    windows_done: "Synchronized[int] | None" = None,
    stopped: "Event | None" = None,
) -> ProcessPoolExecutor:
    """Return `n_jobs` processes that hold the corpus in `cache` and end with this one."""
    return ProcessPoolExecutor(n_jobs, _CONTEXT, _start, (cache, windows_done, stopped))


def worker_corpus() -> Corpus:
    """Return the corpus that the process of `corpus_workers` holds."""
    return _corpus


def _train_parts(
    parts: Sequence[Part],
    corpus: Corpus,
    cache: Path,
    parts_dir: Path,
    n_jobs: int,
    on_finished: Callable[[Part], None],
) -> None:
    waiting = [part for part in parts if not is_finished(part, corpus, parts_dir)]
    if not waiting:
        return
    done, stopped = _CONTEXT.Value("q", 0), _CONTEXT.Event()
    total = sum(part.epochs * len(training_windows(corpus, part.training)) for part in waiting)
    running: dict[Future[None], Part] = {}
    with (
        tqdm(total=total, desc="Training", unit="window", smoothing=0.02, file=sys.stderr) as bar,
        corpus_workers(cache, n_jobs, done, stopped) as workers,
        _told_of_errors(stopped),
    ):
        while waiting or running:
            unfinished = {part.name for part in (*waiting, *running.values())}
            for part in list(waiting):
                ready = part.codes_of is None or part.codes_of.name not in unfinished
                if ready and len(running) < n_jobs:
                    waiting.remove(part)
                    claim(part, corpus, parts_dir)  # the worker reads the cache anew
                    running[workers.submit(_train, part, parts_dir)] = part
            ended, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            bar.update(done.value - bar.n)
            for future in ended:
                part = running.pop(future)
                future.result()
                on_finished(part)


@contextmanager
def _told_of_errors(stopped: "Event") -> Iterator[None]:
    """Let the workers stop at their next windows when one of them has failed."""
    try:
        yield
    except BaseException:
        stopped.set()
        raise


def _start(
    cache: Path, windows_done: "Synchronized[int] | None", stopped: "Event | None" = None
) -> None:
    global _corpus, _windows_done, _stopped
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare_process()
    _corpus, _windows_done, _stopped = corpora.load(cache), windows_done, stopped


def _end_with_parent() -> None:
    # A worker whose parent was killed must not write beside the run that takes over.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _train(part: Part, parts_dir: Path) -> None:
    train_part(part, _corpus, parts_dir, _count)


def _count(n_windows: int) -> None:
    assert _windows_done is not None  # noqa: S101 - those that train have been given it
    with _windows_done.get_lock():
        _windows_done.value += n_windows
    if _stopped is not None and _stopped.is_set():
        raise CancelledError
