"""The training loop: one phase, epoch by epoch, resumable after a kill."""

import csv
import ctypes
import io
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NotRequired

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config
from torch import Tensor, nn
from typing_extensions import TypedDict  # pydantic takes typing's from Python 3.12 on

from pocket_studio.errors import TrainingError
from pocket_studio.files import write_atomically
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.corpus.batch import Batch, batches
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.state import load_state, save_state

WARM_UP_SHARE: Final = 0.1
MAX_GRADIENT_NORM: Final = 5.0
LOG_NAME: Final = "log.csv"

Scores = dict[str, float]

Loss = tuple[Tensor, dict[str, Tensor]]
"""What is minimised, and what is logged."""


@with_config(ConfigDict(extra="allow"))
class Epoch(TypedDict):
    """What is logged of an epoch; beside it stand the terms and scores that only some parts have.

    `score` is that of the validation, lower is better; `note_kl` in nats a window.
    """

    epoch: int
    duration_s: float
    score: float
    note_kl: NotRequired[float]


@dataclass(frozen=True)
class Phase:
    """Something to train.

    Attributes
    ----------
    modules : ModuleDict
        What is trained and saved. Gradients are clipped module by module, so that no module's
        gradient shrinks another's.
    epochs : int
    loss : function of (batch, progress in 0..1, generator)
        The loss to minimise, and what to log.
    validate : function
        Scores to log; `score` is the one that counts, lower is better.
    settled : float
        Share of the training (0..1) before which the loss is not the final one: the scores of
        epochs that began earlier do not count.
    weight_decay : float
        Share of each weight that a step at the rate 1 takes off.
    """

    modules: nn.ModuleDict
    epochs: int
    loss: Callable[[Batch, float, torch.Generator], Loss]
    validate: Callable[[], Scores]
    settled: float = 0.0
    weight_decay: float = 0.0


def prepare_process() -> None:
    """Set this process to one thread an operation, as `run_phase` expects.

    Threads inside an operation wait for each other at each of thousands of small ones; two phases
    in two processes use two cores better (docs/decisions/0003-training.md).
    """
    torch.set_num_threads(1)
    if sys.platform == "linux":  # keep freed memory, or large buffers are faulted in at each step
        m_trim_threshold, m_mmap_threshold, gigabyte = -1, -3, 1 << 30
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(m_mmap_threshold, gigabyte)
            libc.mallopt(m_trim_threshold, gigabyte)


def run_phase(
    phase: Phase,
    corpus: Corpus,
    config: TrainingConfig,
    run_dir: Path,
    on_windows: Callable[[int], None],
) -> None:
    """Train `phase` from its last saved epoch and leave its modules at their best.

    State and log are kept in `run_dir`; a run that was killed ends as it would have without the
    kill. `on_windows` is told the number of windows of each step, at once those of saved epochs.

    Raises
    ------
    CheckpointError
        If the state in `run_dir` is damaged or of another model.
    TrainingError
        If a loss or a score is no finite number; nothing of that epoch is kept.
    """
    optimizer = torch.optim.AdamW(
        phase.modules.parameters(), config.peak_lr, weight_decay=phase.weight_decay, fused=True
    )
    path = state_path(run_dir)
    history: list[dict[str, Any]] = []
    best = _copy(phase.modules)
    if path.is_file():
        best, progress = load_state(path, phase.modules, optimizer)
        history = progress["history"]
    indices = training_windows(corpus, config)
    on_windows(len(history) * len(indices))
    while len(history) < phase.epochs and not _has_stopped(phase, history, config.patience):
        started = time.monotonic()
        logged = _epoch(phase, optimizer, corpus, config, len(history), on_windows)
        phase.modules.eval()
        scores = phase.validate()
        _check_finite("validation score", scores["score"], len(history))
        duration_s = round(time.monotonic() - started, 1)
        history.append({"epoch": len(history) + 1, "duration_s": duration_s, **logged, **scores})
        if scores["score"] <= min(_counting(phase, history), default=math.inf):
            best = _copy(phase.modules)
        write_atomically(run_dir / LOG_NAME, _csv(history))
        finished = len(history) >= phase.epochs or _has_stopped(phase, history, config.patience)
        progress = {"history": history, "finished": finished}
        save_state(path, phase.modules, best, optimizer, progress)
    on_windows((phase.epochs - len(history)) * len(indices))
    phase.modules.load_state_dict(best)
    phase.modules.eval()


def state_path(run_dir: Path) -> Path:
    """Return where a phase's state is kept."""
    return run_dir / "state.safetensors"


def training_windows(corpus: Corpus, config: TrainingConfig) -> NDArray[np.int64]:
    """Return the indices of the windows to train on."""
    parts = ("train", "extra") if config.extra else ("train",)
    return np.concatenate([corpus.indices(config.split, part) for part in parts])


def _epoch(
    phase: Phase,
    optimizer: torch.optim.Optimizer,
    corpus: Corpus,
    config: TrainingConfig,
    epoch: int,
    on_windows: Callable[[int], None],
) -> Scores:
    """Train one epoch; return the means of what the phase logs."""
    phase.modules.train()
    # Seeded by the epoch, so that a resumed run draws what an unbroken one would have drawn.
    generator = torch.manual_seed(1_000_003 * config.seed + epoch)
    indices = training_windows(corpus, config)
    n_batches = math.ceil(len(indices) / config.batch_size)
    sums: dict[str, float] = {}
    for number, batch in enumerate(batches(corpus, indices, config.batch_size, generator)):
        progress = (epoch + number / n_batches) / phase.epochs
        for group in optimizer.param_groups:
            group["lr"] = config.peak_lr * one_cycle(progress)
        loss, logged = phase.loss(batch, progress, generator)
        _check_finite("loss", loss.item(), epoch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch has no type for it
        for module in phase.modules.values():
            nn.utils.clip_grad_norm_(module.parameters(), MAX_GRADIENT_NORM)
        optimizer.step()
        for name, value in logged.items():
            sums[name] = sums.get(name, 0.0) + value.item() * len(batch.note)
        on_windows(len(batch.note))
    return {name: value / len(indices) for name, value in sums.items()}


def _check_finite(name: str, value: float, epoch: int) -> None:
    if not math.isfinite(value):
        raise TrainingError(
            f"the training came apart: the {name} is {value} in epoch {epoch + 1}; "
            "begin another with a lower peak_lr"
        )


def one_cycle(progress: float) -> float:
    """Return the learning rate's factor in 0..1: a linear rise, then half a cosine to 0."""
    if progress < WARM_UP_SHARE:
        return 0.05 + 0.95 * progress / WARM_UP_SHARE
    return 0.5 + 0.5 * math.cos(math.pi * (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))


def _counting(phase: Phase, history: list[dict[str, Any]]) -> list[float]:
    """Return the scores of the epochs that began when the loss had settled."""
    first = phase.settled * phase.epochs
    return [row["score"] for row in history if row["epoch"] - 1 >= first]


def _has_stopped(phase: Phase, history: list[dict[str, Any]], patience: int) -> bool:
    scores = _counting(phase, history)
    return bool(scores) and len(scores) - 1 - scores.index(min(scores)) >= patience


def _copy(modules: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in modules.state_dict().items()}


def _csv(history: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, history[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return text.getvalue()
