"""What Table 1 compares: the rows, what each needs trained, and one budget for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from pocket_studio.model.checkpoint import load
from pocket_studio.model.config import BeatConfig
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.model.trained import model_of
from pocket_studio.performance.controls import DEFAULT_GUIDANCE
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus import OFFICIAL, Corpus
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.config import Budget
from pocket_studio.research.evaluation.systems import Neighbours, OneStep, System, TwoStep
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.parts import Part, assemble, load_module
from pocket_studio.research.training.pocket_vae import pocket_vae_parts

_PAPER: Final = ModelConfig()
_OVER_BEATS: Final = BeatConfig()
_shipped: Final = cache(load)
# Epochs of the model over beats, as a multiple of the other rows': one of its epochs costs a fifth.
_BEAT_EPOCHS: Final = (4, 2, 4, 2)  # of NOTE, of VEL and TIME, of the priors of z and of codes


@dataclass(frozen=True)
class Trained:
    """Where the parts of one split are trained, with which settings.

    Attributes
    ----------
    split : str
    budget : Budget
    seed : int
    parts_dir : Path
    """

    split: str
    budget: Budget
    seed: int
    parts_dir: Path

    def config(self, *, genre: bool = False, patterns: bool = False) -> TrainingConfig:
        """Return the settings of a row that is told the genre and the patterns, or not.

        Nothing else is hidden: what a row knows in the test it has known in training.
        """
        return TrainingConfig(
            split=self.split,
            seed=self.seed,
            batch_size=32,
            peak_lr=3e-3,
            plain_share=1.0,
            genre_dropout=0.0 if genre else 1.0,
            pattern_dropout=0.0 if patterns else 1.0,
            span_dropout=0.0,
            held_share=0.0,
            detail_dropout=0.0,
        )

    def note(self, codebook_size: int = _PAPER.codebook_size, detail_size: int = 0) -> Part:
        """Return NOTE, which sees neither genre nor patterns, with one codebook or two."""
        model = replace(_PAPER, codebook_size=codebook_size, detail_size=detail_size)
        name = f"note-{codebook_size}" + (f"+{detail_size}" if detail_size else "")
        return Part(name, "note", self.config(), self.budget.epochs, model)

    def expression(self, *, genre: bool = False, patterns: bool = False) -> Part:
        """Return VEL and TIME with the given conditions."""
        name = "expression" + "-genre" * genre + "-patterns" * patterns
        config = self.config(genre=genre, patterns=patterns)
        return Part(name, "expression", config, self.budget.epochs)

    def prior(self, *, genre: bool) -> Part:
        """Return the prior over the 64 codes."""
        name = "prior-genre" if genre else "prior"
        config, epochs = self.config(genre=genre), self.budget.prior_epochs
        return Part(name, "prior", config, epochs, codes_of=self.note())

    def note_vae(self) -> Part:
        """Return NOTE as a regular VAE."""
        return Part("note-vae", "note_vae", self.config(), self.budget.epochs)

    def one_step(self) -> Part:
        """Return the one-step model."""
        return Part("one-step", "one_step", self.config(), self.budget.epochs)

    def classifier(self) -> Part:
        """Return the genre classifier."""
        return Part("classifier", "classifier", self.config(), self.budget.classifier_epochs)

    def two_step(self, *, genre: bool, patterns: bool) -> tuple[Part, ...]:
        """Return the parts of a PocketVAE with the given conditions."""
        expression = self.expression(genre=genre, patterns=patterns)
        return self.note(), expression, self.prior(genre=genre)

    def over_beats(self) -> tuple[Part, ...]:
        """Return the parts of the model over beats: one training for all that it may be told."""
        note, expression, latent, prior = (times * self.budget.epochs for times in _BEAT_EPOCHS)
        config = TrainingConfig(
            split=self.split,
            seed=self.seed,
            note_epochs=note,
            expression_epochs=expression,
            latent_epochs=latent,
            prior_epochs=prior,
        )
        return pocket_vae_parts(config)


@dataclass(frozen=True)
class Row:
    """A row of Table 1.

    Attributes
    ----------
    title : str
        As the paper names it.
    parts : function of Trained
        What must be trained.
    system : function of (Trained, Corpus)
        The trained system.
    genre, patterns : bool
        What it is told.
    generates : bool
        Whether new grooves are scored too.
    checkpoint : function of str
        The digest of the shipped checkpoint if the row plays it in this split, else empty.
    """

    title: str
    parts: Callable[[Trained], tuple[Part, ...]]
    system: Callable[[Trained, Corpus], System]
    genre: bool = False
    patterns: bool = False
    generates: bool = True
    checkpoint: Callable[[str], str] = lambda _: ""


def as_shipped(model: BeatPocketVAE, *, genre: bool, patterns: bool, n_books: int = 3) -> OverBeats:
    """Return `model` as the studio plays it: the default guidance, and the sketch asked for."""
    return OverBeats(model, genre, patterns, guidance=DEFAULT_GUIDANCE, kept=1.0, n_books=n_books)


def shipped_row(title: str, *, told: bool, n_books: int = 3) -> Row:
    """Return the row of the model that ships, told genre and patterns or not.

    In the split that the shipped checkpoint was trained for it is that checkpoint; in another, the
    same model trained on that split's tracks. With fewer codebooks than all only its
    reconstruction is scored.
    """

    def system(trained: Trained, _corpus: Corpus) -> System:
        if is_shipped_for(trained.split):
            model = model_of(_shipped())
        else:
            parts = trained.over_beats()
            model = assemble(BeatPocketVAE(_OVER_BEATS), trained.parts_dir, *parts)
        return as_shipped(model, genre=told, patterns=told, n_books=n_books)

    return Row(
        title,
        lambda trained: () if is_shipped_for(trained.split) else trained.over_beats(),
        system,
        told,
        told,
        generates=n_books == _OVER_BEATS.n_codebooks,
        checkpoint=lambda split: _shipped().digest if is_shipped_for(split) else "",
    )


def is_shipped_for(split: str) -> bool:
    """Return whether the shipped checkpoint was trained without the test tracks of `split`."""
    return bool(_shipped().training["split"] == split)


def _two_step_row(title: str, *, genre: bool, patterns: bool) -> Row:
    def parts(trained: Trained) -> tuple[Part, ...]:
        return trained.two_step(genre=genre, patterns=patterns)

    def system(trained: Trained, _corpus: Corpus) -> System:
        model = assemble(PocketVAE(_PAPER), trained.parts_dir, *parts(trained))
        return TwoStep(model, genre, patterns)

    return Row(title, parts, system, genre, patterns)


def _codes_row(codebook_size: int, detail_size: int = 0) -> Row:
    """Return a row of the rate curve: NOTE alone, with more codes than the paper's 64."""

    def parts(trained: Trained) -> tuple[Part, ...]:
        return trained.note(codebook_size, detail_size), trained.expression()

    config = replace(_PAPER, codebook_size=codebook_size, detail_size=detail_size)

    def system(trained: Trained, _corpus: Corpus) -> System:
        return TwoStep(
            assemble(PocketVAE(config), trained.parts_dir, *parts(trained)), False, False
        )

    title = f"{codebook_size} codes" + f" and {detail_size} details" * (detail_size > 0)
    return Row(title, parts, system, generates=False)


