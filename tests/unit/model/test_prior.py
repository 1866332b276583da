from dataclasses import replace

import pytest
import torch

from pocket_studio.model.config import SAMPLED
from pocket_studio.model.prior import COUNTS_GUIDANCE, Wishes


@pytest.fixture
def wishes(batch):
    n = len(batch.note)
    genre = torch.zeros(n, 6)
    genre[:, 2] = 1
    return Wishes(batch.template, genre, torch.zeros(n), torch.full((n,), -1.0), torch.ones(n))


@pytest.fixture
def gumbel(batch, generator):
    return -torch.empty(len(batch.note), 8, 3, 8).exponential_(generator=generator).log()


def logits(prior, codes, wishes, guidance):
    """Return what `sample` goes by, up to a constant: a pass over all codes, three times told."""
    plain, counted, told = (prior(codes, each).log_softmax(-1) for each in wishes.nested())
    return plain + COUNTS_GUIDANCE * (counted - plain) + guidance * (told - counted)


@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.0])
def test_sampling_without_noise_takes_what_the_guided_logits_say(beats, wishes, gumbel, guidance):
    codes, log_p = beats.prior.sample(wishes, torch.zeros_like(gumbel), 1.0, guidance)
    expected = logits(beats.prior, codes, wishes, guidance)
    assert torch.equal(expected.argmax(-1), codes)
    assert torch.allclose(log_p, expected[:, :, 0].log_softmax(-1), atol=1e-4)


def test_guidance_goes_from_no_genre_to_the_genre_and_beyond(beats, wishes, gumbel):
    def sample(asked, guidance):
        return beats.prior.sample(asked, gumbel, 1.0, guidance)[0]

    untold = replace(wishes, genre=torch.zeros_like(wishes.genre))
    assert torch.equal(sample(wishes, 0.0), sample(untold, 1.0))
    assert torch.equal(sample(untold, 3.0), sample(untold, 1.0))


def test_what_is_given_stays_and_is_heard_by_what_follows_alone(beats, wishes, gumbel):
    def sample(given=None):
        return beats.prior.sample(wishes, gumbel, 1.0, 1.0, given)[0]

    free = sample()
    given = torch.full_like(free, SAMPLED)
    given[:, 4] = (free[:, 4] + 1) % 8
    found = sample(given)
    assert torch.equal(found[:, 4], given[:, 4])
    assert torch.equal(found[:, :4], free[:, :4])
    again = free.clone()
    again[:, 2] = SAMPLED
    assert torch.equal(sample(again), free)
    bare = given.clone()
    bare[:, 4, 1:] = -1
    assert torch.equal(sample(bare)[:, 4], bare[:, 4])


def test_probabilities_end_with_the_last_beat_that_is_sampled(beats, wishes, gumbel):
    codes, _ = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    codes[:, 2, 1] = SAMPLED
    _, log_p = beats.prior.sample(wishes, gumbel, 1.0, 1.0, codes)
    assert log_p.shape[1] == 3
    assert torch.allclose(log_p.exp().sum(-1), torch.ones(log_p.shape[:2]))


@pytest.mark.parametrize("name", ["template", "genre", "tempo", "added", "kept"])
def test_every_wish_is_heard(beats, wishes, gumbel, name):
    codes, _ = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    other = replace(wishes, **{name: getattr(wishes, name) * 0.25 + 0.5})
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, other))


def test_nothing_wished_is_not_a_wish_for_none(beats, wishes, gumbel):
    codes, _ = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    none = replace(wishes, added=torch.zeros_like(wishes.added))
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, none))
