"""What VEL and TIME are told besides the latent vector (sections 3.4.3 and 3.4.5)."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Conditions:
    """The conditions of one expression module.

    Attributes
    ----------
    note : Tensor [B, T, 7]
    pattern : Tensor [B, T, n_classes]
        C_V or C_M one-hot; all zero where unpainted.
    genre : Tensor [B, 6]
        One-hot; all zero for any genre.
    h_n : Tensor [B, 16]
        SKEL's encoding of `note`.
    """

    note: Tensor
    pattern: Tensor
    genre: Tensor
    h_n: Tensor


def one_hot_or_zeros(classes: Tensor, n_classes: int) -> Tensor:
    """Return `classes` [...] as one-hot vectors [..., n_classes]; -1 (AUTO, no genre) is all 0."""
    return (classes.unsqueeze(-1) == torch.arange(n_classes)).to(torch.float32)
