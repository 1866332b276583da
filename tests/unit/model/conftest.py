import pytest
import torch
from handmade import DETAILED, TINY, small_corpus

from pocket_studio.model.batch import batches
from pocket_studio.model.pocket_vae import PocketVAE


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


@pytest.fixture(scope="session")
def corpus():
    return small_corpus()


@pytest.fixture(scope="session")
def batch(corpus):
    """Six windows."""
    return next(batches(corpus, corpus.indices("official", "validation"), 6))


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)
