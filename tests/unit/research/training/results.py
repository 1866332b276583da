"""What two trainings have in common."""

import torch

from pocket_studio.research.training.parts import best_weights, history


def scores(part, parts_dir):
    """Return what was logged but for the time it took."""
    return [
        {name: value for name, value in row.items() if name != "duration_s"}
        for row in history(part, parts_dir)
    ]


def assert_same_result(part, one_dir, other_dir):
    """Same weights to the last bit, same scores."""
    one, other = (best_weights(part, folder) for folder in (one_dir, other_dir))
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name
    assert scores(part, one_dir) == scores(part, other_dir)
