"""The training loop: modules first, then the prior over their codes (sections 3.4.3, 3.4.4)."""

import csv
import ctypes
import io
import json
import math
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from tqdm import tqdm

from pocket_studio.corpus import Corpus
from pocket_studio.errors import CheckpointError
from pocket_studio.files import write_atomically
from pocket_studio.model.batch import Batch, batches
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.config import ModelConfig
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.config import TrainingConfig
from pocket_studio.training.hiding import hide
from pocket_studio.training.objectives import losses, prior_loss
from pocket_studio.training.state import load_state, save_state
from pocket_studio.training.validation import (
    choose_threshold,
    code_usage,
    validate_modules,
    validate_prior,
)

# A batch is always worked on in two halves, one a core. The number is fixed, so that a seed gives
# one result whatever the machine; threads inside an operation would wait for each other at each.
N_SHARDS: Final = 2
WARM_UP_SHARE: Final = 0.1
MAX_GRADIENT_NORM: Final = 5.0
FINAL_TEACHER_FORCING: Final = 0.5
ANNEALED_SHARE: Final = 0.4

Gradients = list[Tensor]


@dataclass(frozen=True)
class Phase:
    """One of the two trainings.

    Attributes
    ----------
    name : str
        `modules` or `prior`.
    parameter_groups : list of list of parameters
        Clipped group by group, so that no module's gradient shrinks another's.
    epochs : int
    loss : function of (batch, progress in 0..1, generator)
        The loss to minimise, what to log, and z_N [B, 8, D] if the codebook is to follow.
    validate : function
        Scores to log; `score` is the one that counts, lower is better.
    """

    name: str
    parameter_groups: list[list[nn.Parameter]]
    epochs: int
    loss: Callable[[Batch, float, torch.Generator], tuple[Tensor, dict[str, float], Tensor | None]]
    validate: Callable[[], dict[str, float]]


def train(
    corpus: Corpus, config: TrainingConfig, run_dir: Path, model_config: ModelConfig | None = None
) -> Checkpoint:
    """Train PocketVAE and its prior, and return them at their best on the validation windows.

    State, logs (modules.csv, prior.csv) and config.json are kept in `run_dir`; a run that was
    killed goes on after its last whole epoch and ends as it would have without the kill. The whole
    process is set to one thread an operation.

    Raises
    ------
    CheckpointError
        If the state in `run_dir` is damaged or of a run with another configuration.
    """
    described = {**asdict(config), "archive_sha256": corpus.archive_sha256}
    _claim(run_dir, described)
    torch.set_num_threads(1)
    _keep_freed_memory()
    torch.manual_seed(config.seed)
    model = PocketVAE(model_config or ModelConfig())
    for phase in (_modules_phase(model, corpus, config), _prior_phase(model, corpus, config)):
        described[f"{phase.name}_epochs_run"] = _run(phase, model, corpus, config, run_dir)
    model.eval()
    return Checkpoint(
        model,
        choose_threshold(model, corpus, corpus.indices(config.split, "validation")),
        code_usage(model, corpus, corpus.indices(config.split, "train")),
        described,
    )


def _claim(run_dir: Path, described: dict[str, Any]) -> None:
    """Keep runs of different configurations or data out of each other's folders."""
    path = run_dir / "config.json"
    text = json.dumps(described, indent=1) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        raise CheckpointError(f"{run_dir} holds a run with another configuration")
    write_atomically(path, text)


def _modules_phase(model: PocketVAE, corpus: Corpus, config: TrainingConfig) -> Phase:
    def loss(
        batch: Batch, progress: float, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, float], Tensor | None]:
        forcing = FINAL_TEACHER_FORCING**progress
        terms = losses(model, hide(batch, config, generator), forcing, generator)
        total = terms.total(config, min(progress / ANNEALED_SHARE, 1.0))
        logged = {name: value.item() for name, value in vars(terms).items() if name != "z_note"}
        return total, logged, terms.z_note

    modules = (model.skel, model.note, model.vel, model.time)
    return Phase(
        "modules",
        [list(module.parameters()) for module in modules],
        config.epochs,
        loss,
        lambda: validate_modules(model, corpus, corpus.indices(config.split, "validation")),
    )


def _prior_phase(model: PocketVAE, corpus: Corpus, config: TrainingConfig) -> Phase:
    def loss(
        batch: Batch, _progress: float, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, float], Tensor | None]:
        nats = prior_loss(model, hide(batch, config, generator))
        return nats, {"prior": nats.item()}, None

    return Phase(
        "prior",
        [list(model.prior.parameters())],
        config.prior_epochs,
        loss,
        lambda: validate_prior(model, corpus, corpus.indices(config.split, "validation")),
    )


