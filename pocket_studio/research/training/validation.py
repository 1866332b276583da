"""Scores on the validation windows."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.research import metrics
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.training.objectives import prior_terms

Array = NDArray[np.float32]


def validate_notes(model: PocketVAE, corpus: Corpus, indices: Indices) -> dict[str, float]:
    """Score NOTE's reconstruction of windows `indices`."""

    def play(batch: Batch) -> tuple[Tensor, ...]:
        codes = model.encode_notes(batch.note, batch.template)
        coarse = codes.without_detail()
        return (
            model.decode_notes(codes, batch.template),
            model.decode_notes(coarse, batch.template),
            codes.codes,
        )

    logits, coarse_logits, codes = over_windows(play, corpus, indices)
    note = corpus.note[indices]
    f1 = metrics.note_f1_micro(note, _hits(logits))
    return {
        "note_f1_micro": f1,
        "note_f1_micro_coarse": metrics.note_f1_micro(note, _hits(coarse_logits)),
        "note_exact": metrics.note_exact(note, _hits(logits)),
        "codes_used": float(len(np.unique(codes))),
        "score": 1 - f1,
    }


def validate_expression(model: PocketVAE, corpus: Corpus, indices: Indices) -> dict[str, float]:
    """Score VEL's and TIME's reconstruction of windows `indices` on the true notes."""
    velocity, microtiming = over_windows(model.reconstruct_expression, corpus, indices)
    return _value_scores(corpus, indices, velocity, microtiming)


def validate_prior(model: PocketVAE, corpus: Corpus, indices: Indices) -> dict[str, float]:
    """Return the prior's cross-entropy, nats a beat, on windows `indices`."""

    def play(batch: Batch) -> tuple[Tensor, ...]:
        return (
            torch.stack(list(prior_terms(model, batch).values())).sum().repeat(len(batch.note)),
        )

    (nats,) = over_windows(play, corpus, indices)
    return {"validation_prior": float(nats.mean()), "score": float(nats.mean())}


def validate_note_vae(model: NoteVae, corpus: Corpus, indices: Indices) -> dict[str, float]:
    """Score the reconstruction of windows `indices` from the posteriors' means."""

    def play(batch: Batch) -> tuple[Tensor, ...]:
        return (model.decode(model.encode(batch.note, batch.template)[0], batch.template),)

    (logits,) = over_windows(play, corpus, indices)
    f1 = metrics.note_f1_micro(corpus.note[indices], _hits(logits))
    return {"note_f1_micro": f1, "score": 1 - f1}


def validate_one_step(model: OneStepVae, corpus: Corpus, indices: Indices) -> dict[str, float]:
    """Score the reconstruction of windows `indices` from the posterior's mean."""
    note, velocity, microtiming = over_windows(model.reconstruct, corpus, indices)
    f1 = metrics.note_f1_micro(corpus.note[indices], note)
    scores = _value_scores(corpus, indices, velocity, microtiming)
    return {"note_f1_micro": f1, **scores, "score": 1 - f1 + scores["score"]}


def validate_classifier(
    model: GrooveClassifier, corpus: Corpus, indices: Indices
) -> dict[str, float]:
    """Return the share of windows `indices` with a genre that are classified right."""
    indices = indices[corpus.genre[indices] != NO_GENRE]
    (right,) = over_windows(
        lambda batch: (
            model(batch.note, batch.velocity, batch.microtiming).argmax(-1) == batch.genre,
        ),
        corpus,
        indices,
    )
    return {"genre_accuracy": float(right.mean()), "score": 1 - float(right.mean())}


def _hits(logits: Array) -> Array:
    return (logits > 0).astype(np.float32)


def _value_scores(
    corpus: Corpus, indices: Indices, velocity: Array, microtiming: Array
) -> dict[str, float]:
    note = corpus.note[indices]
    scores = {
        f"{name}_mse_hits": metrics.mean_squared_error_at_hits(
            getattr(corpus, name)[indices], values, note
        )
        for name, values in (("velocity", velocity), ("microtiming", microtiming))
    }
    return {**scores, "score": sum(scores.values())}
