import pytest
import torch
from handmade import TINY

from pocket_studio.model.conditions import one_hot_or_zeros
from pocket_studio.model.config import N_GENRES

K = TINY.codebook_size


@pytest.fixture
def known(model, batch):
    """Template, genre and h_p."""
    genre = one_hot_or_zeros(batch.genre, N_GENRES)
    return batch.template, genre, model.skel(batch.template)


def gumbel(seed):
    uniform = torch.rand(6, 8, K, generator=torch.Generator().manual_seed(seed))
    return -(-uniform.clamp(1e-9, 1 - 1e-7).log()).log()


def codes(seed):
    return torch.randint(K, (6, 8), generator=torch.Generator().manual_seed(seed))


def test_logits_look_only_back(model, known):
    logits = model.prior(codes(0), *known)
    assert logits.shape == (6, 8, K)
    changed = codes(0)
    changed[:, 3] = (changed[:, 3] + 1) % K
    differs = (model.prior(changed, *known) != logits).any(dim=0).any(dim=1)
    assert differs.nonzero().flatten().min() == 4
    last = codes(0)
    last[:, 7] = (last[:, 7] + 1) % K
    assert torch.equal(model.prior(last, *known), logits)


def test_the_same_noise_gives_the_same_codes(model, known):
    with torch.no_grad():
        sampled = model.prior.sample(*known, gumbel(1), 1.0)
        assert sampled.shape == (6, 8)
        assert sampled.min() >= 0
        assert sampled.max() < K
        assert torch.equal(sampled, model.prior.sample(*known, gumbel(1), 1.0))
        assert not torch.equal(sampled, model.prior.sample(*known, gumbel(2), 1.0))


@pytest.mark.parametrize("temperature", [0.05, 1.0, 2.0])
def test_samples_are_what_the_logits_and_the_noise_say(model, known, temperature):
    with torch.no_grad():
        sampled = model.prior.sample(*known, gumbel(1), temperature)
        logits = model.prior(sampled, *known)
    assert torch.equal((logits / temperature + gumbel(1)).argmax(-1), sampled)


def test_without_noise_the_likeliest_code_is_taken(model, known):
    with torch.no_grad():
        sampled = model.prior.sample(*known, torch.zeros(6, 8, K), 1.0)
        assert torch.equal(model.prior(sampled, *known).argmax(-1), sampled)


def test_the_prior_hears_template_genre_and_skel(model, known):
    template, genre, h_p = known
    logits = model.prior(codes(0), template, genre, h_p)
    assert not torch.allclose(logits, model.prior(codes(0), 1 - template, genre, h_p))
    assert not torch.allclose(logits, model.prior(codes(0), template, 1 - genre, h_p))
    assert not torch.allclose(logits, model.prior(codes(0), template, genre, h_p + 1))
