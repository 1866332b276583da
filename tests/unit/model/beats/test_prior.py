from dataclasses import replace

import pytest
import torch

from pocket_studio.model.beats.prior import COUNTS_GUIDANCE, SAMPLED, Wishes


@pytest.fixture
def wishes(batch):
    n = len(batch.note)
    genre = torch.zeros(n, 6)
    genre[:, 2] = 1
    return Wishes(batch.template, genre, torch.zeros(n), torch.full((n,), -1.0), torch.ones(n))


@pytest.fixture
def gumbel(batch, generator):
    return -torch.empty(len(batch.note), 8, 3, 8).exponential_(generator=generator).log()


def sampled(beats, *asked):
    return beats.prior.sample(*asked)[0]


def test_sampling_without_noise_takes_what_the_logits_say(beats, wishes, gumbel):
    told = replace(wishes, added=-torch.ones_like(wishes.added), kept=-torch.ones_like(wishes.kept))
    codes = sampled(beats, told, torch.zeros_like(gumbel), 1.0, 1.0)
    assert torch.equal(beats.prior(codes, told).argmax(-1), codes)


def test_guidance_goes_from_no_genre_to_the_genre_and_beyond(beats, wishes, gumbel):
    _, untold, _ = wishes.nested()
    assert torch.equal(
        sampled(beats, wishes, gumbel, 1.0, 0.0), sampled(beats, untold, gumbel, 1.0, 1.0)
    )
    assert torch.equal(
        sampled(beats, untold, gumbel, 1.0, 3.0), sampled(beats, untold, gumbel, 1.0, 1.0)
    )


def test_log_p_is_the_guided_one_of_each_first_code(beats, wishes, gumbel):
    codes, log_p = beats.prior.sample(wishes, gumbel, 0.7, 2.5)
    with torch.no_grad():
        logits = [beats.prior(codes, each)[:, :, 0] for each in wishes.nested()]
    plain, counted, told = (each.log_softmax(-1) for each in logits)
    mixed = plain + COUNTS_GUIDANCE * (counted - plain) + 2.5 * (told - counted)
    assert torch.allclose(log_p, mixed.log_softmax(-1), atol=1e-5)
    assert torch.equal((mixed / 0.7 + gumbel[:, :, 0]).argmax(-1), codes[..., 0])


def test_what_is_given_stays_and_is_heard_by_what_follows_alone(beats, wishes, gumbel):
    free = sampled(beats, wishes, gumbel, 1.0, 1.0)
    given = torch.full_like(free, SAMPLED)
    given[:, 4] = (free[:, 4] + 1) % 8
    found = sampled(beats, wishes, gumbel, 1.0, 1.0, given)
    assert torch.equal(found[:, 4], given[:, 4])
    assert torch.equal(found[:, :4], free[:, :4])
    assert not torch.equal(found[:, 5:], free[:, 5:])
    bare = given.clone()
    bare[:, 4, 1:] = -1
    assert torch.equal(sampled(beats, wishes, gumbel, 1.0, 1.0, bare)[:, 4], bare[:, 4])


@pytest.mark.parametrize("name", ["template", "genre", "tempo", "added", "kept"])
def test_every_wish_is_heard(beats, wishes, gumbel, name):
    codes = sampled(beats, wishes, gumbel, 1.0, 1.0)
    other = replace(wishes, **{name: getattr(wishes, name) * 0.25 + 0.5})
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, other))


def test_nothing_wished_is_not_a_wish_for_none(beats, wishes, gumbel):
    codes = sampled(beats, wishes, gumbel, 1.0, 1.0)
    none = replace(wishes, added=torch.zeros_like(wishes.added))
    assert not torch.allclose(beats.prior(codes, wishes), beats.prior(codes, none))
