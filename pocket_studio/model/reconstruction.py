"""Encode and decode many windows (section 4.2)."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from pocket_studio.corpus import Corpus
from pocket_studio.model.batch import batches
from pocket_studio.model.pocket_vae import PocketVAE

_BATCH_SIZE = 256


@dataclass(frozen=True)
class Reconstruction:
    """What came back of n windows.

    Attributes
    ----------
    probability : array [n, 32, 7]
        Of a hit in N_out.
    velocity, microtiming : array [n, 32, 7]
        V_out and M_out on the true notes, 0 elsewhere.
    codes : array [n, 8] of int
    """

    probability: NDArray[np.float32]
    velocity: NDArray[np.float32]
    microtiming: NDArray[np.float32]
    codes: NDArray[np.int64]


@torch.inference_mode()
def reconstruct(model: PocketVAE, corpus: Corpus, indices: NDArray[np.int64]) -> Reconstruction:
    """Reconstruct windows `indices` of `corpus` with the conditions that it holds for them."""
    parts = [model.reconstruct(batch) for batch in batches(corpus, indices, _BATCH_SIZE)]
    logits, velocity, microtiming, codes = (torch.cat(part) for part in zip(*parts, strict=True))
    return Reconstruction(
        torch.sigmoid(logits).numpy(), velocity.numpy(), microtiming.numpy(), codes.numpy()
    )
