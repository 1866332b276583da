"""PocketVAE: the modules in cascade (section 3.4, Figure 2)."""

from torch import Tensor, nn

from pocket_studio.model.config import CLASSES, N_GENRES
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.research.baselines.conditions import Conditions
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.expression import TimeModule, VelModule
from pocket_studio.research.baselines.note import Codes, NoteModule
from pocket_studio.research.baselines.prior import CodePrior
from pocket_studio.research.baselines.skel import SkelModule
from pocket_studio.research.corpus.batch import Batch


class PocketVAE(nn.Module):
    """SKEL, NOTE, VEL and TIME, and the prior over NOTE's codes.

    SKEL is one architecture with weights for each step of the cascade, `skel_p` for the template
    and `skel_n` for the notes. So no weights are shared between the steps, and each can be
    trained by itself (docs/decisions/0003-training.md).
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.skel_p = SkelModule(config)
        self.note = NoteModule(config)
        self.skel_n = SkelModule(config)
        self.vel = VelModule(config)
        self.time = TimeModule(config)
        self.prior = CodePrior(config)

    def encode_notes(self, note: Tensor, template: Tensor) -> Codes:
        """Return the codes of `note` given `template`, both [B, T, 7]."""
        return self.note.encode(note, template, self.skel_p(template))

    def decode_notes(self, codes: Codes, template: Tensor) -> Tensor:
        """Return the logits [B, T, 7] of N_out from codes and `template` [B, T, 7]."""
        return self.note.decode(codes, template, self.skel_p(template))

    def expression_conditions(
        self, note: Tensor, velocity_pattern: Tensor, microtiming_pattern: Tensor, genre: Tensor
    ) -> tuple[Conditions, Conditions]:
        """Return the conditions of VEL and TIME on `note` [B, T, 7].

        Patterns [B, T] and genre [B] are class indices, -1 where unpainted or unknown.
        """
        h_n = self.skel_n(note)
        c_v = one_hot_or_zeros(velocity_pattern, CLASSES["velocity"])
        c_m = one_hot_or_zeros(microtiming_pattern, CLASSES["microtiming"])
        g = one_hot_or_zeros(genre, N_GENRES)
        return Conditions(note, c_v, g, h_n), Conditions(note, c_m, g, h_n)

    def encode_expression(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the means [B, 64] of z_V's and z_M's posteriors, given the true notes."""
        on_velocity, on_microtiming = self._on_true_notes(batch)
        z_v, _ = self.vel.encode(batch.velocity, on_velocity)
        z_m, _ = self.time.encode(batch.microtiming, on_microtiming)
        return z_v, z_m

    def reconstruct_expression(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Encode and decode V and M [B, T, 7] on the true notes (section 4.2).

        From the means of the posteriors, step by step from the decoders' own last values.
        """
        z_v, z_m = self.encode_expression(batch)
        on_velocity, on_microtiming = self._on_true_notes(batch)
        return self.vel.decode(z_v, on_velocity), self.time.decode(z_m, on_microtiming)

    def _on_true_notes(self, batch: Batch) -> tuple[Conditions, Conditions]:
        return self.expression_conditions(
            batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
        )
