import pytest
import torch
from torch.distributions import MultivariateNormal

TOLD_SIZE = 28 * 8 + 7  # of VEL: note, held, values and five classes a cell, the genre, the tempo


@pytest.fixture
def prior(beats):
    """VEL's prior of z, given a shape, bent."""
    torch.manual_seed(2)
    prior = beats.vel.prior
    with torch.no_grad():
        prior.diagonal.normal_(std=0.3)
        prior.below.normal_(std=0.2)
        for coupling in prior.couplings:
            coupling.output.weight.normal_(std=0.3)
            coupling.output.bias.normal_(std=0.3)
    return prior


@pytest.fixture
def told(generator):
    return torch.rand((1, 8, TOLD_SIZE), generator=generator)


def unbent(prior):
    """Let the couplings do nothing, as at the start of the training."""
    with torch.no_grad():
        for coupling in prior.couplings:
            coupling.output.weight.zero_()
            coupling.output.bias.zero_()
    return prior


def normal_distribution(prior, told):
    root = prior.root()
    mean = prior.mean(prior.context(told)).flatten()
    return MultivariateNormal(mean.detach(), precision_matrix=(root.T @ root).detach())


def test_unbent_it_is_a_normal_distribution(prior, told, generator):
    prior = unbent(prior)
    wanted = normal_distribution(prior, told)
    normal = torch.randn((40000, 8, 4), generator=generator)
    many = told.expand(len(normal), -1, -1)
    drawn = prior.sample(normal, many, many, 1.0, prior.spread()).flatten(1).detach()
    scale = float(wanted.covariance_matrix.max())
    assert torch.allclose(torch.cov(drawn.T), wanted.covariance_matrix, atol=0.05 * scale)
    assert torch.allclose(drawn.mean(0), wanted.mean, atol=0.03 * scale)
    found = prior.log_density(drawn[:5].view(-1, 8, 4), told.expand(5, -1, -1))
    assert torch.allclose(found, wanted.log_prob(drawn[:5]), atol=1e-3)


def test_the_density_is_that_of_what_is_sampled(prior, told, generator):
    """Bending u to z changes the density by how much it stretches space around u."""
    normal = torch.randn((1, 8, 4), generator=generator)
    spread = prior.spread().detach()

    def sampled(normal):
        return prior.sample(normal.view(1, 8, 4), told, told, 1.0, spread).flatten()

    z = sampled(normal)
    slopes = torch.autograd.functional.jacobian(sampled, normal.flatten())
    of_normal = torch.distributions.Normal(0, 1).log_prob(normal).sum()
    expected = of_normal - torch.linalg.slogdet(slopes).logabsdet
    found = prior.log_density(z.view(1, 8, 4), told)[0]
    assert found.isclose(expected, atol=1e-3)
    before_bending = prior.mean(prior.context(told)).flatten() + normal.flatten() @ spread.T
    assert not torch.allclose(z, before_bending, atol=0.1), "nothing is bent"


def test_guidance_of_nothing_leaves_the_genre_out(prior, told, generator):
    normal = torch.randn((1, 8, 4), generator=generator)
    funk = told.clone()
    funk[..., -6] += 1
    spread = prior.spread()

    def guided(guidance, plain=told, with_genre=funk):
        return prior.sample(normal, plain, with_genre, guidance, spread)

    assert torch.allclose(guided(0.0), guided(1.0, told, told), atol=1e-6)
    assert torch.allclose(guided(1.0), guided(1.0, funk, funk), atol=1e-6)
    assert not torch.allclose(guided(0.0), guided(1.0), atol=1e-2)


def test_every_beat_has_its_say(prior, told, generator):
    normal = torch.randn((1, 8, 4), generator=generator)
    other = normal.clone()
    other[0, 0] += 1

    def bent(normal):
        # Without A's mixing, what moves the other beats is the couplings' attention.
        return prior.sample(normal, told, told, 1.0, torch.eye(32))

    moved = (bent(other) - bent(normal)).abs().amax(-1)[0]
    assert (moved > 1e-4).all()
