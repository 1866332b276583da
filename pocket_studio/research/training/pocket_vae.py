"""Train PocketVAE over beats: its two steps, then the priors of codes and z (section 3.4)."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.config import BeatConfig
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.model.trained import checkpoint_of
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import over_windows
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.jobs import train_parts
from pocket_studio.research.training.loop import training_windows
from pocket_studio.research.training.parts import Part, assemble, history


def pocket_vae_parts(
    config: TrainingConfig, model_config: BeatConfig | None = None
) -> tuple[Part, ...]:
    """Return what PocketVAE over beats is trained in: NOTE, VEL, TIME, and the priors of each."""
    model = model_config or BeatConfig()
    note = Part("beat-note", "beat_note", config, config.note_epochs, model)
    vel = Part("beat-vel", "beat_vel", config, config.expression_epochs, model)
    time = Part("beat-time", "beat_time", config, config.expression_epochs, model)
    prior = Part("beat-prior", "beat_prior", config, config.prior_epochs, model, codes_of=note)
    latents = (
        Part(f"{of.name}-prior", f"{of.kind}_prior", config, config.latent_epochs, model, of)
        for of in (vel, time)
    )
    return note, vel, time, prior, *latents


def train(
    corpus: Corpus,
    cache: Path,
    config: TrainingConfig,
    run_dir: Path,
    model_config: BeatConfig | None = None,
    n_jobs: int = 2,
) -> Checkpoint:
    """Train PocketVAE and its priors, and return them at their best on the validation windows.

    `cache` is the file that `corpus` was read from. A run that was killed goes on after its last
    whole epoch in `run_dir`.

    Raises
    ------
    CheckpointError
        If the state in `run_dir` is damaged or of a run with another configuration or cache.
    TrainingError
        If a loss or a score is no finite number; then there is no checkpoint.
    """
    parts = pocket_vae_parts(config, model_config)
    train_parts(parts, corpus, cache, run_dir, n_jobs)
    model = assemble(BeatPocketVAE(model_config or BeatConfig()), run_dir, *parts)
    return checkpoint_of(
        model,
        code_usage(model, corpus, training_windows(corpus, replace(config, extra=False))),
        {
            **asdict(config),
            "archive_sha256": corpus.archive_sha256,
            "extra_sha256": corpus.extra_sha256 if config.extra else "",
            "epochs_run": {part.name: len(history(part, run_dir)) for part in parts},
        },
    )


def code_usage(model: BeatPocketVAE, corpus: Corpus, indices: Indices) -> dict[str, list[float]]:
    """Return each code's share among the codes of windows `indices`: of all and of each genre."""
    note = model.note
    (codes,) = over_windows(
        lambda batch: (note.nearest(note.encode(batch.note, batch.template))[..., 0],),
        corpus,
        indices,
    )
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
