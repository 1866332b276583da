"""PocketVAE over beats: NOTE, VEL and TIME in cascade, and the prior (section 3.4, Figure 2)."""

from torch import Tensor, nn

from pocket_studio.model.config import BeatConfig
from pocket_studio.model.expression import ExpressionModule
from pocket_studio.model.note import NoteModule
from pocket_studio.model.prior import CodePrior

MIDDLE_TEMPO_BPM = 110.0


class BeatPocketVAE(nn.Module):
    """NOTE, VEL and TIME, and the prior over NOTE's codes.

    SKEL has no network of its own: attention shows each beat the whole template.
    """

    def __init__(self, config: BeatConfig) -> None:
        super().__init__()
        self.config = config
        self.note = NoteModule(config)
        self.vel = ExpressionModule(config, "velocity")
        self.time = ExpressionModule(config, "microtiming")
        self.prior = CodePrior(config)


def tempo_scale(tempo_bpm: Tensor) -> Tensor:
    """Return octaves above 110 beats a minute."""
    return (tempo_bpm / MIDDLE_TEMPO_BPM).log2()
