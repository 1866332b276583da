"""VEL and TIME: conditional VAEs that play the notes (section 3.4.3)."""

from abc import abstractmethod

import torch
from torch import Tensor, nn

from pocket_studio.model.config import CLASSES, N_GENRES
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.research.baselines.conditions import Conditions
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.recurrent import cells, split_start

N_LAYERS = 2


class ExpressionModule(nn.Module):
    """A conditional VAE over one value a hit: encoder to z in R^64, step-by-step decoder.

    The decoder is told its own last value, so that it predicts step by step.
    """

    def __init__(self, config: ModelConfig, n_pattern_classes: int) -> None:
        super().__init__()
        hidden = config.expression_hidden_size
        condition_size = config.skel_size + N_GENRES
        self.encoder_start = nn.Linear(condition_size, 2 * hidden)
        self.encoder_gru = nn.GRU(
            2 * N_DRUMS + n_pattern_classes, hidden, batch_first=True, bidirectional=True
        )
        self.posterior = nn.Linear(2 * hidden, 2 * config.z_size)
        self.decoder_start = nn.Linear(condition_size + config.z_size, N_LAYERS * hidden)
        self.decoder_gru = nn.GRU(
            2 * N_DRUMS + n_pattern_classes + config.z_size,
            hidden,
            num_layers=N_LAYERS,
            batch_first=True,
        )
        self.output = nn.Linear(hidden, N_DRUMS)

    @staticmethod
    @abstractmethod
    def squash(output: Tensor) -> Tensor:
        """Bring the last layer's output into the value's range."""

    def encode(self, values: Tensor, conditions: Conditions) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance [B, 64] of q(z | values, conditions); values [B, T, 7]."""
        known = torch.cat([conditions.h_n, conditions.genre], -1)
        start = split_start(self.encoder_start(known), 2)
        inputs = torch.cat([values, conditions.note, conditions.pattern], -1)
        _, last = self.encoder_gru(inputs, start)  # [2, B, hidden]
        mean, logvar = self.posterior(last.transpose(0, 1).flatten(1)).chunk(2, -1)
        return mean, logvar.clamp(-10, 10)

    def decode(
        self,
        z: Tensor,
        conditions: Conditions,
        truth: Tensor | None = None,
        forced: Tensor | None = None,
    ) -> Tensor:
        """Return the values [B, T, 7], 0 where there is no note.

        Parameters
        ----------
        z : Tensor [B, 64]
        conditions : Conditions
        truth : Tensor [B, T, 7], optional
            The true values, for teacher forcing in training.
        forced : Tensor [B, T] of bool, optional
            At which steps the decoder is told the true value instead of its own for the next.
        """
        known = torch.cat([conditions.h_n, conditions.genre, z], -1)
        start = split_start(torch.tanh(self.decoder_start(known)), N_LAYERS)
        steps = torch.cat([conditions.note, conditions.pattern], -1)
        steps = torch.cat([steps, z.unsqueeze(1).expand(-1, steps.shape[1], -1)], -1)
        with torch.no_grad():
            values, told = self._play(steps, start, conditions.note, truth, forced)
        if not torch.is_grad_enabled():
            return values
        # What was told is constant (no gradient through the decoder's own past values), so the
        # differentiable pass can take all steps at once.
        states, _ = self.decoder_gru(torch.cat([steps, told], -1), start)
        return self.squash(self.output(states)) * conditions.note

    def _play(
        self,
        steps: Tensor,
        start: Tensor,
        note: Tensor,
        truth: Tensor | None,
        forced: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """Decode step by step: the values [B, T, 7] and what each step was told of the last."""
        lower_cell, upper_cell = cells(self.decoder_gru)
        weight, bias = self.output.weight, self.output.bias
        lower, upper = start
        last = torch.zeros_like(note[:, 0])
        values, told = [], []
        for t, (step, note_t) in enumerate(zip(steps.unbind(1), note.unbind(1), strict=True)):
            told.append(last)
            lower = torch.gru_cell(torch.cat((step, last), -1), lower, *lower_cell)
            upper = torch.gru_cell(lower, upper, *upper_cell)
            last = self.squash(nn.functional.linear(upper, weight, bias)) * note_t
            values.append(last)
            if truth is not None and forced is not None:
                last = torch.where(forced[:, t, None], truth[:, t], last)
        return torch.stack(values, 1), torch.stack(told, 1)


class VelModule(ExpressionModule):
    """VEL: velocities in (0, 1), conditioned on the velocity pattern C_V."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, CLASSES["velocity"])

    @staticmethod
    def squash(output: Tensor) -> Tensor:
        """Sigmoid."""
        return torch.sigmoid(output)


class TimeModule(ExpressionModule):
    """TIME: microtimings in (-1, 1), conditioned on the microtiming pattern C_M."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, CLASSES["microtiming"])

    @staticmethod
    def squash(output: Tensor) -> Tensor:
        """Tanh."""
        return torch.tanh(output)
