"""The prior over codes and their details, beat after beat (section 3.4.4)."""

from dataclasses import dataclass, replace
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, linear

from pocket_studio.model import choosing
from pocket_studio.model.config import BEAT_SIZE, N_GENRES, SAMPLED, BeatConfig
from pocket_studio.model.trunk import Trunk, everywhere, on_arrays, to_beats

MOST_ADDED = 64.0
COUNTS_GUIDANCE = 3.0  # how far codes go towards the counts they are told, as `guidance` is meant


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

    @torch.no_grad()
    def sample(
        self,
        wishes: Wishes,
        gumbel: Tensor,
        temperature: float,
        guidance: float,
        given: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Sample codes [B, 8, L] and say log p of the first ones, as `choosing.sample` does."""
        codes = torch.full(gumbel.shape[:3], SAMPLED) if given is None else given
        found, log_p = choosing.sample(
            [each.numpy() for each in self.begin(wishes)],
            on_arrays(self.step),
            gumbel.numpy(),
            temperature,
            guidance,
            codes.numpy(),
        )
        return torch.from_numpy(found), torch.from_numpy(log_p)

    def begin(self, wishes: Wishes) -> tuple[Tensor, Tensor, Tensor]:
        """Return what `step` hears at the first beat.

        What is known beforehand has gone through the linear layers that hear it.

        Returns
        -------
        context : Tensor [8, 3 B, (1 + L) size]
            Of each beat, for the nested wishes: what the history hears, and each head.
        before : Tensor [B, size]
            That no beat has said anything.
        past : Tensor [layers, 2, 3 B, heads, 8, size / heads]
        """
        context = self.context(torch.cat([each.beats() for each in wishes.nested()]))
        heard = [self.history.project(context)]
        for level in self._levels:
            _, of_context, *_ = self._parts(level)
            heard.append(linear(context, of_context, self.heads.get_parameter(f"{level}.0.bias")))
        nothing = torch.full((wishes.template.shape[0],), -1)
        before = [self._said(nothing, level, self.history.project.weight) for level in self._levels]
        by_beat = torch.cat(heard, -1).transpose(0, 1)
        return by_beat, _sum(before), self.history.no_past(context)

    def step(
        self,
        context: Tensor,
        before: Tensor,
        past: Tensor,
        gumbel: Tensor,
        given: Tensor,
        temperature: Tensor,
        guidance: Tensor,
        beat: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Sample one beat.

        The mathematics are those of `forward`, with each linear layer taken apart into what it
        makes of the context, of the state and of each code: a table, for there are few codes.

        Parameters
        ----------
        context : Tensor [3 B, (1 + L) size]
        before : Tensor [B, size]
            What the history hears of the beat before.
        past : Tensor [layers, 2, 3 B, heads, 8, size / heads]
            Keys and values of the beats before.
        gumbel : Tensor [B, L, K]
        given : Tensor [B, L] of int
            What the beat says, SAMPLED where it is free.
        temperature, guidance : Tensor []
        beat : Tensor [1] of int
            0..7.

        Returns
        -------
        codes : Tensor [B, L] of int
        log_p : Tensor [B, K]
            Of the first code, at temperature 1.
        before, past
            For the next beat.
        """
        size = before.shape[-1]
        of_history, of_heads = context[:, :size], context[:, size:]
        state, past = self.history.after(of_history + before.repeat(3, 1), past, beat)
        # plain + COUNTS_GUIDANCE (counted - plain) + guidance (told - counted)
        plain = torch.tensor(1 - COUNTS_GUIDANCE)
        weights = torch.stack([plain, COUNTS_GUIDANCE - guidance, guidance])
        log_p: list[Tensor] = []
        codes: list[Tensor] = []
        for level, head in enumerate(self._heads()):
            of_state, _, *of_codes = self._parts(level)
            hidden = of_heads[:, level * size : (level + 1) * size] + linear(state, of_state)
            hidden = hidden.view(3, -1, size)
            for said, (code, of_code) in enumerate(zip(codes, of_codes, strict=True)):
                hidden = hidden + self._said(code, said, of_code)
            log_p.append(self._guided(head[1:](hidden.view(-1, size)), weights))
            drawn = (log_p[level] / temperature + gumbel[:, level]).argmax(-1)
            codes.append(drawn.where(given[:, level] == SAMPLED, given[:, level]))
        project = self.history.project.weight
        before = _sum([self._said(codes[level], level, project) for level in self._levels])
        return torch.stack(codes, -1), log_p[0].log_softmax(-1), before, past

    def _heads(self) -> list[nn.Sequential]:
        return [head for head in self.heads if isinstance(head, nn.Sequential)]

    @property
    def _levels(self) -> range:
        return range(self.n_codebooks)

    def _parts(self, level: int) -> tuple[Tensor, ...]:
        """Return what a head's first layer does to the state, the context and each code."""
        weight = self.heads.get_parameter(f"{level}.0.weight")
        size = weight.shape[0]
        return tuple(weight[:, n * size : (n + 1) * size] for n in range(2 + level))

    def _said(self, codes: Tensor, level: int, weight: Tensor) -> Tensor:
        """Return what `weight` makes of the vectors of `codes` [...], [..., size]."""
        table = linear(self.embeddings.get_parameter(f"{level}.weight"), weight)
        return embedding(self._entry(codes), table)

    def _guided(self, logits: Tensor, weights: Tensor) -> Tensor:
        """Return one log p [B, K] up to a constant, from logits [3 B, K] of nested wishes."""
        mixed: Tensor = weights @ logits.view(3, -1)
        return mixed.view(-1, self.codebook_size)

    def _embedded(self, codes: Tensor) -> Tensor:
        """Return what a later beat hears of `codes` [B, n, L], [B, n, size]."""
        levels = codes.unbind(-1)
        return torch.stack([self._embed(level, each) for level, each in enumerate(levels)]).sum(0)

    def _embed(self, level: int, codes: Tensor) -> Tensor:
        found: Tensor = self.embeddings[level](self._entry(codes))
        return found

    def _entry(self, codes: Tensor) -> Tensor:
        """Return where a table has what stands for `codes`; -1, no code, is the last."""
        return codes.remainder(self.codebook_size + 1)


def _sum(parts: list[Tensor]) -> Tensor:
    return reduce(torch.add, parts)
