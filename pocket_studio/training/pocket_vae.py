"""Train PocketVAE: its two steps, then the prior over its codes (section 3.4)."""

from dataclasses import asdict, replace
from pathlib import Path

from pocket_studio.corpus import Corpus
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.config import ModelConfig
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.config import TrainingConfig
from pocket_studio.training.jobs import train_parts
from pocket_studio.training.loop import training_windows
from pocket_studio.training.parts import Part, assemble, history
from pocket_studio.training.validation import choose_threshold, code_usage


def pocket_vae_parts(config: TrainingConfig, model_config: ModelConfig) -> tuple[Part, ...]:
    """Return what a PocketVAE is trained in: NOTE, VEL and TIME, the prior."""
    note = Part("note", "note", config, config.note_epochs, model_config)
    expression = Part("expression", "expression", config, config.expression_epochs, model_config)
    prior = Part("prior", "prior", config, config.prior_epochs, model_config, codes_of=note)
    return note, expression, prior


def train(
    corpus: Corpus,
    cache: Path,
    config: TrainingConfig,
    run_dir: Path,
    model_config: ModelConfig | None = None,
    n_jobs: int = 2,
) -> Checkpoint:
    """Train PocketVAE and its prior, and return them at their best on the validation windows.

    `cache` is the file that `corpus` was read from. A run that was killed goes on after its last
    whole epoch in `run_dir`.

    Raises
    ------
    CheckpointError
        If the state in `run_dir` is damaged or of a run with another configuration.
    """
    model_config = model_config or ModelConfig()
    parts = pocket_vae_parts(config, model_config)
    train_parts(parts, corpus, cache, run_dir, n_jobs)
    return finished(corpus, parts, model_config, run_dir)


def finished(
    corpus: Corpus, parts: tuple[Part, ...], model_config: ModelConfig, run_dir: Path
) -> Checkpoint:
    """Return the trained `parts` as one checkpoint."""
    config = parts[0].training
    model = assemble(PocketVAE(model_config), run_dir, *parts)
    return Checkpoint(
        model,
        choose_threshold(model, corpus, corpus.indices(config.split, "validation")),
        code_usage(model, corpus, training_windows(corpus, replace(config, extra=False))),
        {
            **asdict(config),
            "archive_sha256": corpus.archive_sha256,
            "extra_sha256": corpus.extra_sha256 if config.extra else "",
            "epochs_run": {part.name: len(history(part, run_dir)) for part in parts},
        },
    )
