"""How many windows a second `train` trains on, part by part; and a profile.

What the windows hold does not change the work, so they are random.

Usage: python -m benchmarks.training_throughput [batches in a repeat]
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from statistics import median
from threading import Barrier
from typing import Any

os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # or the profiler writes between the tables

import numpy as np
import torch

from benchmarks.machine import describe_machine
from pocket_studio.music.grid import STEPS_PER_BAR
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.track import Track
from pocket_studio.research.corpus import Corpus, Entry, corpus_of
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.loop import prepare_process
from pocket_studio.research.training.parts import Part, train_part
from pocket_studio.research.training.pocket_vae import pocket_vae_parts

N_WARM_UP, N_REPEATS = 3, 5
N_OPERATIONS = 8
N_PROCESSES = 2

# How a worker process waits for the other before it is measured.
_together: Any


def parts() -> dict[str, Part]:
    """Return what is measured, each to be trained for one epoch."""
    config = TrainingConfig(note_epochs=1, expression_epochs=1, latent_epochs=1, prior_epochs=1)
    return {part.name: part for part in pocket_vae_parts(config)}


def make_corpus(n_windows: int) -> Corpus:
    """Return a corpus to train `n_windows` random windows of, and one to validate on."""
    random = np.random.default_rng(0)

    def entry(part: str, n_bars: int) -> Entry:
        shape = (n_bars * STEPS_PER_BAR, N_DRUMS)
        note = (random.random(shape) < 0.3).astype(np.float32)
        velocity = note * random.uniform(0.1, 1, shape).astype(np.float32)
        microtiming = note * random.uniform(-0.5, 0.5, shape).astype(np.float32)
        return Entry(part, "rock", part, Track(note, velocity, microtiming, 120.0))

    return corpus_of([entry("train", n_windows + 1), entry("validation", 2)])


def windows_per_s(part: Part, n_batches: int) -> list[float]:
    """Return how many windows a second are trained on, repeat by repeat of `n_batches`."""
    ends: list[float] = []

    def note_end(n_windows: int) -> None:
        if n_windows:
            if len(ends) == N_WARM_UP - 1:
                _together.wait()
            ends.append(time.perf_counter())

    train(part, N_WARM_UP + N_REPEATS * n_batches, note_end)
    n_windows = n_batches * part.training.batch_size
    return [n_windows / (b - a) for a, b in pairwise(ends[N_WARM_UP - 1 :: n_batches])]


def profile(part: Part, n_batches: int) -> list[tuple[str, float]]:
    """Return the operations that take the most time of their own, with their shares of it."""
    profiler = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU])
    n_trained = 0

    def start_and_stop(n_windows: int) -> None:
        nonlocal n_trained
        n_trained += n_windows
        if n_trained == N_WARM_UP * part.training.batch_size:
            profiler.start()
        elif n_trained == (N_WARM_UP + n_batches) * part.training.batch_size and n_windows:
            profiler.stop()

    train(part, N_WARM_UP + n_batches, start_and_stop)
    events = sorted(profiler.key_averages(), key=lambda event: -event.self_cpu_time_total)
    total = sum(event.self_cpu_time_total for event in events)
    return [(event.key, event.self_cpu_time_total / total) for event in events[:N_OPERATIONS]]


def train(part: Part, n_batches: int, on_windows: Callable[[int], None]) -> None:
    """Train `part` for `n_batches`, a prior over what a hardly trained part says."""
    batch_size = part.training.batch_size
    with tempfile.TemporaryDirectory() as folder:
        if part.codes_of is not None:
            train_part(part.codes_of, make_corpus(batch_size), Path(folder))
        train_part(part, make_corpus(n_batches * batch_size), Path(folder), on_windows)


def start(together: Barrier) -> None:
    """Prepare a worker process."""
    global _together
    prepare_process()
    _together = together


def main() -> None:
    """Print the tables."""
    n_batches = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    context = multiprocessing.get_context("spawn")
    batch_size = TrainingConfig().batch_size
    print(f"{describe_machine()}, torch {torch.__version__}, one thread a process")
    print(f"batches of {batch_size}, {N_REPEATS} repeats of {n_batches} batches\n")
    print(f"{'windows/s':<30}{'processes':>9}{'median':>9}{'min':>9}{'max':>9}")
    for n_processes in (1, N_PROCESSES):
        barrier = context.Barrier(n_processes)
        with ProcessPoolExecutor(n_processes, context, start, (barrier,)) as workers:
            for name, part in parts().items():
                jobs = [workers.submit(windows_per_s, part, n_batches) for _ in range(n_processes)]
                rates = [sum(r) for r in zip(*(job.result() for job in jobs), strict=True)]
                figures = "".join(f"{x:9.0f}" for x in (median(rates), min(rates), max(rates)))
                print(f"{name:<30}{n_processes:>9}{figures}", flush=True)
    barrier = context.Barrier(1)
    with ProcessPoolExecutor(1, context, start, (barrier,)) as workers:
        for name in ("beat-note", "beat-vel"):
            print(f"\n{'time of its own: ' + name:<60}{'share':>7}")
            for operation, share in workers.submit(profile, parts()[name], n_batches).result():
                print(f"{operation:<60}{share:7.1%}")


if __name__ == "__main__":
    main()
