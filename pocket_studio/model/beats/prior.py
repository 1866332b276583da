"""The prior over codes and their details, beat after beat (section 3.4.4)."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from pocket_studio.model.beats.config import BeatConfig
from pocket_studio.model.beats.trunk import Trunk, everywhere, to_beats
from pocket_studio.model.config import BEAT_SIZE, N_CODES, N_GENRES

MOST_ADDED = 64.0
SAMPLED = -2  # what is left to the prior; a detail of -1 is none


@dataclass(frozen=True)
class Wishes:
    """What the prior is told of a window.

    Attributes
    ----------
    template : Tensor [B, 32, 7]
    genre : Tensor [B, 6]
        One-hot, all zero for any genre.
    tempo : Tensor [B]
        As `pocket_vae.tempo_scale` gives it.
    added : Tensor [B]
        How many hits the template does not have, -1 for what the model believes in.
    kept : Tensor [B]
        Share (0..1) of the template's hits that sound, -1 for what the model believes in.
    """

    template: Tensor
    genre: Tensor
    tempo: Tensor
    added: Tensor
    kept: Tensor

    def beats(self) -> Tensor:
        """Return them as one vector a beat."""
        counts = (self.added / MOST_ADDED, self.kept)
        numbers = [self.tempo, *(x for count in counts for x in (count.clamp(0, 1), count >= 0))]
        known = torch.cat([self.genre, torch.stack([x.float() for x in numbers], -1)], -1)
        return torch.cat([to_beats(self.template), everywhere(known)], -1)

    def without_genre(self) -> "Wishes":
        return replace(self, genre=torch.zeros_like(self.genre))


class CodePrior(nn.Module):
    """Attention over the beats before predicts a beat's code, then each detail after it."""

    def __init__(self, config: BeatConfig) -> None:
        super().__init__()
        size, heads, dropout = config.prior_size, config.n_heads, config.dropout / 100
        self.codebook_size, self.n_codebooks = config.codebook_size, config.n_codebooks
        inputs = BEAT_SIZE + N_GENRES + 5
        self.context = Trunk(inputs, size, config.context_layers, heads, dropout)
        # Each table's last entry stands for no code: the beat before the first, a detail left out.
        self.embeddings = nn.ModuleList(
            nn.Embedding(config.codebook_size + 1, size) for _ in range(config.n_codebooks)
        )
        self.history = Trunk(size, size, config.history_layers, heads, dropout, causal=True)
        self.heads = nn.ModuleList(
            nn.Sequential(
                nn.Linear((2 + level) * size, size),
                nn.GELU(),
                nn.Dropout(dropout),
                nn.Linear(size, config.codebook_size),
            )
            for level in range(config.n_codebooks)
        )

    def forward(self, codes: Tensor, wishes: Wishes) -> Tensor:
        """Return the logits [B, 8, L, K] of each of `codes` [B, 8, L], given those before it."""
        context = self.context(wishes.beats())
        states = self._states(context, codes)
        return torch.stack(
            [self._level(level, states, context, codes) for level in range(self.n_codebooks)], -2
        )

    def sample(
        self,
        wishes: Wishes,
        gumbel: Tensor,
        temperature: float,
        guidance: float,
        given: Tensor | None = None,
    ) -> Tensor:
        """Sample codes [B, 8, L].

        Parameters
        ----------
        wishes : Wishes
        gumbel : Tensor [B, 8, L, K]
            Noise; the same keeps a take's character.
        temperature : float
            Above 0; divides the logits.
        guidance : float
            0 plays as without a genre, 1 as the genre, above 1 more so: log p = log p(no genre)
            + guidance (log p(genre) - log p(no genre)).
        given : Tensor [B, 8, L] of int, optional
            What is taken as it is, SAMPLED where nothing is given; what follows hears it.
        """
        both = [self.context(wishes.beats()), self.context(wishes.without_genre().beats())]
        codes = torch.full(gumbel.shape[:3], SAMPLED) if given is None else given.clone()
        for beat in range(N_CODES):
            states = [self._states(context[:, : beat + 1], codes)[:, beat] for context in both]
            for level in range(self.n_codebooks):
                told, untold = (
                    self._level(level, state, context[:, beat], codes[:, beat]).log_softmax(-1)
                    for state, context in zip(states, both, strict=True)
                )
                scores = (untold + guidance * (told - untold)) / temperature
                drawn = (scores + gumbel[:, beat, level]).argmax(-1)
                free = codes[:, beat, level] == SAMPLED
                codes[:, beat, level] = torch.where(free, drawn, codes[:, beat, level])
        return codes

    def _states(self, context: Tensor, codes: Tensor) -> Tensor:
        """Return what the beats before each of the first n say, [B, n, size]."""
        before = codes[:, : context.shape[1] - 1]
        first = torch.full_like(codes[:, :1], -1)
        previous = torch.cat([first, before], 1)
        told = [self._embedded(level, previous[..., level]) for level in range(self.n_codebooks)]
        states: Tensor = self.history(context + torch.stack(told).sum(0))
        return states

    def _level(self, level: int, state: Tensor, context: Tensor, codes: Tensor) -> Tensor:
        above = [self._embedded(book, codes[..., book]) for book in range(level)]
        logits: Tensor = self.heads[level](torch.cat([state, context, *above], -1))
        return logits

    def _embedded(self, level: int, codes: Tensor) -> Tensor:
        found: Tensor = self.embeddings[level](codes.where(codes >= 0, self.codebook_size))
        return found
