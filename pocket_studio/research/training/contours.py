"""What VEL and TIME over beats are told in training: contours for each drum, and held hits."""

from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from pocket_studio.model.config import CLASSES, N_CODES, N_GENRES
from pocket_studio.model.expression import Conditions
from pocket_studio.model.pocket_vae import tempo_scale
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR
from pocket_studio.music.kit import CYMBALS, N_DRUMS
from pocket_studio.music.patterns import AUTO, LAID_BACK, ON, ON_MICROTIMING, PUSHED
from pocket_studio.research.corpus.batch import Batch
from pocket_studio.research.training.config import TrainingConfig

_MOVED_SHARE: Final = 0.5
_UNPAINTED_SHARE, _CYMBAL_SHARE, _ROWS_SHARE = 0.35, 0.25, 0.25  # the others: all drums painted
_STEP_SHARE: Final = 0.4
_SPAN_SHARE: Final = 0.4
_FREE_SHARE, _HELD_ROWS_SHARE = 0.6, 0.3  # the others: some beats are held

Random = torch.Generator


def conditions(batch: Batch, pattern: Tensor, genre: Tensor | None = None) -> Conditions:
    """Return what VEL or TIME is told of `batch`, with `pattern` [B, 32, 7]; no hit is held."""
    nothing = torch.zeros_like(batch.note)
    told = batch.genre if genre is None else genre
    return Conditions(
        batch.note,
        pattern,
        one_hot_or_zeros(told, N_GENRES),
        tempo_scale(batch.tempo_bpm),
        nothing,
        nothing,
    )


def painted(name: str, batch: Batch, config: TrainingConfig, random: Random) -> Conditions:
    """Return random conditions of `batch`: parts of the true patterns, of the genre, of the values.

    Patterns are those of the dominant cymbal (section 3.2), of any drums, of all, or of a step's
    mean microtiming for all drums at it.
    """
    n = len(batch.note)
    pattern = classes_of(name, batch)
    if name == "microtiming":
        steps = batch.microtiming_pattern.unsqueeze(-1).expand_as(pattern)
        pattern = torch.where(coins((n, 1, 1), _STEP_SHARE, random), steps, pattern)
    which = torch.rand((n, 1, 1), generator=random)
    rows = coins((n, 1, N_DRUMS), 0.5, random)
    cymbal = dominant_cymbals(batch.note)
    shares = (_UNPAINTED_SHARE, _UNPAINTED_SHARE + _CYMBAL_SHARE)
    shown = (which >= shares[0]) & torch.where(
        which < shares[1], cymbal, torch.where(which < shares[1] + _ROWS_SHARE, rows, True)
    )
    shown = shown & ~(coins((n, 1, 1), _SPAN_SHARE, random) & _spans(n, random))
    genre = batch.genre.masked_fill(coins((n,), config.genre_dropout, random), -1)
    told = conditions(batch, torch.where(shown, pattern, AUTO), genre)
    return replace(told, held=_held(batch, name, random), values=values_of(name, batch))


def classes_of(name: str, batch: Batch) -> Tensor:
    """Return the class [B, 32, 7] of each hit's own value, AUTO where it is silent or unknown."""
    values = values_of(name, batch)
    if name == "velocity":
        top = CLASSES[name] - 1
        classes = ((values * CLASSES[name] - 1e-6).ceil() - 1).clamp(0, top).long()
    else:
        classes = torch.full_like(values, ON, dtype=torch.long)
        classes = classes.masked_fill(values < -ON_MICROTIMING, PUSHED)
        classes = classes.masked_fill(values > ON_MICROTIMING, LAID_BACK)
    return classes.masked_fill(batch.note * known_of(name, batch) == 0, AUTO)


def dominant_cymbals(note: Tensor) -> Tensor:
    """Return, [B, 1, 7] of bool, which drum is each window's dominant cymbal, if it has one."""
    counts = note[:, :, CYMBALS].sum(1)
    one_hot = torch.zeros((len(note), 1, N_DRUMS), dtype=torch.bool)
    one_hot[torch.arange(len(note)), 0, torch.tensor(CYMBALS)[counts.argmax(-1)]] = True
    return one_hot & (counts.sum(-1) > 0).view(-1, 1, 1)


def paper_pattern(name: str, batch: Batch) -> Tensor:
    """Return C_V as the dominant cymbal's own contour, C_M as all drums' [B, 32, 7]."""
    if name == "microtiming":
        return batch.microtiming_pattern.unsqueeze(-1).expand(-1, -1, N_DRUMS)
    lane = batch.velocity_pattern.unsqueeze(-1)
    return torch.where(dominant_cymbals(batch.note), lane, AUTO)


def moved(batch: Batch, random: Random) -> Batch:
    """Return `batch` with some of the loops begun at their second bar."""
    moved = coins((len(batch.note),), _MOVED_SHARE, random)
    stepwise = {
        name: torch.where(
            moved.view(-1, *[1] * (values.ndim - 1)), values.roll(STEPS_PER_BAR, 1), values
        )
        for name, values in vars(batch).items()
        if values.ndim > 1 and values.shape[1] == N_STEPS
    }
    return replace(batch, **stepwise)


def values_of(name: str, batch: Batch) -> Tensor:
    """Return V or M [B, 32, 7]."""
    return batch.velocity if name == "velocity" else batch.microtiming


def known_of(name: str, batch: Batch) -> Tensor:
    """Return 1 where V or M is real, to be broadcast to [B, 32, 7]."""
    if name == "velocity":
        return batch.velocity_known.unsqueeze(1)
    return batch.microtiming_known.view(-1, 1, 1)


def _held(batch: Batch, name: str, random: Random) -> Tensor:
    """Return which hits [B, 32, 7] are given beforehand: none, some drums, or some beats."""
    n = len(batch.note)
    which = torch.rand((n, 1, 1), generator=random)
    rows = coins((n, 1, N_DRUMS), 0.3, random)
    beats = coins((n, N_CODES, 1), torch.rand((n, 1, 1), generator=random), random)
    beats = beats.repeat_interleave(N_STEPS // N_CODES, 1)
    held = torch.where(which < _FREE_SHARE + _HELD_ROWS_SHARE, rows, beats) & (which >= _FREE_SHARE)
    return held * batch.note * known_of(name, batch)


def _spans(n: int, random: Random) -> Tensor:
    first = torch.randint(N_STEPS, (n, 1, 1), generator=random)
    length = torch.randint(1, N_STEPS, (n, 1, 1), generator=random)
    return (torch.arange(N_STEPS).view(1, -1, 1) - first) % N_STEPS < length


def coins(shape: tuple[int, ...], share: float | Tensor, random: Random) -> Tensor:
    """Return True at random, in `share` of the places of `shape`."""
    return torch.rand(shape, generator=random) < share
