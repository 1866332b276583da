"""What is hidden from the model in training, so that a sketch may leave it out."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.music.grid import STEPS_PER_BAR
from pocket_studio.music.patterns import AUTO
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training.config import TrainingConfig

_PLAYED_SHARE = 0.3
_DRUM_DROPOUT_SHARE = 0.5
_THINNED_SHARE = 0.4
_BAR_DROPOUT_SHARE = 0.2
_EMPTY_SHARE = 0.1


def without_conditions(corpus: Corpus, *, genre: bool = True, patterns: bool = True) -> Corpus:
    """Return `corpus` with its genres, its patterns or both hidden."""
    if genre:
        corpus = replace(corpus, genre=np.full_like(corpus.genre, NO_GENRE))
    if patterns:
        corpus = replace(
            corpus,
            velocity_pattern=np.full_like(corpus.velocity_pattern, AUTO),
            microtiming_pattern=np.full_like(corpus.microtiming_pattern, AUTO),
        )
    return corpus


def hide(batch: Batch, config: TrainingConfig, generator: torch.Generator) -> Batch:
    """Return `batch` with parts of its conditions hidden at random, as sketches leave them out."""
    genre = batch.genre.clone()
    genre[_coins(len(genre), config.genre_dropout, generator)] = NO_GENRE
    return replace(
        batch,
        template=_reduce_templates(batch, config, generator),
        velocity_pattern=_hide_pattern(batch.velocity_pattern, config, generator),
        microtiming_pattern=_hide_pattern(batch.microtiming_pattern, config, generator),
        genre=genre,
    )


def _coins(shape: int | tuple[int, ...], share: float, generator: torch.Generator) -> Tensor:
    return torch.rand(shape, generator=generator) < share


def _reduce_templates(batch: Batch, config: TrainingConfig, generator: torch.Generator) -> Tensor:
    """Mask and reduce templates: fewer drums, fewer hits, an empty bar, nothing at all.

    Some start from the notes as played, because users also sketch toms, crashes and ghost notes.
    """
    n, n_steps, n_drums = batch.template.shape
    played = _coins((n, 1, 1), _PLAYED_SHARE, generator)
    reduced = torch.where(played, batch.note, batch.template)
    drop_drums = _coins((n, 1, 1), _DRUM_DROPOUT_SHARE, generator)
    reduced = reduced * ~(drop_drums & _coins((n, 1, n_drums), 0.5, generator))
    kept_share = torch.rand((n, 1, 1), generator=generator)
    thinned = _coins((n, 1, 1), _THINNED_SHARE, generator)
    keep = torch.rand(reduced.shape, generator=generator) < kept_share
    reduced = reduced * (keep | ~thinned)
    bar = torch.randint(n_steps // STEPS_PER_BAR, (n, 1, 1), generator=generator)
    in_bar = (torch.arange(n_steps) // STEPS_PER_BAR).view(1, -1, 1) == bar
    reduced = reduced * ~(in_bar & _coins((n, 1, 1), _BAR_DROPOUT_SHARE, generator))
    reduced = reduced * ~_coins((n, 1, 1), _EMPTY_SHARE, generator)
    plain = _coins((n, 1, 1), config.plain_share, generator)
    return torch.where(plain, batch.template, reduced)


def _hide_pattern(pattern: Tensor, config: TrainingConfig, generator: torch.Generator) -> Tensor:
    """Leave all of a pattern, a span or all but a span unpainted; paint some through rests."""
    n, n_steps = pattern.shape
    drawn = torch.where(_coins((n, 1), config.held_share, generator), _hold(pattern), pattern)
    first = torch.randint(n_steps, (n, 1), generator=generator)
    length = torch.randint(1, n_steps, (n, 1), generator=generator)
    in_span = (torch.arange(n_steps) - first) % n_steps < length
    partly = _coins((n, 1), config.span_dropout, generator)
    hidden = (partly & in_span) | _coins((n, 1), config.pattern_dropout, generator)
    return torch.where(hidden, AUTO, drawn)


def _hold(pattern: Tensor) -> Tensor:
    """Carry each class of `pattern` [B, T] on through the AUTO steps after it, around the loop."""
    twice = torch.cat([pattern, pattern], 1)
    steps = torch.arange(twice.shape[1]).expand_as(twice)
    last = torch.where(twice == AUTO, 0, steps).cummax(1).values
    return twice.gather(1, last)[:, pattern.shape[1] :]
