"""NOTE over beats: a conditional VQ-VAE with residual codebooks (section 3.4.2)."""

import torch
from torch import Tensor, nn

from pocket_studio.model import choosing
from pocket_studio.model.codebook import Codebook
from pocket_studio.model.config import BEAT_SIZE, BeatConfig
from pocket_studio.model.trunk import Trunk, on_arrays, to_beats
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import N_DRUMS


class NoteModule(nn.Module):
    """Encoder, codebooks and decoder.

    The first codebook is H of the paper; each further one says what the ones before it leave over.
    Codes are [B, 8, L]: a code and its details, -1 for none from there on.
    """

    def __init__(self, config: BeatConfig) -> None:
        super().__init__()
        # Nothing is dropped: what the codes can say bounds what can be learnt by heart.
        size, heads, dropout = config.note_size, config.n_heads, 0.0
        self.encoder = Trunk(2 * BEAT_SIZE, size, config.note_layers, heads, dropout)
        self.to_code = nn.Linear(size, config.code_size)
        self.codebooks = nn.ModuleList(
            Codebook(config.codebook_size, config.code_size) for _ in range(config.n_codebooks)
        )
        inputs = BEAT_SIZE + config.code_size
        self.decoder = Trunk(inputs, size, config.note_layers, heads, dropout)
        self.output = nn.Linear(size, BEAT_SIZE)

    def encode(self, note: Tensor, template: Tensor) -> Tensor:
        """Return z_N [B, 8, D] of `note` and `template` [B, 32, 7]."""
        z: Tensor = self.to_code(self.encoder(torch.cat([to_beats(note), to_beats(template)], -1)))
        return z

    def nearest(self, z: Tensor) -> Tensor:
        """Return the codes [B, 8, L] nearest to `z` [B, 8, D], book after book."""
        codes = []
        for book in self._books():
            codes.append(book.nearest(z))
            z = z - book.lookup(codes[-1])
        return torch.stack(codes, -1)

    def lookup(self, codes: Tensor) -> Tensor:
        """Return the vectors [B, 8, L, D] that the first 1 to L of `codes` [B, 8, L] stand for."""
        return self._said(codes).cumsum(-2)

    def decode(self, vectors: Tensor, template: Tensor) -> Tensor:
        """Return the logits [B, 32, 7] of N_out from `vectors` [B, 8, D]."""
        states = self.decoder(torch.cat([to_beats(template), vectors], -1))
        logits: Tensor = self.output(states).view(-1, N_STEPS, N_DRUMS)
        return logits

    def play(self, codes: Tensor, template: Tensor) -> Tensor:
        """Return the logits [B, 32, 7] of `codes` [B, 8, L], -1 where a detail is left out."""
        return self.decode(self._said(codes).sum(-2), template)

    @torch.no_grad()
    def search(self, note: Tensor, template: Tensor) -> Tensor:
        """Return the codes [B, 8, L] that bring `note` [B, 32, 7] back best; see `choosing`."""
        play = on_arrays(lambda *both: [self.play(*both)])
        codes = choosing.search(
            self.encode(note, template).numpy(),
            self.vectors().numpy(),
            lambda *both: play(*both)[0],
            note.numpy(),
            template.numpy(),
        )
        return torch.from_numpy(codes)

    def vectors(self) -> Tensor:
        """Return the vectors [L, K, D] of all codebooks."""
        return torch.stack([book.vectors for book in self._books()])

    @torch.no_grad()
    def update_codebooks(self, z: Tensor, generator: torch.Generator) -> None:
        """Move the codes towards the encoder outputs `z` [B, 8, D]; see `Codebook.update`."""
        for book in self._books():
            book.update(z, generator)
            z = z - book.lookup(book.nearest(z))

    def _said(self, codes: Tensor) -> Tensor:
        """Return the vector [B, 8, L, D] of each of `codes` by itself."""
        vectors = nn.functional.pad(self.vectors(), (0, 0, 0, 1))  # the last is that of no code
        n_books, n_vectors, _ = vectors.shape
        first = n_vectors * torch.arange(n_books)
        at = codes.where(codes >= 0, n_vectors - 1) + first
        return nn.functional.embedding(at, vectors.flatten(0, 1))

    def _books(self) -> list[Codebook]:
        return [book for book in self.codebooks if isinstance(book, Codebook)]


def note_error(logits: Tensor, note: Tensor) -> Tensor:
    """Return the cross-entropy [B] of `logits` and `note` [B, 32, 7]."""
    error = nn.functional.binary_cross_entropy_with_logits(logits, note, reduction="none")
    return error.sum((1, 2))
