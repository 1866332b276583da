"""The sizes of the model, saved with its weights."""

from dataclasses import dataclass, fields

from pocket_studio.music.genres import GENRES
from pocket_studio.music.grid import N_BEATS, N_STEPS
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import (
    MICROTIMING_LIMITS,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
    VELOCITY_LIMITS,
)

N_GENRES = len(GENRES)
BEAT_STEPS = N_STEPS // N_BEATS
BEAT_SIZE = BEAT_STEPS * N_DRUMS  # a beat of the template as one vector
N_CODES = N_BEATS  # S = 8: one code a beat

VELOCITY_BINS = 32
MICROTIMING_BINS = 33  # odd: the middle one lies around the grid line
SAMPLED = -2  # of a code or a detail: left to the prior; a detail of -1 is none

_BOUNDS = {"dropout": (0, 99), "n_codebooks": (2, 4)}


@dataclass(frozen=True)
class BeatConfig:
    """Sizes of PocketVAE over beats.

    Attributes
    ----------
    note_size, expression_size, prior_size
        Width of the networks of NOTE, of VEL and TIME, and of the prior.
    n_heads
        Heads of attention, a divisor of each width.
    note_layers
        Of NOTE's encoder and of its decoder.
    encoder_layers, decoder_layers
        Of VEL's and TIME's.
    context_layers, history_layers
        Of what the codes' prior makes of the template, and of the beats before.
    codebook_size, n_codebooks, code_size
        K codes and as many details in each further codebook, vectors in R^D.
    z_size
        Numbers a beat in z_V, and as many in z_M; even.
    n_couplings, coupling_size
        What bends the priors of z, and the width of its networks.
    dropout
        Percent of the activations that training drops in VEL, TIME and the prior.

    Raises
    ------
    ValueError
        If a size is not a whole number in range, a width is not a multiple of `n_heads`, or z_size
        is odd.
    """

    note_size: int = 192
    expression_size: int = 144
    prior_size: int = 144
    n_heads: int = 6
    note_layers: int = 3
    encoder_layers: int = 2
    decoder_layers: int = 2
    context_layers: int = 3
    history_layers: int = 1
    codebook_size: int = 64
    n_codebooks: int = 3
    code_size: int = 16
    z_size: int = 16
    n_couplings: int = 4
    coupling_size: int = 84
    dropout: int = 10

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least, most = _BOUNDS.get(field.name, (1, 4096))
            if type(value) is not int or not least <= value <= most:
                raise ValueError(f"{field.name} must be a whole number in {least}..{most}")
        for name in ("note_size", "expression_size", "prior_size", "coupling_size"):
            if getattr(self, name) % self.n_heads:
                raise ValueError(f"{name} must be a multiple of n_heads")
        if self.z_size % 2:
            raise ValueError("z_size must be even")


BINS = {"velocity": VELOCITY_BINS, "microtiming": MICROTIMING_BINS}
RANGES = {"velocity": (0.0, 1.0), "microtiming": (-1.0, 1.0)}
CLASSES = {"velocity": N_VELOCITY_CLASSES, "microtiming": N_MICROTIMING_CLASSES}
LIMITS = {"velocity": VELOCITY_LIMITS, "microtiming": MICROTIMING_LIMITS}
