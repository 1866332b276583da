"""Scores on the validation windows, and what is measured once training has ended."""

import numpy as np
import torch
from numpy.typing import NDArray

from pocket_studio import metrics
from pocket_studio.corpus import ANY_GENRE, GENRES, Corpus
from pocket_studio.model.batch import batches
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.model.reconstruction import reconstruct
from pocket_studio.training.objectives import prior_loss

_BATCH_SIZE = 256
_THRESHOLDS = np.arange(0.30, 0.61, 0.02)


def validate_modules(
    model: PocketVAE, corpus: Corpus, indices: NDArray[np.int64]
) -> dict[str, float]:
    """Score the reconstruction of windows `indices` with all conditions given (section 4.2)."""
    found = reconstruct(model, corpus, indices)
    note = corpus.note[indices]
    f1 = metrics.note_f1_micro(note, (found.probability > 0.5).astype(np.float32))
    velocity_mse = metrics.mean_squared_error_at_hits(
        corpus.velocity[indices], found.velocity, note
    )
    microtiming_mse = metrics.mean_squared_error_at_hits(
        corpus.microtiming[indices], found.microtiming, note
    )
    return {
        "note_f1_micro": f1,
        "velocity_mse_hits": velocity_mse,
        "microtiming_mse_hits": microtiming_mse,
        "codes_used": float(len(np.unique(found.codes))),
        "score": (1 - f1) + velocity_mse + microtiming_mse,
    }


@torch.no_grad()
def validate_prior(
    model: PocketVAE, corpus: Corpus, indices: NDArray[np.int64]
) -> dict[str, float]:
    """Return the prior's cross-entropy, nats a code, on windows `indices` with their templates."""
    total = 0.0
    for batch in batches(corpus, indices, _BATCH_SIZE):
        total += prior_loss(model, batch).item() * len(batch.genre)
    return {"validation_prior": total / len(indices), "score": total / len(indices)}


def choose_threshold(model: PocketVAE, corpus: Corpus, indices: NDArray[np.int64]) -> float:
    """Return the probability threshold of N_out with the best micro F1 on windows `indices`."""
    probability = reconstruct(model, corpus, indices).probability
    note = corpus.note[indices]
    scores = [
        metrics.note_f1_micro(note, (probability > threshold).astype(np.float32))
        for threshold in _THRESHOLDS
    ]
    return round(float(_THRESHOLDS[int(np.argmax(scores))]), 2)


@torch.no_grad()
def code_usage(
    model: PocketVAE, corpus: Corpus, indices: NDArray[np.int64]
) -> dict[str, list[float]]:
    """Return each code's share among the codes of windows `indices`: of all and of each genre."""
    codes = torch.cat(
        [
            model.note.codebook.nearest(
                model.note.encode(batch.note, batch.template, model.skel(batch.template))
            )
            for batch in batches(corpus, indices, _BATCH_SIZE)
        ]
    ).numpy()
    genre = corpus.genre[indices]
    chosen = {ANY_GENRE: codes} | {
        name: codes[genre == number] for number, name in enumerate(GENRES)
    }
    return {
        name: (np.bincount(part.ravel(), minlength=model.config.codebook_size) / max(part.size, 1))
        .round(6)
        .tolist()
        for name, part in chosen.items()
    }
