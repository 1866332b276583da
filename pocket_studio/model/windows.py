"""The model over many windows, batch by batch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.corpus import Corpus
from pocket_studio.model.batch import Batch, batches

_BATCH_SIZE = 256


@torch.inference_mode()
def over_windows(
    play: Callable[[Batch], tuple[Tensor, ...]], corpus: Corpus, indices: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    """Return what `play` makes of windows `indices` of `corpus`, batch by batch, as arrays."""
    parts = [play(batch) for batch in batches(corpus, indices, _BATCH_SIZE)]
    return tuple(torch.cat(part).numpy() for part in zip(*parts, strict=True))