def _run(
    phase: Phase, model: PocketVAE, corpus: Corpus, config: TrainingConfig, run_dir: Path
) -> int:
    """Run `phase` from its last saved epoch, leave the model at its best, return the epochs run."""
    path = run_dir / f"{phase.name}.safetensors"
    parameters = [parameter for group in phase.parameter_groups for parameter in group]
    optimizer = torch.optim.Adam(parameters, lr=config.peak_lr, fused=True)
    history: list[dict[str, Any]] = []
    best = _copy(model)
    if path.is_file():
        best, progress = load_state(path, model, optimizer)
        history = progress["history"]
    while len(history) < phase.epochs and not _has_stopped(history, config.patience):
        logged = _epoch(phase, model, optimizer, corpus, config, len(history))
        model.eval()
        scores = phase.validate()
        history.append({"epoch": len(history) + 1, **logged, **scores})
        if scores["score"] <= min(row["score"] for row in history):
            best = _copy(model)
        write_atomically(run_dir / f"{phase.name}.csv", _csv(history))
        save_state(path, model, best, optimizer, {"history": history})
    model.load_state_dict(best)
    return len(history)


def _epoch(
    phase: Phase,
    model: PocketVAE,
    optimizer: torch.optim.Optimizer,
    corpus: Corpus,
    config: TrainingConfig,
    epoch: int,
) -> dict[str, float]:
    """Train one epoch; return the means of what the phase logs."""
    model.train()
    # Seeded by the epoch, so that a resumed run draws what an unbroken one would have drawn.
    seeds = torch.Generator().manual_seed(1_000_003 * config.seed + epoch)
    order, *shards, restarts = (
        torch.Generator().manual_seed(int(torch.randint(2**31, (), generator=seeds)))
        for _ in range(N_SHARDS + 2)
    )
    indices = corpus.indices(config.split, "train")
    n_batches = math.ceil(len(indices) / config.batch_size)
    rows = []
    progress_bar = tqdm(
        batches(corpus, indices, config.batch_size, order),
        total=n_batches,
        desc=f"{phase.name} {epoch + 1}/{phase.epochs}",
        mininterval=5.0,
        file=sys.stderr,
    )
    with ThreadPoolExecutor(N_SHARDS) as workers:
        for number, batch in enumerate(progress_bar):
            progress = (epoch + number / n_batches) / phase.epochs
            for group in optimizer.param_groups:
                group["lr"] = config.peak_lr * one_cycle(progress)
            rows.append(_step(phase, model, optimizer, batch, progress, shards, restarts, workers))
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}


def _step(
    phase: Phase,
    model: PocketVAE,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    progress: float,
    generators: list[torch.Generator],
    restarts: torch.Generator,
    workers: ThreadPoolExecutor,
) -> dict[str, float]:
    """Take one optimizer step on `batch`, its halves side by side; return what to log."""
    parameters = [parameter for group in phase.parameter_groups for parameter in group]

    def half(
        shard: Batch, generator: torch.Generator
    ) -> tuple[Gradients, dict[str, float], Tensor | None]:
        loss, logged, z_note = phase.loss(shard, progress, generator)
        share = len(shard.genre) / len(batch.genre)
        gradients = torch.autograd.grad(loss * share, parameters)
        return list(gradients), {k: share * v for k, v in logged.items()}, z_note

    results = list(workers.map(half, _halves(batch), generators))
    for parameter, *gradients in zip(parameters, *(result[0] for result in results), strict=True):
        parameter.grad = sum(gradients[1:], start=gradients[0])
    for group in phase.parameter_groups:
        nn.utils.clip_grad_norm_(group, MAX_GRADIENT_NORM)
    optimizer.step()
    encoded = [z for _, _, z in results if z is not None]
    if encoded:
        model.note.codebook.update(torch.cat(encoded), restarts)
    return {name: sum(result[1][name] for result in results) for name in results[0][1]}


def _halves(batch: Batch) -> Iterable[Batch]:
    parts = {name: tensor.chunk(N_SHARDS) for name, tensor in vars(batch).items()}
    for index in range(len(parts["genre"])):
        yield Batch(**{name: chunks[index] for name, chunks in parts.items()})


def one_cycle(progress: float) -> float:
    """Return the learning rate's factor in 0..1: a linear rise, then half a cosine to 0."""
    if progress < WARM_UP_SHARE:
        return 0.05 + 0.95 * progress / WARM_UP_SHARE
    return 0.5 + 0.5 * math.cos(math.pi * (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))


def _has_stopped(history: list[dict[str, Any]], patience: int) -> bool:
    scores = [row["score"] for row in history]
    return bool(scores) and len(scores) - 1 - scores.index(min(scores)) >= patience


def _copy(model: PocketVAE) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def _csv(history: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, history[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return text.getvalue()


def _keep_freed_memory() -> None:
    """Tell glibc to keep freed memory (docs/decisions/0003-training.md: what that was worth)."""
    m_trim_threshold, m_mmap_threshold, gigabyte = -1, -3, 1 << 30
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(m_mmap_threshold, gigabyte)
            libc.mallopt(m_trim_threshold, gigabyte)
