import numpy as np
import torch
from handmade import small_corpus

from pocket_studio.model.batch import batches


def test_batches_hold_every_window_once_in_order(corpus):
    indices = np.arange(3, 20)
    parts = list(batches(corpus, indices, 7))
    assert [len(part.genre) for part in parts] == [7, 7, 3]
    note = torch.cat([part.note for part in parts]).numpy()
    assert np.array_equal(note, corpus.note[indices])
    assert parts[0].template.dtype == torch.float32
    assert parts[0].genre.dtype == parts[0].velocity_pattern.dtype == torch.int64


def test_a_generator_shuffles_all_fields_alike(corpus):
    indices = np.arange(len(corpus))

    def velocities(seed):
        generator = torch.Generator().manual_seed(seed)
        parts = list(batches(corpus, indices, 8, generator))
        assert all(torch.equal(part.note > 0, part.velocity > 0) for part in parts)
        return torch.cat([part.velocity for part in parts]).sum((1, 2))

    assert torch.equal(velocities(1), velocities(1))
    assert not torch.equal(velocities(1), velocities(2))
    assert torch.allclose(velocities(1).sort().values, velocities(2).sort().values)


def test_what_is_known_becomes_weights():
    part = next(batches(small_corpus(n_extra=2), np.arange(29, 36), 7))
    assert part.velocity_known.dtype == part.microtiming_known.dtype == torch.float32
    assert part.velocity_known[:, 0].tolist() == [1, 0, 0, 0, 1, 1, 1]
    assert part.velocity_known[:, 1:].eq(1).all()
    assert part.microtiming_known.tolist() == [1, 1, 1, 1, 0, 0, 0]
