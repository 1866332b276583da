from dataclasses import replace

import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from pocket_studio.model.config import LIMITS
from pocket_studio.model.expression import Conditions

MODULES = pytest.mark.parametrize("name", ["vel", "time"])


@pytest.fixture
def told(batch):
    n = len(batch.note)
    nothing = torch.zeros_like(batch.note)
    unpainted = torch.full(batch.note.shape, -1)
    return Conditions(batch.note, unpainted, torch.zeros(n, 6), torch.zeros(n), nothing, nothing)


@MODULES
def test_the_divergence_is_that_of_the_posterior_from_the_prior(beats, told, name, generator):
    module = getattr(beats, name)
    one = Conditions(*(values[:1] for values in vars(told).values()))
    mean, logvar = torch.randn(2, 1, *module.z_shape, generator=generator)
    n = 20000
    normal = torch.randn((n, *module.z_shape), generator=generator)
    many = Conditions(*(values.expand(n, *values.shape[1:]) for values in vars(one).values()))
    z = mean + normal * (0.5 * logvar).exp()
    with torch.no_grad():
        estimated = module.divergence(z, logvar.expand_as(z), many).mean()
        context = module.prior.context(module._told(one))
        prior = MultivariateNormal(  # fresh couplings bend nothing
            module.prior.mean(context).flatten(), torch.eye(z[0].numel())
        )
    posterior = MultivariateNormal(mean.flatten(), logvar.exp().flatten().diag())
    assert estimated.isclose(kl_divergence(posterior, prior), rtol=0.02)


def test_guidance_moves_the_mean_of_z_towards_the_genre_and_beyond(beats, told):
    funk = replace(told, genre=torch.eye(6)[[1] * len(told.note)])
    normal = torch.zeros(len(told.note), 8, 4)
    plain, half, whole, beyond = (
        beats.vel.from_prior(normal, funk, guidance) for guidance in (0.0, 0.5, 1.0, 3.0)
    )
    assert torch.allclose(plain, beats.vel.from_prior(normal, told))
    assert torch.allclose(half, (plain + whole) / 2, atol=1e-6)
    assert torch.allclose(beyond, plain + 3 * (whole - plain), atol=1e-6)
    assert not torch.allclose(plain, whole)


@MODULES
def test_a_density_over_the_range_for_every_cell(beats, told, batch, name):
    module = getattr(beats, name)
    log_density = module.decode(torch.zeros(len(batch.note), 8, 4), told)
    assert log_density.shape == (*batch.note.shape, module.n_bins)
    assert torch.allclose(log_density.exp().sum(-1), torch.ones_like(batch.note))


@MODULES
def test_luck_goes_up_the_density(beats, told, batch, name):
    module = getattr(beats, name)
    log_density = module.decode(torch.randn(len(batch.note), 8, 4), told)

    def sample(noise):
        return module.sample(log_density, torch.full(batch.note.shape, noise), told.pattern)

    found = torch.stack([sample(noise) for noise in torch.linspace(-4, 4, 17)])
    loudest = (name == "vel") & (found > 1 - 1 / module.n_bins)  # the top bin is one value
    assert (found.diff(dim=0) > 0)[~loudest[1:]].all()
    assert (found[loudest] == module.high).all()
    found = torch.stack([sample(noise) for noise in (-9.0, 9.0)])
    assert found[0].isclose(torch.tensor(module.low), atol=1e-3).all()
    assert found[-1].isclose(torch.tensor(module.high), atol=1e-3).all()
    # The mean over evenly spread luck is the density's.
    shares = (torch.arange(200, dtype=torch.float64) + 0.5) / 200
    fine = torch.stack([sample(float(noise)) for noise in torch.special.ndtri(shares)])
    rounded_up = log_density[..., -1].exp() / (2 * module.n_bins) if name == "vel" else 0
    expected = module.mean_of(log_density) + rounded_up
    assert torch.allclose(fine.mean(0), expected, atol=2e-3)


@MODULES
def test_what_is_painted_comes_out_whatever_the_luck(beats, told, batch, name):
    module = getattr(beats, name)
    log_density = 20 * module.decode(torch.randn(len(batch.note), 8, 4), told)
    for number, (low, high) in enumerate(LIMITS[module.name]):
        pattern = torch.full(batch.note.shape, number)
        found = [
            module.sample(log_density.log_softmax(-1), torch.full(batch.note.shape, noise), pattern)
            for noise in (-9.0, -1.0, 0.0, 1.0, 9.0)
        ]
        assert (torch.stack(found).diff(dim=0) >= 0).all()
        assert found[0].min() >= low - 1e-6
        assert found[-1].max() <= high + 1e-6


@MODULES
def test_the_bins_lie_side_by_side_over_the_range(beats, name):
    module = getattr(beats, name)
    values = torch.linspace(module.low, module.high, 2001)
    bins = module.bin_of(values)
    assert bins[0] == 0
    assert bins[-1] == module.n_bins - 1
    assert set(bins.diff().tolist()) == {0, 1}
    if name == "time":
        assert bins[1000] == module.n_bins // 2
        assert module.bin_of(torch.tensor([-0.02, 0.02])).tolist() == [16, 16]


@MODULES
def test_only_hits_hear_what_is_painted_and_what_is_held(beats, told, batch, name):
    module = getattr(beats, name)
    z = torch.zeros(len(batch.note), 8, 4)
    plain = module.decode(z, told)

    def differs(**change):
        return not torch.allclose(module.decode(z, replace(told, **change)), plain)

    everywhere = torch.ones_like(batch.note)
    classes = torch.full(batch.note.shape, 2)
    assert differs(pattern=classes)
    assert differs(held=everywhere, values=everywhere)
    assert not differs(values=everywhere), "values of hits that are not held are not known"
    silent = 1 - batch.note
    assert not differs(pattern=torch.where(silent > 0, classes, -1))
    assert not differs(held=silent, values=everywhere)


@MODULES
def test_the_posterior_hears_the_values(beats, told, batch, name):
    module = getattr(beats, name)
    mean, logvar = module.encode(0.5 * batch.note, told)
    assert mean.shape == logvar.shape == (len(batch.note), 8, 4)
    assert not torch.allclose(module.encode(0.9 * batch.note, told)[0], mean)
