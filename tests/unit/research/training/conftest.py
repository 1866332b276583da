from dataclasses import fields

import numpy as np
import pytest
import torch
from handmade import DETAILED, small_corpus

from pocket_studio.research.corpus import CACHE_VERSION
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.parts import Part, train_part

CONFIG = TrainingConfig(
    note_epochs=3,
    expression_epochs=2,
    latent_epochs=1,
    prior_epochs=2,
    batch_size=8,
    peak_lr=2e-3,
    seed=5,
)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """As in the workers that train: the number of threads may change the last digits."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corpus():
    """Thirty windows, and six extra ones with unknown velocities or microtiming."""
    return small_corpus(n_extra=2)


@pytest.fixture(scope="session")
def cache(corpus, tmp_path_factory):
    """The file that worker processes read the corpus from."""
    path = tmp_path_factory.mktemp("cache") / "small.npz"
    arrays = {field.name: getattr(corpus, field.name) for field in fields(corpus)}
    np.savez(path, version=np.int64(CACHE_VERSION), **arrays)
    return path


@pytest.fixture(scope="session")
def parts():
    """A tiny PocketVAE as printed, with a second codebook: note, expression, prior."""
    note = Part("note", "note", CONFIG, CONFIG.note_epochs, DETAILED)
    expression = Part("expression", "expression", CONFIG, CONFIG.expression_epochs, DETAILED)
    prior = Part("prior", "prior", CONFIG, CONFIG.prior_epochs, DETAILED, codes_of=note)
    return note, expression, prior


@pytest.fixture(scope="session")
def unbroken(corpus, parts, tmp_path_factory):
    """The folder in which `parts` were trained one after the other, without a break."""
    parts_dir = tmp_path_factory.mktemp("unbroken")
    for part in parts:
        train_part(part, corpus, parts_dir)
    return parts_dir
