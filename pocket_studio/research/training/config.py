"""How the model is trained; saved with its weights."""

from dataclasses import dataclass
from typing import Final

from pydantic import with_config

from pocket_studio.research.corpus import SPLITS
from pocket_studio.research.typed import SETTINGS

WEIGHT_DECAY: Final = 0.05  # of the model over beats
EPOCHS: Final = ("note_epochs", "expression_epochs", "latent_epochs", "prior_epochs")
"""How long each step is trained; a part has its own number of them besides its settings."""


@with_config(SETTINGS)
@dataclass(frozen=True)
class TrainingConfig:
    """Choices of a training run, and what its file may say (docs/decisions/0003-training.md).

    Attributes
    ----------
    split, seed
        The tracks to train on, and the seed of weights, order, augmentation and noise.
    extra
        Whether to train on the extra windows too, if the cache has any.
    note_epochs, expression_epochs, latent_epochs, prior_epochs, patience
        Longest training of NOTE, of VEL and TIME, of the priors of z, and of the prior of the
        codes; epochs without a better validation score after which training stops.
    batch_size, peak_lr
        One-cycle schedule: the rate rises to `peak_lr` in a tenth of the run, then falls to 0.
    commitment
        beta_2 of eq. 3 (beta_1 is taken over by the codebook's moving averages).
    beta_velocity, beta_microtiming
        Final KL weights of eq. 4, on squared errors summed over a window.
    plain_share
        Share of windows whose template is not masked or reduced.
    genre_dropout, pattern_dropout, span_dropout
        Shares of windows trained without genre, without a pattern, with part of a pattern.
    held_share
        Share of windows whose patterns are painted on through rests.
    detail_dropout
        Share of windows that NOTE decodes without their details.

    Raises
    ------
    ValueError
        If the split is unknown or a number is out of range.
    """

    split: str = "official"
    seed: int = 0
    extra: bool = False
    note_epochs: int = 20
    expression_epochs: int = 10
    latent_epochs: int = 20
    prior_epochs: int = 10
    patience: int = 6
    batch_size: int = 64
    peak_lr: float = 2e-3
    commitment: float = 0.2
    beta_velocity: float = 0.006
    beta_microtiming: float = 0.02
    plain_share: float = 0.5
    genre_dropout: float = 0.3
    pattern_dropout: float = 0.35
    span_dropout: float = 0.4
    held_share: float = 0.5
    detail_dropout: float = 0.25

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ValueError(f"the splits are {', '.join(SPLITS)}, not {self.split!r}")
        if not 0 <= self.seed < 2**31:
            raise ValueError("seed must be in 0..2147483647")
        for name in (*EPOCHS, "patience", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name, value in vars(self).items():
            if name.endswith(("_share", "_dropout")) and not 0 <= value <= 1:
                raise ValueError(f"{name} must be in 0..1")
        if self.peak_lr <= 0 or min(self.beta_velocity, self.beta_microtiming) < 0:
            raise ValueError("peak_lr must be above 0 and the KL weights at least 0")
