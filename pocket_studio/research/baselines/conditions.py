"""What VEL and TIME are told besides the latent vector (sections 3.4.3 and 3.4.5)."""

from dataclasses import dataclass

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
