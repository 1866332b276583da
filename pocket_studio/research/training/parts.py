"""What can be trained by itself: the steps of PocketVAE, its priors, the baselines, classifiers."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from pocket_studio.errors import CheckpointError
from pocket_studio.files import write_atomically
from pocket_studio.model.config import BeatConfig
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.training import beats, comparisons
from pocket_studio.research.training.config import EPOCHS, TrainingConfig
from pocket_studio.research.training.loop import (
    Epoch,
    Phase,
    run_phase,
    state_path,
    training_windows,
)
from pocket_studio.research.training.recipe import Recipe
from pocket_studio.research.training.state import load_best

Module = TypeVar("Module", bound=nn.Module)

_OF_WINDOWS: Final = (
    "note",
    "velocity",
    "microtiming",
    "template",
    "velocity_pattern",
    "microtiming_pattern",
    "velocity_known",
    "microtiming_known",
    "genre",
)

RECIPES: Final[Mapping[str, Recipe[Any]]] = {**comparisons.RECIPES, **beats.RECIPES}
"""By the kind of part."""


@dataclass(frozen=True)
class Part:
    """Something to train, in a folder of its own.

    Attributes
    ----------
    name : str
        The folder's name, unique among the parts that are trained together.
    kind : str
        One of `RECIPES`.
    training : TrainingConfig
    epochs : int
        Longest training.
    model : ModelConfig or BeatConfig
        A BeatConfig for the kinds that begin with `beat`.
    codes_of : Part, optional
        The part whose codes, or z, a prior learns, for the kinds that end with `prior`.
    """

    name: str
    kind: str
    training: TrainingConfig
    epochs: int
    model: ModelConfig | BeatConfig = field(default_factory=ModelConfig)
    codes_of: "Part | None" = None

    def __post_init__(self) -> None:
        if self.kind not in RECIPES:
            raise ValueError(f"a part's kind is one of {', '.join(RECIPES)}")
        if self.kind.endswith("prior") != (self.codes_of is not None):
            raise ValueError("a prior, and nothing else, learns the codes or the z of another part")
        if (self.kind in beats.RECIPES) != isinstance(self.model, BeatConfig):
            raise ValueError("the parts of the model over beats, and no others, have its sizes")


def train_part(
    part: Part, corpus: Corpus, parts_dir: Path, on_windows: Callable[[int], None] = lambda _: None
) -> None:
    """Train `part` in `parts_dir`, or go on with it.

    Raises
    ------
    CheckpointError
        If its folder is damaged or holds a part with other settings or data.
    TrainingError
        If a loss or a score is no finite number.
    """
    claim(part, corpus, parts_dir)
    run_dir = parts_dir / part.name
    run_phase(phase_of(part, corpus, parts_dir), corpus, part.training, run_dir, on_windows)


def described(part: Part, corpus: Corpus) -> dict[str, Any]:
    """Return what decides a part's result."""
    description = asdict(part)
    for settings in (description, description["codes_of"]):
        if settings is not None:  # `epochs` says it; the others are of other parts
            for step in EPOCHS:
                del settings["training"][step]
    return {
        **description,
        "archive_sha256": corpus.archive_sha256,
        "extra_sha256": corpus.extra_sha256 if part.training.extra else "",
    }


def is_finished(part: Part, corpus: Corpus, parts_dir: Path) -> bool:
    """Return whether `part` is trained to its end in `parts_dir` with these settings and data."""
    path = state_path(parts_dir / part.name)
    if not path.is_file():
        return False
    claim(part, corpus, parts_dir)
    return bool(load_best(path)[1].get("finished"))


def best_weights(part: Part, parts_dir: Path) -> dict[str, Tensor]:
    """Return the trained part's weights, named as in PocketVAE or its own module.

    Raises
    ------
    CheckpointError
        If they are missing or damaged.
    """
    return load_best(state_path(parts_dir / part.name))[0]


def history(part: Part, parts_dir: Path) -> list[Epoch]:
    """Return what was logged of each epoch of the trained part."""
    rows: list[Epoch] = load_best(state_path(parts_dir / part.name))[1]["history"]
    return rows


def load_module(module: Module, part: Part, parts_dir: Path) -> Module:
    """Return `module`, ready to use, with the weights of the trained `part`."""
    assemble(nn.ModuleDict({part.kind: module}), parts_dir, part)
    return module


def assemble(model: Module, parts_dir: Path, *parts: Part) -> Module:
    """Return `model`, ready to play, with the weights of `parts`; the rest is as it was."""
    for part in parts:
        _load(model, best_weights(part, parts_dir))
    return model.eval()


def _load(model: nn.Module, weights: dict[str, Tensor]) -> None:
    _, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected:
        raise CheckpointError(f"a trained part does not fit the model: {unexpected[0]}")


def claim(part: Part, corpus: Corpus, parts_dir: Path) -> None:
    """Keep parts with different settings or data out of each other's folders.

    Raises
    ------
    CheckpointError
        If the part's folder is that of another.
    """
    run_dir = parts_dir / part.name
    path = run_dir / "config.json"
    before = described(part, corpus)
    now = {**before, "windows_sha256": _windows_sha256(part, corpus)}
    text, former = (json.dumps(each, indent=1) + "\n" for each in (now, before))
    # A folder of before the windows were told apart is taken for one of these.
    if path.is_file() and path.read_text(encoding="utf-8") not in {text, former}:
        raise CheckpointError(f"{run_dir} holds a training with other settings or data: remove it")
    write_atomically(path, text)


def _windows_sha256(part: Part, corpus: Corpus) -> str:
    """Return the SHA-256 of the windows that `part` is trained and validated on.

    Caches made of one archive by different versions of the studio differ in nothing else.
    """
    windows = corpus.indices(part.training.split, "validation")
    windows = np.concatenate([training_windows(corpus, part.training), windows])
    tempo_bpm = corpus.track_tempo_bpm[corpus.track]
    digest = hashlib.sha256()
    for values in (*(getattr(corpus, name) for name in _OF_WINDOWS), tempo_bpm):
        digest.update(values[windows].tobytes())
    return digest.hexdigest()


def phase_of(part: Part, corpus: Corpus, parts_dir: Path) -> Phase:
    """Return the training of `part`, at its start: with the random weights of its seed.

    Raises
    ------
    CheckpointError
        If it is a prior, and the part whose codes or z it learns is not trained in `parts_dir`.
    """
    config, recipe = part.training, RECIPES[part.kind]
    torch.manual_seed(config.seed)
    model = recipe.make(part.model)
    if part.codes_of is not None:
        assemble(model, parts_dir, part.codes_of)
    windows = corpus.indices(config.split, "validation")
    return recipe.phase(model, config, corpus, windows, part.epochs)
