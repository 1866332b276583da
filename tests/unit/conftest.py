import pytest
import torch

from pocket_studio.performance import Studio


@pytest.fixture(scope="session")
def studio():
    """The studio with the shipped checkpoint."""
    torch.set_num_threads(1)
    return Studio.load()
