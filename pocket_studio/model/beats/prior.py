"""The prior over codes and their details, beat after beat (section 3.4.4)."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from pocket_studio.model.beats.config import BeatConfig
from pocket_studio.model.beats.trunk import Trunk, everywhere, to_beats
from pocket_studio.model.config import BEAT_SIZE, N_GENRES

MOST_ADDED = 64.0
COUNTS_GUIDANCE = 3.0  # how far codes go towards the counts they are told, as `guidance` is meant
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

    def nested(self) -> tuple["Wishes", "Wishes", "Wishes"]:
        """Return the template and tempo alone, with the counts too, and all that is told."""
        no_genre = replace(self, genre=torch.zeros_like(self.genre))
        untold = torch.full_like(self.added, -1)
        return replace(no_genre, added=untold, kept=untold), no_genre, self


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
        before = torch.cat([torch.full_like(codes[:, :1], -1), codes[:, :-1]], 1)
        heard = [self.history(context + self._embedded(before)), context]
        logits = []
        for level, head in enumerate(self.heads):
            logits.append(head(torch.cat(heard, -1)))
            heard.append(self._embed(level, codes[..., level]))
        return torch.stack(logits, -2)

    def sample(
        self,
        wishes: Wishes,
        gumbel: Tensor,
        temperature: float,
        guidance: float,
        given: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Sample codes [B, 8, L] up to the last beat in which any is free.

        Returns them and the log p [B, n, K] of the first code of each of these n beats at
        temperature 1.

        Parameters
        ----------
        wishes : Wishes
        gumbel : Tensor [B, 8, L, K]
            Noise; the same keeps a take's character.
        temperature : float
            Above 0; divides the logits.
        guidance : float
            0 plays as without a genre, 1 as the genre, above 1 more so: log p = log p(no genre)
            + guidance (log p(genre) - log p(no genre)). The counts are guided by a fixed weight.
        given : Tensor [B, 8, L] of int, optional
            What is taken as it is, SAMPLED in at least one place; what follows hears it.
        """
        codes = torch.full(gumbel.shape[:3], SAMPLED) if given is None else given.clone()
        nested = wishes.nested()
        context = self.context(torch.cat([each.beats() for each in nested]))
        past = self.history.no_past()
        before = self._embedded(torch.full_like(codes[:, :1], -1))
        free = (codes == SAMPLED).flatten(2).any(-1).any(0)
        log_p = []
        for beat in range(int(free.nonzero().max()) + 1):
            at = context[:, beat : beat + 1]  # [3 B, 1, size]
            state = self.history(at + before.repeat(len(nested), 1, 1), past)
            heard = [state, at]
            for level in range(self.n_codebooks):
                scores = self._guided(self.heads[level](torch.cat(heard, -1)), guidance)
                if not level:
                    log_p.append(scores.log_softmax(-1))
                drawn = (scores / temperature + gumbel[:, beat : beat + 1, level]).argmax(-1)
                said = codes[:, beat : beat + 1, level]  # a view, so that this fills `codes`
                said.copy_(torch.where(said == SAMPLED, drawn, said))
                heard.append(self._embed(level, said).repeat(len(nested), 1, 1))
            before = torch.stack(heard[2:]).sum(0)[: len(codes)]
        return codes, torch.cat(log_p, 1)

    def _guided(self, logits: Tensor, guidance: float) -> Tensor:
        """Return one log p [B, ...] up to a constant, from logits [3 B, ...] of nested wishes."""
        plain, counted, told = logits.log_softmax(-1).chunk(3)
        return plain + COUNTS_GUIDANCE * (counted - plain) + guidance * (told - counted)

    def _embedded(self, codes: Tensor) -> Tensor:
        """Return what a later beat hears of `codes` [B, n, L], [B, n, size]."""
        levels = codes.unbind(-1)
        return torch.stack([self._embed(level, each) for level, each in enumerate(levels)]).sum(0)

    def _embed(self, level: int, codes: Tensor) -> Tensor:
        found: Tensor = self.embeddings[level](codes.where(codes >= 0, self.codebook_size))
        return found
