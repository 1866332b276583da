"""The prior over code sequences (section 3.4.4)."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import BEAT_SIZE, N_CODES, N_GENRES, ModelConfig
from pocket_studio.model.recurrent import cells, split_start

N_LAYERS = 2


class CodePrior(nn.Module):
    """Two-layer GRU that predicts the next code from those before it, genre and template.

    Beyond the paper's h_p it is told each beat's slice of the template, because a code stands for
    that beat (docs/decisions/0004-prior.md).
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden = config.prior_hidden_size
        self.n_codes = config.codebook_size
        self.embedding = nn.Embedding(config.codebook_size + 1, config.prior_embedding_size)
        known_size = config.skel_size + N_GENRES
        self.start = nn.Linear(known_size, N_LAYERS * hidden)
        self.gru = nn.GRU(
            config.prior_embedding_size + BEAT_SIZE + known_size,
            hidden,
            num_layers=N_LAYERS,
            batch_first=True,
        )
        self.output = nn.Linear(hidden, config.codebook_size)

    def forward(self, codes: Tensor, template: Tensor, genre: Tensor, h_p: Tensor) -> Tensor:
        """Return the logits [B, 8, K] of each code given the true ones before it.

        Parameters
        ----------
        codes : Tensor [B, 8] of int
        template : Tensor [B, T, 7]
        genre : Tensor [B, 6]
            One-hot, all zero for any genre.
        h_p : Tensor [B, 16]
        """
        first = torch.full_like(codes[:, :1], self.n_codes)
        previous = torch.cat([first, codes[:, :-1]], 1)
        states, _ = self.gru(*self._inputs(previous, template, genre, h_p))
        logits: Tensor = self.output(states)
        return logits

    def sample(
        self, template: Tensor, genre: Tensor, h_p: Tensor, gumbel: Tensor, temperature: float
    ) -> Tensor:
        """Sample codes [B, 8]; the same `gumbel` noise [B, 8, K] keeps a take's character.

        `temperature` above 0 divides the logits: low is typical, high is adventurous.
        """
        previous = torch.full_like(gumbel[:, 0, 0], self.n_codes, dtype=torch.long)
        inputs, start = self._inputs(
            previous.unsqueeze(1).expand(-1, N_CODES), template, genre, h_p
        )
        known = inputs[..., self.embedding.embedding_dim :]
        lower_cell, upper_cell = cells(self.gru)
        lower, upper = start
        codes = []
        for known_t, gumbel_t in zip(known.unbind(1), gumbel.unbind(1), strict=True):
            lower = torch.gru_cell(
                torch.cat((self.embedding(previous), known_t), -1), lower, *lower_cell
            )
            upper = torch.gru_cell(lower, upper, *upper_cell)
            previous = (self.output(upper) / temperature + gumbel_t).argmax(-1)
            codes.append(previous)
        return torch.stack(codes, 1)

    def _inputs(
        self, previous: Tensor, template: Tensor, genre: Tensor, h_p: Tensor
    ) -> tuple[Tensor, Tensor]:
        known = torch.cat([h_p, genre], -1)
        beats = template.reshape(len(template), N_CODES, -1)  # [B, 8, 28]
        everywhere = known.unsqueeze(1).expand(-1, N_CODES, -1)
        inputs = torch.cat([self.embedding(previous), beats, everywhere], -1)
        return inputs, split_start(self.start(known), N_LAYERS)
