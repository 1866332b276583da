import pytest
import torch
from handmade import TINY_BEATS

from pocket_studio.model.pocket_vae import BeatPocketVAE


@pytest.fixture
def beats():
    """A tiny model over beats with random weights, the same every time."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return BeatPocketVAE(TINY_BEATS).eval()
