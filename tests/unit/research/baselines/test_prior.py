import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.model.config import N_GENRES
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.research.baselines.note import Codes

K, N_DETAILS = TINY.codebook_size, DETAILED.detail_size


@pytest.fixture(params=["codes", "codes and details"])
def either(request, model, detailed):
    """A model without and one with a second codebook."""
    return detailed if request.param == "codes and details" else model


def known_to(model, batch):
    """Template, genre and h_p."""
    genre = one_hot_or_zeros(batch.genre, N_GENRES)
    return batch.template, genre, model.skel_p(batch.template)


@pytest.fixture
def known(either, batch):
    return known_to(either, batch)


def gumbel(seed, size=K):
    uniform = torch.rand(6, 8, size, generator=torch.Generator().manual_seed(seed))
    return -(-uniform.clamp(1e-9, 1 - 1e-7).log()).log()


def noise(seed):
    return gumbel(seed), gumbel(seed + 100, N_DETAILS)


def some_codes(model):
    generator = torch.Generator().manual_seed(0)
    codes = torch.randint(K, (6, 8), generator=generator)
    if not model.config.detail_size:
        return Codes(codes)
    return Codes(codes, torch.randint(N_DETAILS, (6, 8), generator=generator))


def with_next(indices, beat, size):
    """Return `indices` with another value at `beat`."""
    changed = indices.clone()
    changed[:, beat] = (changed[:, beat] + 1) % size
    return changed


def changed_beats(one, other):
    return (one != other).any(dim=0).any(dim=1).nonzero().flatten().tolist()


def same(one, other):
    if one.details is None:
        return other.details is None and torch.equal(one.codes, other.codes)
    return torch.equal(one.codes, other.codes) and torch.equal(one.details, other.details)


def test_logits_look_only_back(either, known):
    codes = some_codes(either)
    logits, _ = either.prior(codes, *known)
    assert logits.shape == (6, 8, K)
    changed, _ = either.prior(Codes(with_next(codes.codes, 3, K), codes.details), *known)
    assert min(changed_beats(logits, changed)) == 4
    last, _ = either.prior(Codes(with_next(codes.codes, 7, K), codes.details), *known)
    assert torch.equal(last, logits)


def test_details_look_back_and_at_their_own_code(detailed, batch):
    known, codes = known_to(detailed, batch), some_codes(detailed)
    logits, detail_logits = detailed.prior(codes, *known)
    assert detail_logits.shape == (6, 8, N_DETAILS)
    other_code = Codes(with_next(codes.codes, 3, K), codes.details)
    assert min(changed_beats(detail_logits, detailed.prior(other_code, *known)[1])) == 3
    other_detail = Codes(codes.codes, with_next(codes.details, 3, N_DETAILS))
    changed, changed_details = detailed.prior(other_detail, *known)
    assert min(changed_beats(logits, changed)) == 4  # codes hear the details before them
    assert min(changed_beats(detail_logits, changed_details)) == 4


def test_without_a_second_codebook_there_are_no_details(model, batch):
    known = known_to(model, batch)
    assert model.prior(some_codes(model), *known)[1] is None
    with torch.no_grad():
        assert model.prior.sample(*known, *noise(1), 1.0).details is None


def test_the_same_noise_gives_the_same_codes(either, known):
    with torch.no_grad():
        sampled, again, other = (
            either.prior.sample(*known, *noise(seed), 1.0) for seed in (1, 1, 2)
        )
    assert sampled.codes.shape == (6, 8)
    assert sampled.codes.min() >= 0
    assert sampled.codes.max() < K
    assert same(sampled, again)
    assert not torch.equal(sampled.codes, other.codes)


def test_the_noise_of_the_details_is_their_own(detailed, batch):
    known = known_to(detailed, batch)
    with torch.no_grad():
        one, other = (
            detailed.prior.sample(*known, gumbel(1), gumbel(seed, N_DETAILS), 1.0)
            for seed in (5, 6)
        )
    assert one.details.min() >= 0
    assert one.details.max() < N_DETAILS
    assert not torch.equal(one.details, other.details)
    assert torch.equal(one.codes[:, 0], other.codes[:, 0])  # the first comes before any detail


@pytest.mark.parametrize("temperature", [0.05, 1.0, 2.0])
def test_samples_are_what_the_logits_and_the_noise_say(either, known, temperature):
    with torch.no_grad():
        sampled = either.prior.sample(*known, *noise(1), temperature)
        logits = either.prior(sampled, *known)
    for values, of_values, given in zip(
        (sampled.codes, sampled.details), logits, noise(1), strict=True
    ):
        if values is not None:
            assert torch.equal((of_values / temperature + given).argmax(-1), values)


def test_without_noise_the_likeliest_code_is_taken(either, known):
    nothing = torch.zeros(6, 8, K), torch.zeros(6, 8, N_DETAILS)
    with torch.no_grad():
        sampled = either.prior.sample(*known, *nothing, 1.0)
        assert torch.equal(either.prior(sampled, *known)[0].argmax(-1), sampled.codes)


def test_the_prior_hears_template_genre_and_skel(detailed, batch):
    template, genre, h_p = known_to(detailed, batch)
    codes = some_codes(detailed)
    logits = detailed.prior(codes, template, genre, h_p)
    for other in (
        (1 - template, genre, h_p),
        (template, 1 - genre, h_p),
        (template, genre, h_p + 1),
    ):
        changed = detailed.prior(codes, *other)
        assert not torch.allclose(logits[0], changed[0])
        assert not torch.allclose(logits[1], changed[1])
