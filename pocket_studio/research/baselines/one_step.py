"""The one-step baseline: one conditional VAE for notes, velocity and microtiming (3.3.2)."""

import torch
from torch import Tensor, nn

from pocket_studio.music.kit import N_DRUMS
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.recurrent import cells, split_start
from pocket_studio.research.baselines.skel import SkelModule
from pocket_studio.research.corpus.batch import Batch

N_LAYERS = 2
N_COMPONENTS = 3  # N, V and M side by side


class OneStepVae(nn.Module):
    """All three matrices from one z in R^64, given the template; VEL's architecture, widened.

    Values are [B, T, 21]: N, V and M one after the other.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden, self.z_size = config.expression_hidden_size, config.z_size
        groove_size = N_COMPONENTS * N_DRUMS
        self.skel_p = SkelModule(config)
        self.encoder_start = nn.Linear(config.skel_size, 2 * hidden)
        self.encoder_gru = nn.GRU(
            groove_size + N_DRUMS, hidden, batch_first=True, bidirectional=True
        )
        self.posterior = nn.Linear(2 * hidden, 2 * config.z_size)
        self.decoder_start = nn.Linear(config.skel_size + config.z_size, N_LAYERS * hidden)
        self.decoder_gru = nn.GRU(
            N_DRUMS + config.z_size + groove_size, hidden, num_layers=N_LAYERS, batch_first=True
        )
        self.output = nn.Linear(hidden, groove_size)

    def encode(self, groove: Tensor, template: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance [B, 64] of q(z | N, V, M, P); `groove` [B, T, 21]."""
        start = split_start(self.encoder_start(self.skel_p(template)), 2)
        _, last = self.encoder_gru(torch.cat([groove, template], -1), start)
        mean, logvar = self.posterior(last.transpose(0, 1).flatten(1)).chunk(2, -1)
        return mean, logvar.clamp(-10, 10)

    def decode(
        self,
        z: Tensor,
        template: Tensor,
        truth: Tensor | None = None,
        forced: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits of N_out, V_out and M_out, each [B, T, 7], at every cell.

        The decoder hears its own last step, with V_out and M_out only where it played a note;
        `truth` [B, T, 21] in its place where `forced` [B, T] (see `ExpressionModule.decode`).
        """
        start = torch.cat([self.skel_p(template), z], -1)
        start = split_start(torch.tanh(self.decoder_start(start)), N_LAYERS)
        steps = torch.cat([template, z.unsqueeze(1).expand(-1, template.shape[1], -1)], -1)
        with torch.no_grad():
            told = self._play(steps, start, truth, forced)
        states, _ = self.decoder_gru(torch.cat([steps, told], -1), start)
        return _components(self.output(states))

    def reconstruct(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Encode and decode `batch`: N_out, and V_out and M_out on it, each [B, T, 7]."""
        groove = torch.cat([batch.note, batch.velocity, batch.microtiming], -1)
        mean, _ = self.encode(groove, batch.template)
        return _masked(self.decode(mean, batch.template))

    def sample(self, template: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return new N_out, V_out and M_out, from z ~ N(0, 1)."""
        z = torch.randn((len(template), self.z_size), generator=generator)
        return _masked(self.decode(z, template))

    def _play(
        self, steps: Tensor, start: Tensor, truth: Tensor | None, forced: Tensor | None
    ) -> Tensor:
        """Decode step by step; return what each step was told of the last, [B, T, 21]."""
        lower_cell, upper_cell = cells(self.decoder_gru)
        lower, upper = start
        last = torch.zeros(len(steps), N_COMPONENTS * N_DRUMS)
        told = []
        for t, step in enumerate(steps.unbind(1)):
            told.append(last)
            lower = torch.gru_cell(torch.cat((step, last), -1), lower, *lower_cell)
            upper = torch.gru_cell(lower, upper, *upper_cell)
            last = torch.cat(_masked(_components(self.output(upper))), -1)
            if truth is not None and forced is not None:
                last = torch.where(forced[:, t, None], truth[:, t], last)
        return torch.stack(told, 1)


def _masked(components: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the notes, and velocities and microtimings where there are any."""
    logits, velocity, microtiming = components
    note = (logits > 0).float()
    return note, velocity * note, microtiming * note


def _components(output: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    logits, velocity, microtiming = output.chunk(N_COMPONENTS, -1)
    return logits, torch.sigmoid(velocity), torch.tanh(microtiming)
