import pytest
import torch
from handmade import small_corpus

from pocket_studio.performance import Studio
from pocket_studio.research.corpus.batch import batches


@pytest.fixture(scope="session")
def studio():
    """The studio with the shipped checkpoint."""
    torch.set_num_threads(1)
    return Studio.load()


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
