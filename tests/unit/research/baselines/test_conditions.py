import torch

from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.music.genres import NO_GENRE
from pocket_studio.music.patterns import AUTO


def test_auto_and_no_genre_are_all_zeros():
    assert one_hot_or_zeros(torch.tensor([AUTO, NO_GENRE]), 3).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_classes_are_one_hot():
    encoded = one_hot_or_zeros(torch.tensor([[0, 2, AUTO], [1, 1, 0]]), 3)
    assert encoded.shape == (2, 3, 3)
    assert encoded.dtype == torch.float32
    assert encoded[0].tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert encoded[1].argmax(-1).tolist() == [1, 1, 0]
