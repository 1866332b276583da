"""What can be trained by itself: the steps of PocketVAE, its priors, the baselines, classifiers."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pocket_studio.errors import CheckpointError
from pocket_studio.files import write_atomically
from pocket_studio.model.config import BeatConfig
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training import beats, objectives, validation
from pocket_studio.research.training.config import EPOCHS, TrainingConfig
from pocket_studio.research.training.hiding import hide, without_conditions
from pocket_studio.research.training.loop import Loss, Phase, run_phase, state_path
from pocket_studio.research.training.state import load_best

FINAL_TEACHER_FORCING = 0.5
ANNEALED_SHARE = 0.4

Module = TypeVar("Module", bound=nn.Module)


@dataclass(frozen=True)
class Part:
    """Something to train, in a folder of its own.

    Attributes
    ----------
    name : str
        The folder's name, unique among the parts that are trained together.
    kind : str
        One of `KINDS`.
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
        if self.kind not in KINDS:
            raise ValueError(f"a part's kind is one of {', '.join(KINDS)}")
        if self.kind.endswith("prior") != (self.codes_of is not None):
            raise ValueError("a prior, and nothing else, learns the codes or the z of another part")
        if (self.kind in beats.PHASES) != isinstance(self.model, BeatConfig):
            raise ValueError("the parts of the model over beats, and no others, have its sizes")


def train_part(
    part: Part, corpus: Corpus, parts_dir: Path, on_windows: Callable[[int], None] = lambda _: None
) -> None:
    """Train `part` in `parts_dir`, or go on with it.

    Raises
    ------
    CheckpointError
        If its folder is damaged or holds a part with other settings or data.
    """
    run_dir = parts_dir / part.name
    _claim(run_dir, described(part, corpus))
    phase = KINDS[part.kind](part, corpus, parts_dir)
    run_phase(phase, corpus, part.training, run_dir, on_windows)


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
    run_dir = parts_dir / part.name
    if not state_path(run_dir).is_file():
        return False
    _claim(run_dir, described(part, corpus))
    return bool(load_best(state_path(run_dir))[1].get("finished"))


def best_weights(part: Part, parts_dir: Path) -> dict[str, Tensor]:
    """Return the trained part's weights, named as in PocketVAE or its own module.

    Raises
    ------
    CheckpointError
        If they are missing or damaged.
    """
    return load_best(state_path(parts_dir / part.name))[0]


def history(part: Part, parts_dir: Path) -> list[dict[str, Any]]:
    """Return what was logged of each epoch of the trained part."""
    rows: list[dict[str, Any]] = load_best(state_path(parts_dir / part.name))[1]["history"]
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


def _claim(run_dir: Path, description: dict[str, Any]) -> None:
    """Keep parts with different settings or data out of each other's folders."""
    path = run_dir / "config.json"
    text = json.dumps(description, indent=1) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        raise CheckpointError(f"{run_dir} holds a training with other settings or data: remove it")
    write_atomically(path, text)


def _note(part: Part, corpus: Corpus, _parts_dir: Path) -> Phase:
    config, model = part.training, _seeded(part, PocketVAE)

    def loss(batch: Batch, _progress: float, generator: torch.Generator) -> Loss:
        terms, z = objectives.note_terms(
            model, hide(batch, config, generator), config.detail_dropout, generator
        )
        total = terms["note"] + config.commitment * terms["commitment"]
        model.note.update_codebooks(z, generator)
        return total, terms

    return Phase(
        nn.ModuleDict({"skel_p": model.skel_p, "note": model.note}),
        part.epochs,
        loss,
        lambda: validation.validate_notes(model, corpus, _validation_windows(part, corpus)),
    )


def _expression(part: Part, corpus: Corpus, _parts_dir: Path) -> Phase:
    config, model = part.training, _seeded(part, PocketVAE)

    def loss(batch: Batch, progress: float, generator: torch.Generator) -> Loss:
        terms = objectives.expression_terms(
            model, hide(batch, config, generator), FINAL_TEACHER_FORCING**progress, generator
        )
        return objectives.expression_loss(terms, config, _annealing(progress)), terms

    seen = without_conditions(
        corpus, genre=config.genre_dropout == 1, patterns=config.pattern_dropout == 1
    )
    return Phase(
        nn.ModuleDict({"skel_n": model.skel_n, "vel": model.vel, "time": model.time}),
        part.epochs,
        loss,
        lambda: validation.validate_expression(model, seen, _validation_windows(part, corpus)),
        ANNEALED_SHARE,
    )