def _neighbours(trained: Trained, corpus: Corpus) -> System:
    return Neighbours(corpus, corpus.indices(trained.split, "train"))


def _one_step(trained: Trained, _corpus: Corpus) -> System:
    return OneStep(load_module(OneStepVae(_PAPER), trained.one_step(), trained.parts_dir))


def _two_step_vae(trained: Trained, _corpus: Corpus) -> System:
    note_vae = load_module(NoteVae(_PAPER), trained.note_vae(), trained.parts_dir)
    model = assemble(PocketVAE(_PAPER), trained.parts_dir, trained.expression())
    return TwoStep(model, genre=False, patterns=False, note_vae=note_vae)


ROWS: Final[Mapping[str, Row]] = {
    "knn": Row("K-NN", lambda _: (), _neighbours),
    "one-step": Row("1-step", lambda trained: (trained.one_step(),), _one_step),
    "two-step-vae": Row(
        "2-step (VAE)",
        lambda trained: (trained.note_vae(), trained.expression()),
        _two_step_vae,
    ),
    "two-step-vq": _two_step_row("2-step (VQ-VAE)", genre=False, patterns=False),
    "genres": _two_step_row("+genres", genre=True, patterns=False),
    "genres-patterns": _two_step_row("+genres+patterns", genre=True, patterns=True),
    "shipped": shipped_row("shipped, with genre and patterns", told=True),
    "shipped-untold": shipped_row("shipped, without", told=False),
    "shipped-64": shipped_row("shipped, 64 codes alone", told=True, n_books=1),
    "shipped-64+64": shipped_row("shipped, 64 codes and 64 details", told=True, n_books=2),
    "codes-256": _codes_row(256),
    "codes-1024": _codes_row(1024),
    "codes-64+64": _codes_row(64, 64),
}
"""Rows in the order of the table; the last five are the rate curve's beyond the whole systems."""


def rows_of(split: str) -> tuple[str, ...]:
    """Return the rows that are measured in `split` unless others are asked for.

    The rate curve is the official split's alone.
    """
    return tuple(name for name, row in ROWS.items() if row.generates or split == OFFICIAL)
