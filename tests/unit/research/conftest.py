import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.research.baselines.pocket_vae import PocketVAE


def random_model(config):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return PocketVAE(config).eval()


@pytest.fixture
def model():
    """A tiny model with random weights, the same every time."""
    return random_model(TINY)


@pytest.fixture
def detailed():
    """The same with a second codebook."""
    return random_model(DETAILED)
