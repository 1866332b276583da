"""How a kind of part is trained: one form for the paper's modules, the baselines and the beats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import torch
from torch import nn

from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.hiding import without_conditions
from pocket_studio.research.training.loop import Loss, Phase, Scores

Model = TypeVar("Model", bound=nn.Module)


@dataclass(frozen=True)
class Recipe(Generic[Model]):
    """What differs between kinds of parts.

    Attributes
    ----------
    make : function of a ModelConfig or BeatConfig
        The model with random weights.
    trained : function of the model
        The modules that are trained and saved, by name.
    loss : function of (model, batch, config, progress in 0..1, generator)
        The loss to minimise, and what to log.
    validate : function of (model, corpus, windows)
        Scores to log; `score` is the one that counts, lower is better.
    settled : float
        Share of the training before which the loss is not the final one.
    weight_decay : float
    hides : bool
        Whether what is hidden in all of the training is hidden in the validation too.
    """

    make: Callable[[Any], Model]  # each kind has its own of the two configurations
    trained: Callable[[Model], Mapping[str, nn.Module]]
    loss: Callable[[Model, Batch, TrainingConfig, float, torch.Generator], Loss]
    validate: Callable[[Model, Corpus, Indices], Scores]
    settled: float = 0.0
    weight_decay: float = 0.0
    hides: bool = False

    def phase(
        self, model: Model, config: TrainingConfig, corpus: Corpus, windows: Indices, epochs: int
    ) -> Phase:
        """Return the training of `model` for `epochs`, validated on `windows`."""
        seen = corpus
        if self.hides:
            seen = without_conditions(
                corpus, genre=config.genre_dropout == 1, patterns=config.pattern_dropout == 1
            )
        return Phase(
            nn.ModuleDict(self.trained(model)),
            epochs,
            lambda batch, progress, generator: self.loss(model, batch, config, progress, generator),
            lambda: self.validate(model, seen, windows),
            self.settled,
            self.weight_decay,
        )
