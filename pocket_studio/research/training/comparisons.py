"""How the modules of the paper's form, the other baselines and the classifier are trained."""

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import nn

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training import objectives, validation
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.hiding import hide
from pocket_studio.research.training.loop import Loss
from pocket_studio.research.training.recipe import Recipe

FINAL_TEACHER_FORCING: Final = 0.5
ANNEALED_SHARE: Final = 0.4


def _note(
    model: PocketVAE,
    batch: Batch,
    config: TrainingConfig,
    _progress: float,
    generator: torch.Generator,
) -> Loss:
    terms, z = objectives.note_terms(
        model, hide(batch, config, generator), config.detail_dropout, generator
    )
    model.note.update_codebooks(z, generator)
    return terms["note"] + config.commitment * terms["commitment"], terms


def _expression(
    model: PocketVAE,
    batch: Batch,
    config: TrainingConfig,
    progress: float,
    generator: torch.Generator,
) -> Loss:
    hidden, forcing = hide(batch, config, generator), FINAL_TEACHER_FORCING**progress
    terms = objectives.expression_terms(model, hidden, forcing, generator)
    return objectives.expression_loss(terms, config, _annealing(progress)), terms


def _prior(
    model: PocketVAE,
    batch: Batch,
    config: TrainingConfig,
    _progress: float,
    generator: torch.Generator,
) -> Loss:
    terms = objectives.prior_terms(model, hide(batch, config, generator))
    return torch.stack(list(terms.values())).sum(), terms


def _note_vae(
    model: NoteVae,
    batch: Batch,
    config: TrainingConfig,
    progress: float,
    generator: torch.Generator,
) -> Loss:
    terms = objectives.note_vae_terms(model, hide(batch, config, generator), generator)
    return terms["note"] + _annealing(progress) * terms["note_kl"], terms


def _one_step(
    model: OneStepVae,
    batch: Batch,
    config: TrainingConfig,
    progress: float,
    generator: torch.Generator,
) -> Loss:
    hidden, forcing = hide(batch, config, generator), FINAL_TEACHER_FORCING**progress
    terms = objectives.one_step_terms(model, hidden, forcing, generator)
    return objectives.one_step_loss(terms, config, _annealing(progress)), terms


def _classifier(
    model: GrooveClassifier,
    batch: Batch,
    _config: TrainingConfig,
    _progress: float,
    _generator: torch.Generator,
) -> Loss:
    logits = model(batch.note, batch.velocity, batch.microtiming)
    error = nn.functional.cross_entropy(logits, batch.genre, ignore_index=NO_GENRE, reduction="sum")
    # Not cross_entropy's own mean, which is NaN for a batch without any genre.
    error = error / (batch.genre != NO_GENRE).sum().clamp_min(1)
    return error, {"classifier": error}


def _annealing(progress: float) -> float:
    return min(progress / ANNEALED_SHARE, 1.0)


RECIPES: Final[Mapping[str, Recipe[Any]]] = {
    "note": Recipe(
        PocketVAE,
        lambda model: {"skel_p": model.skel_p, "note": model.note},
        _note,
        validation.validate_notes,
    ),
    "expression": Recipe(
        PocketVAE,
        lambda model: {"skel_n": model.skel_n, "vel": model.vel, "time": model.time},
        _expression,
        validation.validate_expression,
        ANNEALED_SHARE,
        hides=True,
    ),
    "prior": Recipe(
        PocketVAE,
        lambda model: {"prior": model.prior},
        _prior,
        validation.validate_prior,
        hides=True,
    ),
    "note_vae": Recipe(
        NoteVae,
        lambda model: {"note_vae": model},
        _note_vae,
        validation.validate_note_vae,
        ANNEALED_SHARE,
    ),
    "one_step": Recipe(
        OneStepVae,
        lambda model: {"one_step": model},
        _one_step,
        validation.validate_one_step,
        ANNEALED_SHARE,
    ),
    "classifier": Recipe(
        lambda _sizes: GrooveClassifier(len(GENRES)),
        lambda model: {"classifier": model},
        _classifier,
        validation.validate_classifier,
    ),
}
"""By the name of the kind; `model` and what is trained of it are named as in its checkpoint."""
