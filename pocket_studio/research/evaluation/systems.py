"""The systems of Table 1 behind one interface: reconstruct windows, or play new grooves."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import faiss
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.research.baselines.note import Codes
from pocket_studio.research.baselines.note_vae import NoteVae
from pocket_studio.research.baselines.one_step import OneStepVae
from pocket_studio.research.baselines.pocket_vae import PocketVAE
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.training.hiding import without_conditions

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Played:
    """Grooves of n windows.

    Attributes
    ----------
    note, velocity, microtiming : array [n, 32, 7]
        In the ranges of `groove.Groove`.
    """

    note: Array
    velocity: Array
    microtiming: Array


@dataclass(frozen=True)
class Reconstructed:
    """What came back of n windows.

    Attributes
    ----------
    groove : Played
        The whole groove: VEL and TIME on the notes that came back.
    expression : Played
        Velocity and microtiming as they are scored, with the notes that carry them: in the
        two-step models the true notes, as the paper's modules are evaluated (section 4.2).
    codes : array [n, 8] of int, or None
    """

    groove: Played
    expression: Played
    codes: NDArray[np.int64] | None = None


class System(ABC):
    """Something that gives a template its pocket."""

    @abstractmethod
    def reconstruct(self, corpus: Corpus, indices: Indices) -> Reconstructed:
        """Encode and decode windows `indices` of `corpus`."""

    @abstractmethod
    def generate(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Play something new for the templates and conditions of windows `indices`."""

    def for_painting(self) -> "System":
        """Return the system as it plays contours that a user paints: for every drum."""
        return self


@dataclass(frozen=True)
class Neighbours(System):
    """K-NN (section 3.3.1): what is played over the most similar templates of `source`.

    Similarity is the inner product; a source of fewer windows is taken whole. It has neither codes
    nor chance: reconstructing and generating are the same.
    """

    source: Corpus
    source_indices: Indices
    n_neighbours: int = 20

    def reconstruct(self, corpus: Corpus, indices: Indices) -> Reconstructed:
        """Return the majority's notes and the means of V and M, equations (1) and (2)."""
        index = faiss.IndexFlatIP(corpus.template[0].size)
        index.add(_flat(self.source, self.source_indices))
        n_neighbours = min(self.n_neighbours, len(self.source_indices))
        nearest = index.search(_flat(corpus, indices), n_neighbours)[1]
        chosen = self.source_indices[nearest]  # [n, K]
        # One window at a time: twenty neighbours of thousands of windows would fill the memory.
        note, velocity, microtiming = (
            np.stack([values[neighbours].mean(axis=0) for neighbours in chosen])
            for values in (self.source.note, self.source.velocity, self.source.microtiming)
        )
        note = (note >= 0.5).astype(np.float32)
        groove = Played(note, velocity * note, microtiming * note)
        return Reconstructed(groove, groove)

    def generate(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Return the neighbours' groove, whatever the seed."""
        del seed
        return self.reconstruct(corpus, indices).groove


@dataclass(frozen=True)
class OneStep(System):
    """One conditional VAE for everything (section 3.3.2)."""

    model: OneStepVae

    def reconstruct(self, corpus: Corpus, indices: Indices) -> Reconstructed:
        """Decode the posterior's mean; V and M are scored on the notes that came back."""
        groove = Played(*over_windows(self.model.reconstruct, corpus, indices))
        return Reconstructed(groove, groove)

    def generate(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Decode z ~ N(0, 1)."""
        generator = torch.Generator().manual_seed(seed)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            return self.model.sample(batch.template, generator)

        return Played(*over_windows(play, corpus, indices))


@dataclass(frozen=True)
class TwoStep(System):
    """PocketVAE (section 3.4), told the genre and the patterns or not.

    Attributes
    ----------
    model : PocketVAE
    genre, patterns : bool
        What it is told.
    note_vae : NoteVae, optional
        NOTE as a regular VAE in place of the model's own.
    """

    model: PocketVAE
    genre: bool
    patterns: bool
    note_vae: NoteVae | None = None

    def reconstruct(self, corpus: Corpus, indices: Indices) -> Reconstructed:
        """Decode what was encoded, V and M both on the true notes and on those that came back."""

        def play(batch: Batch) -> tuple[Tensor, ...]:
            note, codes = self._reconstruct_notes(batch)
            velocity, microtiming = self.model.reconstruct_expression(batch)
            z_v, z_m = self.model.encode_expression(batch)
            return (
                note,
                *self._perform(note, z_v, z_m, batch),
                velocity,
                microtiming,
                *([] if codes is None else [codes]),
            )

        note, cascade_v, cascade_m, velocity, microtiming, *codes = over_windows(
            play, self._seen(corpus), indices
        )
        return Reconstructed(
            Played(note, cascade_v, cascade_m),
            Played(corpus.note[indices], velocity, microtiming),
            codes[0] if codes else None,
        )

    def generate(self, corpus: Corpus, indices: Indices, seed: int) -> Played:
        """Decode codes from the prior (z_N ~ N(0, 1) with a note_vae), z_V and z_M ~ N(0, 1)."""
        generator = torch.Generator().manual_seed(seed)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            if self.note_vae is None:
                logits = self.model.decode_notes(self._sample(batch, generator), batch.template)
            else:
                logits = self.note_vae.sample(batch.template, generator)
            note = _hits(logits)
            size = (2, len(note), self.model.config.z_size)
            z_v, z_m = torch.randn(size, generator=generator)
            return note, *self._perform(note, z_v, z_m, batch)

        return Played(*over_windows(play, self._seen(corpus), indices))

    def sample_codes(self, corpus: Corpus, indices: Indices, seed: int) -> NDArray[np.int64]:
        """Return codes [n, 8] from the prior for the templates and genres of windows `indices`."""
        generator = torch.Generator().manual_seed(seed)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            return (self._sample(batch, generator).codes,)

        (codes,) = over_windows(play, self._seen(corpus), indices)
        return codes

    def _seen(self, corpus: Corpus) -> Corpus:
        return without_conditions(corpus, genre=not self.genre, patterns=not self.patterns)

    def _sample(self, batch: Batch, generator: torch.Generator) -> Codes:
        config = self.model.config
        codes_noise, details_noise = (
            _gumbel((len(batch.note), N_CODES, size), generator)
            for size in (config.codebook_size, config.detail_size)
        )
        genre = one_hot_or_zeros(batch.genre, N_GENRES)
        h_p = self.model.skel_p(batch.template)
        return self.model.prior.sample(
            batch.template, genre, h_p, codes_noise, details_noise, temperature=1.0
        )

    def _reconstruct_notes(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        if self.note_vae is not None:
            mean, _ = self.note_vae.encode(batch.note, batch.template)
            return _hits(self.note_vae.decode(mean, batch.template)), None
        codes = self.model.encode_notes(batch.note, batch.template)
        return _hits(self.model.decode_notes(codes, batch.template)), codes.codes

    def _perform(
        self, note: Tensor, z_v: Tensor, z_m: Tensor, batch: Batch
    ) -> tuple[Tensor, Tensor]:
        on_velocity, on_microtiming = self.model.expression_conditions(
            note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
        )
        return self.model.vel.decode(z_v, on_velocity), self.model.time.decode(z_m, on_microtiming)


def _gumbel(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    return -torch.empty(shape).exponential_(generator=generator).log()


def _flat(corpus: Corpus, indices: Indices) -> Array:
    return corpus.template[indices].reshape(len(indices), -1).astype(np.float32)


def _hits(logits: Tensor) -> Tensor:
    return (logits > 0).float()
