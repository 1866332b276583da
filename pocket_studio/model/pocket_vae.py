"""PocketVAE: the modules in cascade (section 3.4, Figure 2)."""

from torch import Tensor, nn

from pocket_studio.model.batch import Batch
from pocket_studio.model.conditions import Conditions, one_hot_or_zeros
from pocket_studio.model.config import N_GENRES, PATTERN_CLASSES, ModelConfig
from pocket_studio.model.expression import TimeModule, VelModule
from pocket_studio.model.note import NoteModule
from pocket_studio.model.prior import CodePrior
from pocket_studio.model.skel import SkelModule


class PocketVAE(nn.Module):
    """SKEL, NOTE, VEL and TIME, and the prior over NOTE's codes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.skel = SkelModule(config)
        self.note = NoteModule(config)
        self.vel = VelModule(config)
        self.time = TimeModule(config)
        self.prior = CodePrior(config)

    def expression_conditions(
        self, note: Tensor, velocity_pattern: Tensor, microtiming_pattern: Tensor, genre: Tensor
    ) -> tuple[Conditions, Conditions]:
        """Return the conditions of VEL and TIME on `note` [B, T, 7].

        Patterns [B, T] and genre [B] are class indices, -1 where unpainted or unknown.
        """
        h_n = self.skel(note)
        c_v = one_hot_or_zeros(velocity_pattern, PATTERN_CLASSES["velocity"])
        c_m = one_hot_or_zeros(microtiming_pattern, PATTERN_CLASSES["microtiming"])
        g = one_hot_or_zeros(genre, N_GENRES)
        return Conditions(note, c_v, g, h_n), Conditions(note, c_m, g, h_n)

    def reconstruct(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Encode and decode each component (section 4.2), each module given its true condition.

        NOTE works from the true template, VEL and TIME on the true notes, from the means of their
        posteriors and step by step from their own last values.

        Returns
        -------
        logits : Tensor [B, T, 7]
            Of N_out.
        velocity, microtiming : Tensor [B, T, 7]
            0 where there is no note.
        codes : Tensor [B, 8] of int
        """
        logits, quantized = self.note(batch.note, batch.template, self.skel(batch.template))
        on_velocity, on_microtiming = self.expression_conditions(
            batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
        )
        z_v, _ = self.vel.encode(batch.velocity, on_velocity)
        z_m, _ = self.time.encode(batch.microtiming, on_microtiming)
        velocity = self.vel.decode(z_v, on_velocity)
        microtiming = self.time.decode(z_m, on_microtiming)
        return logits, velocity, microtiming, quantized.codes
