import numpy as np
import torch

from pocket_studio.model import windows
from pocket_studio.model.windows import over_windows


def test_windows_come_back_in_their_order_whatever_the_batches(model, corpus, monkeypatch):
    def play(batch):
        codes = model.encode_notes(batch.note, batch.template)
        return *model.reconstruct_expression(batch), codes.codes, batch.genre

    indices = np.arange(len(corpus))[::-1]
    whole = over_windows(play, corpus, indices)
    monkeypatch.setattr(windows, "_BATCH_SIZE", 7)
    in_parts = over_windows(play, corpus, indices)
    assert [len(values) for values in whole] == [30] * 4
    assert np.array_equal(whole[3], corpus.genre[::-1])
    for one, other in zip(whole, in_parts, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_nothing_is_recorded_for_gradients(model, corpus):
    def play(batch):
        assert torch.is_inference_mode_enabled()
        return (model.skel_p(batch.template),)

    assert isinstance(over_windows(play, corpus, np.arange(3))[0], np.ndarray)
