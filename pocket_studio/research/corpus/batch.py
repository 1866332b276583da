"""Two-bar windows as tensors, and a model over many of them, batch by batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.research.corpus import Corpus

_BATCH_SIZE: Final = 256


@dataclass(frozen=True)
class Batch:
    """Windows with their conditions, as tensors.

    Attributes
    ----------
    note, velocity, microtiming, template : Tensor [B, T, 7]
        N, V, M and P.
    velocity_pattern, microtiming_pattern : Tensor [B, T] of int
        Classes or AUTO.
    velocity_known : Tensor [B, 7] of {0, 1}
    microtiming_known : Tensor [B] of {0, 1}
        1 where the values are real: the weights of their losses.
    genre : Tensor [B] of int
        Index into `corpus.GENRES`, or NO_GENRE.
    tempo_bpm : Tensor [B]
    """

    note: Tensor
    velocity: Tensor
    microtiming: Tensor
    template: Tensor
    velocity_pattern: Tensor
    microtiming_pattern: Tensor
    velocity_known: Tensor
    microtiming_known: Tensor
    genre: Tensor
    tempo_bpm: Tensor


def batches(
    corpus: Corpus,
    indices: NDArray[np.int64],
    batch_size: int,
    generator: torch.Generator | None = None,
) -> Iterator[Batch]:
    """Yield windows `indices` of `corpus` in batches, shuffled if there is a `generator`."""
    if generator is not None:
        indices = indices[torch.randperm(len(indices), generator=generator).numpy()]
    for first in range(0, len(indices), batch_size):
        at = indices[first : first + batch_size]
        yield Batch(
            note=torch.from_numpy(corpus.note[at]),
            velocity=torch.from_numpy(corpus.velocity[at]),
            microtiming=torch.from_numpy(corpus.microtiming[at]),
            template=torch.from_numpy(corpus.template[at]).float(),
            velocity_pattern=torch.from_numpy(corpus.velocity_pattern[at]).long(),
            microtiming_pattern=torch.from_numpy(corpus.microtiming_pattern[at]).long(),
            velocity_known=torch.from_numpy(corpus.velocity_known[at]).float(),
            microtiming_known=torch.from_numpy(corpus.microtiming_known[at]).float(),
            genre=torch.from_numpy(corpus.genre[at]).long(),
            tempo_bpm=torch.from_numpy(corpus.track_tempo_bpm[corpus.track[at]]),
        )


@torch.inference_mode()
def over_windows(
    play: Callable[[Batch], tuple[Tensor, ...]], corpus: Corpus, indices: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    """Return what `play` makes of windows `indices` of `corpus`, batch by batch, as arrays."""
    parts = [play(batch) for batch in batches(corpus, indices, _BATCH_SIZE)]
    return tuple(torch.cat(part).numpy() for part in zip(*parts, strict=True))
