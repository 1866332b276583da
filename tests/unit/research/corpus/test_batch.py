import numpy as np
import torch
from handmade import small_corpus

from pocket_studio.research.corpus import batch
from pocket_studio.research.corpus.batch import batches, over_windows


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


def test_windows_come_back_in_their_order_whatever_the_batches(model, corpus, monkeypatch):
    def play(played):
        codes = model.encode_notes(played.note, played.template)
        return *model.reconstruct_expression(played), codes.codes, played.genre

    indices = np.arange(len(corpus))[::-1]
    whole = over_windows(play, corpus, indices)
    monkeypatch.setattr(batch, "_BATCH_SIZE", 7)
    in_parts = over_windows(play, corpus, indices)
    assert [len(values) for values in whole] == [30] * 4
    assert np.array_equal(whole[3], corpus.genre[::-1])
    for one, other in zip(whole, in_parts, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_nothing_is_recorded_for_gradients(model, corpus):
    def play(played):
        assert torch.is_inference_mode_enabled()
        return (model.skel_p(played.template),)

    assert isinstance(over_windows(play, corpus, np.arange(3))[0], np.ndarray)
