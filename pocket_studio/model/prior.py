"""The prior over code sequences (section 3.4.4)."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import BEAT_SIZE, N_CODES, N_GENRES, ModelConfig

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
        previous = torch.full_like(gumbel[:, :1, 0], self.n_codes, dtype=torch.long)
        inputs, state = self._inputs(previous.expand(-1, N_CODES), template, genre, h_p)
        size = self.embedding.embedding_dim
        codes = []
        for beat in range(N_CODES):
            step = torch.cat([self.embedding(previous), inputs[:, beat : beat + 1, size:]], -1)
            states, state = self.gru(step, state)
            logits = self.output(states[:, 0]) / temperature
            previous = (logits + gumbel[:, beat]).argmax(-1, keepdim=True)
            codes.append(previous)
        return torch.cat(codes, 1)

    def _inputs(
        self, previous: Tensor, template: Tensor, genre: Tensor, h_p: Tensor
    ) -> tuple[Tensor, Tensor]:
        known = torch.cat([h_p, genre], -1)
        beats = template.unflatten(1, (N_CODES, -1)).flatten(2)  # [B, 8, 28]
        everywhere = known.unsqueeze(1).expand(-1, N_CODES, -1)
        inputs = torch.cat([self.embedding(previous), beats, everywhere], -1)
        start = self.start(known).unflatten(1, (N_LAYERS, -1)).transpose(0, 1).contiguous()
        return inputs, start
