"""The prior over code sequences (section 3.4.4)."""

import torch
from torch import Tensor, nn

from pocket_studio.model.config import BEAT_SIZE, N_CODES, N_GENRES
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.baselines.note import Codes
from pocket_studio.research.baselines.recurrent import cells, split_start

N_LAYERS = 2


class CodePrior(nn.Module):
    """Two-layer GRU that predicts the next code from those before it, genre and template.

    Beyond the paper's h_p it is told each beat's slice of the template, because a code stands for
    that beat (docs/decisions/0004-prior.md). With a second codebook, a beat's detail is predicted
    after its code.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden, embedding_size = config.prior_hidden_size, config.prior_embedding_size
        self.n_codes, self.n_details = config.codebook_size, config.detail_size
        # Each table's last entry stands for the beat before the first.
        self.embedding = nn.Embedding(self.n_codes + 1, embedding_size)
        known_size = config.skel_size + N_GENRES
        input_size = embedding_size + BEAT_SIZE + known_size
        if self.n_details:
            self.detail_embedding = nn.Embedding(self.n_details + 1, embedding_size)
            self.detail_hidden = nn.Linear(hidden + embedding_size + BEAT_SIZE, hidden)
            self.detail_output = nn.Linear(hidden, self.n_details)
            input_size += embedding_size
        self.start = nn.Linear(known_size, N_LAYERS * hidden)
        self.gru = nn.GRU(input_size, hidden, num_layers=N_LAYERS, batch_first=True)
        self.output = nn.Linear(hidden, config.codebook_size)

    def forward(
        self, codes: Codes, template: Tensor, genre: Tensor, h_p: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """Return the logits of each code, [B, 8, K], given the true ones before it.

        With a second codebook also those of each detail, given its code as well.

        Parameters
        ----------
        codes : Codes
        template : Tensor [B, T, 7]
        genre : Tensor [B, 6]
            One-hot, all zero for any genre.
        h_p : Tensor [B, 16]
        """
        previous = [self.embedding(_shifted(codes.codes, self.n_codes))]
        if codes.details is not None:
            # Training met no beat without a detail: to the prior it is the one before the first.
            details = codes.details.where(codes.details >= 0, self.n_details)
            previous.append(self.detail_embedding(_shifted(details, self.n_details)))
        beats, known, start = self._known(template, genre, h_p)
        states, _ = self.gru(torch.cat([*previous, beats, known], -1), start)
        logits: Tensor = self.output(states)
        if codes.details is None:
            return logits, None
        return logits, self.detail_logits(states, self.embedding(codes.codes), beats)

    def detail_logits(self, state: Tensor, code: Tensor, beat: Tensor) -> Tensor:
        """Return the logits [..., K] of a beat's detail.

        Parameters
        ----------
        state : Tensor [..., hidden]
            The upper layer's, which predicted the code.
        code : Tensor [..., embedding]
            The code's embedding.
        beat : Tensor [..., 28]
            The beat of the template.
        """
        hidden = torch.tanh(self.detail_hidden(torch.cat([state, code, beat], -1)))
        logits: Tensor = self.detail_output(hidden)
        return logits

    def sample(
        self,
        template: Tensor,
        genre: Tensor,
        h_p: Tensor,
        gumbel: Tensor,
        detail_gumbel: Tensor,
        temperature: float,
    ) -> Codes:
        """Sample codes; the same `gumbel` noise [B, 8, K] keeps a take's character.

        `detail_gumbel` [B, 8, K] is the details', unused without a second codebook. `temperature`
        above 0 divides the logits: low is typical, high is adventurous.
        """
        previous = torch.full_like(gumbel[:, 0, 0], self.n_codes, dtype=torch.long)
        previous_detail = torch.full_like(previous, self.n_details)
        beats, known, (lower, upper) = self._known(template, genre, h_p)
        lower_cell, upper_cell = cells(self.gru)
        codes, details = [], []
        for beat in range(N_CODES):
            inputs = [self.embedding(previous)]
            if self.n_details:
                inputs.append(self.detail_embedding(previous_detail))
            inputs += [beats[:, beat], known[:, beat]]
            lower = torch.gru_cell(torch.cat(inputs, -1), lower, *lower_cell)
            upper = torch.gru_cell(lower, upper, *upper_cell)
            previous = (self.output(upper) / temperature + gumbel[:, beat]).argmax(-1)
            codes.append(previous)
            if self.n_details:
                logits = self.detail_logits(upper, self.embedding(previous), beats[:, beat])
                previous_detail = (logits / temperature + detail_gumbel[:, beat]).argmax(-1)
                details.append(previous_detail)
        return Codes(torch.stack(codes, 1), torch.stack(details, 1) if details else None)

    def _known(self, template: Tensor, genre: Tensor, h_p: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the beats [B, 8, 28], what is known at each [B, 8, 22] and the first states."""
        known = torch.cat([h_p, genre], -1)
        beats = template.reshape(len(template), N_CODES, -1)
        everywhere = known.unsqueeze(1).expand(-1, N_CODES, -1)
        return beats, everywhere, split_start(self.start(known), N_LAYERS)


def _shifted(codes: Tensor, first: int) -> Tensor:
    """Return what stands before each of `codes` [B, 8]: `first`, then all but the last."""
    return torch.cat([torch.full_like(codes[:, :1], first), codes[:, :-1]], 1)
