"""PocketVAE over beats as a system: reconstruct windows, or play new grooves."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.model.expression import Conditions, ExpressionModule
from pocket_studio.model.luck import ROOTS
from pocket_studio.model.pocket_vae import BeatPocketVAE, tempo_scale
from pocket_studio.model.prior import Wishes
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import AUTO
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.evaluation.systems import Played, Reconstructed, System
from pocket_studio.research.training.contours import conditions, paper_pattern
from pocket_studio.research.training.hiding import without_conditions


@dataclass(frozen=True)
class OverBeats(System):
    """PocketVAE over beats, told the genre and the patterns or not.

    Attributes
    ----------
    model : BeatPocketVAE
    genre, patterns : bool
        What it is told. C_V is the dominant cymbal's contour, as in section 3.2, unless
        `all_drums` says that new grooves take it for everyone's, as a painted one; C_M always is.
    guidance : float
        How far new grooves go towards the genre: 0 not at all, 1 as it was learnt.
    humanity : float
        How much hits vary: 0 the middle of each density, 1 as people vary.
    keep_sketch : bool
        Whether every hit of the template sounds in new grooves.
    kept : float
        Share of the template's hits that the prior is asked to keep, -1 for what it believes in.
    added : float
        How many further hits it is asked for, -1 for what it believes in.
    painted_drum : int, optional
        The only drum that takes the contours; the others play as if nothing were painted, as in
        the studio (`performance/expressing.py`).
    n_books : int
        Codebooks used in reconstructing: a code, and its details.
    """

    model: BeatPocketVAE
    genre: bool
    patterns: bool
    guidance: float = 1.0
    humanity: float = 1.0
    keep_sketch: bool = False
    kept: float = -1.0
    added: float = -1.0
    all_drums: bool = False
    painted_drum: int | None = None
    n_books: int = 3

    def reconstruct(self, corpus: Corpus, indices: Indices) -> Reconstructed:
        """Decode what was encoded, V and M both on the true notes and on those that came back.

        Values are the means of the densities, which squared errors ask for.
        """

        def play(batch: Batch) -> tuple[Tensor, ...]:
            codes = self.model.note.search(batch.note, batch.template)
            codes[..., self.n_books :] = -1
            note = (self.model.note.play(codes, batch.template) > 0).float()
            cascade: list[Tensor] = []
            values: list[Tensor] = []
            for module in (self.model.vel, self.model.time):
                told = conditions(batch, self._pattern(module.name, batch))
                z, _ = module.encode(getattr(batch, module.name), told)
                for found, each in ((values, told), (cascade, replace(told, note=note))):
                    found.append(module.mean_of(module.decode(z, each)) * each.note)
            return note, *cascade, *values, codes[..., 0]

        seen = without_conditions(corpus, genre=not self.genre, patterns=not self.patterns)
        note, *played, codes = over_windows(play, seen, indices)
        return Reconstructed(
            Played(note, *played[:2]), Played(corpus.note[indices], *played[2:]), codes
        )

    def generate(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Decode codes from the prior, z_V and z_M from theirs, and sample each hit's density."""
        random = torch.Generator().manual_seed(seed)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            note = self._new_notes(batch, random)
            return note, *self._new_values(note, batch, random)

        seen = without_conditions(corpus, genre=not self.genre, patterns=not self.patterns)
        return Played(*over_windows(play, seen, indices))

    def for_painting(self) -> "OverBeats":
        """Return the system for which contours are everyone's."""
        return replace(self, all_drums=True)

    def perform(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Play the true notes anew: z_V and z_M from their priors, each hit's density sampled."""
        random = torch.Generator().manual_seed(seed)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            return batch.note, *self._new_values(batch.note, batch, random)

        seen = without_conditions(corpus, genre=not self.genre, patterns=not self.patterns)
        return Played(*over_windows(play, seen, indices))

    def sample_codes(self, corpus: Corpus, indices: Indices, seed: int) -> NDArray[np.int64]:
        """Return codes [n, 8] from the prior for the templates and genres of windows `indices`."""
        random = torch.Generator().manual_seed(seed)
        seen = without_conditions(corpus, genre=not self.genre, patterns=not self.patterns)
        (codes,) = over_windows(
            lambda batch: (self._new_codes(batch, random)[..., 0],), seen, indices
        )
        return codes

    def _new_codes(self, batch: Batch, random: torch.Generator) -> Tensor:
        n, config = len(batch.note), self.model.config
        shape = (n, N_CODES, config.n_codebooks, config.codebook_size)
        gumbel = -torch.empty(shape).exponential_(generator=random).log()
        wishes = Wishes(
            batch.template,
            one_hot_or_zeros(batch.genre, N_GENRES),
            tempo_scale(batch.tempo_bpm),
            torch.full((n,), self.added),
            torch.full((n,), self.kept),
        )
        return self.model.prior.sample(wishes, gumbel, 1.0, self.guidance)[0]

    def _new_notes(self, batch: Batch, random: torch.Generator) -> Tensor:
        codes = self._new_codes(batch, random)
        note = (self.model.note.play(codes, batch.template) > 0).float()
        return torch.maximum(note, batch.template) if self.keep_sketch else note

    def _new_values(self, note: Tensor, batch: Batch, random: torch.Generator) -> list[Tensor]:
        values = []
        for module in (self.model.vel, self.model.time):
            told = conditions(batch, self._pattern(module.name, batch))
            told = replace(told, note=note)
            values.append(self._sampled(module, told, random))
        return values

    def _sampled(
        self, module: ExpressionModule, told: Conditions, random: torch.Generator
    ) -> Tensor:
        normal = torch.randn((len(told.note), *module.z_shape), generator=random)
        own = torch.randn(told.note.shape, generator=random)
        noise = self.humanity * (torch.from_numpy(ROOTS[module.name]) @ own)

        def played(told: Conditions) -> Tensor:
            z = module.from_prior(normal, told, self.guidance)
            heard = replace(told, genre=min(self.guidance, 1.0) * told.genre)
            return module.sample(module.decode(z, heard), noise, told.pattern) * told.note

        values = played(told)
        if self.painted_drum is not None:
            alone = torch.arange(N_DRUMS) == self.painted_drum
            unpainted = replace(told, pattern=torch.full_like(told.pattern, AUTO))
            values = torch.where(alone, values, played(unpainted))
        return values

    def _pattern(self, name: str, batch: Batch) -> Tensor:
        if self.painted_drum is not None:
            pattern = torch.full_like(batch.note, AUTO)
            pattern[:, :, self.painted_drum] = getattr(batch, f"{name}_pattern")
            return pattern.long()
        if self.all_drums and name == "velocity":
            return batch.velocity_pattern.unsqueeze(-1).expand(-1, -1, N_DRUMS)
        if not self.patterns:
            return torch.full(batch.note.shape, AUTO)
        return paper_pattern(name, batch)