def _prior(part: Part, corpus: Corpus, parts_dir: Path) -> Phase:
    assert part.codes_of is not None  # noqa: S101 - Part.__post_init__ has checked it
    config, model = part.training, _seeded(part, PocketVAE)
    assemble(model, parts_dir, part.codes_of)

    def loss(batch: Batch, _progress: float, generator: torch.Generator) -> Loss:
        terms = objectives.prior_terms(model, hide(batch, config, generator))
        return torch.stack(list(terms.values())).sum(), terms

    seen = without_conditions(corpus, genre=config.genre_dropout == 1, patterns=False)
    return Phase(
        nn.ModuleDict({"prior": model.prior}),
        part.epochs,
        loss,
        lambda: validation.validate_prior(model, seen, _validation_windows(part, corpus)),
    )


def _note_vae(part: Part, corpus: Corpus, _parts_dir: Path) -> Phase:
    model = _seeded(part, NoteVae)

    def loss(batch: Batch, progress: float, generator: torch.Generator) -> Loss:
        terms = objectives.note_vae_terms(model, hide(batch, part.training, generator), generator)
        return terms["note"] + _annealing(progress) * terms["note_kl"], terms

    return Phase(
        nn.ModuleDict({"note_vae": model}),
        part.epochs,
        loss,
        lambda: validation.validate_note_vae(model, corpus, _validation_windows(part, corpus)),
        ANNEALED_SHARE,
    )


def _one_step(part: Part, corpus: Corpus, _parts_dir: Path) -> Phase:
    config, model = part.training, _seeded(part, OneStepVae)

    def loss(batch: Batch, progress: float, generator: torch.Generator) -> Loss:
        terms = objectives.one_step_terms(
            model, hide(batch, config, generator), FINAL_TEACHER_FORCING**progress, generator
        )
        return objectives.one_step_loss(terms, config, _annealing(progress)), terms

    return Phase(
        nn.ModuleDict({"one_step": model}),
        part.epochs,
        loss,
        lambda: validation.validate_one_step(model, corpus, _validation_windows(part, corpus)),
        ANNEALED_SHARE,
    )


def _classifier(part: Part, corpus: Corpus, _parts_dir: Path) -> Phase:
    torch.manual_seed(part.training.seed)
    model = GrooveClassifier(len(GENRES))

    def loss(batch: Batch, _progress: float, _generator: torch.Generator) -> Loss:
        logits = model(batch.note, batch.velocity, batch.microtiming)
        error = nn.functional.cross_entropy(
            logits, batch.genre, ignore_index=NO_GENRE, reduction="sum"
        )
        # Not cross_entropy's own mean, which is NaN for a batch without any genre.
        error = error / (batch.genre != NO_GENRE).sum().clamp_min(1)
        return error, {"classifier": error}

    return Phase(
        nn.ModuleDict({"classifier": model}),
        part.epochs,
        loss,
        lambda: validation.validate_classifier(model, corpus, _validation_windows(part, corpus)),
    )


def _seeded(part: Part, make: Callable[[Any], Module]) -> Module:
    """Return the model of `part` with the random weights of its seed."""
    torch.manual_seed(part.training.seed)
    return make(part.model)


def _annealing(progress: float) -> float:
    return min(progress / ANNEALED_SHARE, 1.0)


def _validation_windows(part: Part, corpus: Corpus) -> NDArray[np.int64]:
    return corpus.indices(part.training.split, "validation")


def _over_beats(part: Part, corpus: Corpus, parts_dir: Path) -> Phase:
    model = _seeded(part, BeatPocketVAE)
    if part.codes_of is not None:
        _load(model, best_weights(part.codes_of, parts_dir))
    scored = _validation_windows(part, corpus)
    return beats.PHASES[part.kind](model, part.training, corpus, scored, part.epochs)


KINDS: dict[str, Callable[[Part, Corpus, Path], Phase]] = {
    "note": _note,
    "expression": _expression,
    "prior": _prior,
    "note_vae": _note_vae,
    "one_step": _one_step,
    "classifier": _classifier,
    **dict.fromkeys(beats.PHASES, _over_beats),
}
