from dataclasses import replace

import pytest
import torch

from pocket_studio.model.beats.prior import SAMPLED, Wishes


@pytest.fixture
def wishes(batch):
    n = len(batch.note)
    genre = torch.zeros(n, 6)
    genre[:, 2] = 1
    return Wishes(batch.template, genre, torch.zeros(n), torch.full((n,), -1.0), torch.ones(n))


@pytest.fixture
def gumbel(batch, generator):
    return -torch.empty(len(batch.note), 8, 3, 8).exponential_(generator=generator).log()


def test_sampling_without_noise_takes_what_the_logits_say(beats, wishes, gumbel):
    codes = beats.prior.sample(wishes, torch.zeros_like(gumbel), 1.0, 1.0)
    assert torch.equal(beats.prior(codes, wishes).argmax(-1), codes)


def test_guidance_goes_from_no_genre_to_the_genre_and_beyond(beats, wishes, gumbel):
    def sample(asked, guidance):
        return beats.prior.sample(asked, gumbel, 1.0, guidance)

    untold = wishes.without_genre()
    assert torch.equal(sample(wishes, 0.0), sample(untold, 1.0))
    assert torch.equal(sample(untold, 3.0), sample(untold, 1.0))
    beyond = beats.prior.sample(wishes, torch.zeros_like(gumbel), 1.0, 3.0)
    first = [beats.prior(beyond, each)[:, 0, 0].log_softmax(-1) for each in (untold, wishes)]
    assert torch.equal(beyond[:, 0, 0], (first[0] + 3 * (first[1] - first[0])).argmax(-1))


def test_what_is_given_stays_and_is_heard_by_what_follows_alone(beats, wishes, gumbel):
    free = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    given = torch.full_like(free, SAMPLED)
    given[:, 4] = (free[:, 4] + 1) % 8
    found = beats.prior.sample(wishes, gumbel, 1.0, 1.0, given)
    assert torch.equal(found[:, 4], given[:, 4])
    assert torch.equal(found[:, :4], free[:, :4])
    assert torch.equal(beats.prior.sample(wishes, gumbel, 1.0, 1.0, free), free)
    bare = given.clone()
    bare[:, 4, 1:] = -1
    assert torch.equal(beats.prior.sample(wishes, gumbel, 1.0, 1.0, bare)[:, 4], bare[:, 4])


@pytest.mark.parametrize("name", ["template", "genre", "tempo", "added", "kept"])
def test_every_wish_is_heard(beats, wishes, gumbel, name):
    codes = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    other = replace(wishes, **{name: getattr(wishes, name) * 0.25 + 0.5})
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, other))


def test_nothing_wished_is_not_a_wish_for_none(beats, wishes, gumbel):
    codes = beats.prior.sample(wishes, gumbel, 1.0, 1.0)
    none = replace(wishes, added=torch.zeros_like(wishes.added))
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, none))
