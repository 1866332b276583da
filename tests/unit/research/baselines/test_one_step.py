import pytest
import torch
from handmade import TINY

from pocket_studio.research.baselines.one_step import OneStepVae


@pytest.fixture
def vae():
    torch.manual_seed(0)
    return OneStepVae(TINY).eval()


@pytest.fixture
def truth(batch):
    return torch.cat([batch.note, batch.velocity, batch.microtiming], -1)


@pytest.fixture
def z(generator):
    return torch.randn(6, TINY.z_size, generator=generator)


def heard(decoded):
    """What the next step is told of one: notes, and values where there are any."""
    logits, velocity, microtiming = decoded
    note = (logits > 0).float()
    return torch.cat([note, velocity * note, microtiming * note], -1)


def test_shapes_and_bounds(vae, batch, truth, z):
    mean, logvar = vae.encode(1000 * truth, batch.template)
    assert mean.shape == logvar.shape == (6, TINY.z_size)
    assert logvar.abs().max() <= 10
    logits, velocity, microtiming = vae.decode(100 * z, batch.template)
    assert logits.shape == velocity.shape == microtiming.shape == (6, 32, 7)
    assert 0 <= velocity.min() < velocity.max() <= 1
    assert -1 <= microtiming.min() < 0 < microtiming.max() <= 1


def test_played_values_are_where_the_notes_are(vae, batch):
    with torch.no_grad():
        for played in (
            vae.reconstruct(batch),
            vae.sample(batch.template, torch.Generator().manual_seed(1)),
        ):
            note, velocity, microtiming = played
            assert set(note.unique().tolist()) == {0.0, 1.0}
            assert torch.equal(velocity > 0, note > 0)
            assert not microtiming[note == 0].any()


def test_it_hears_groove_template_and_z(vae, batch, truth, z):
    mean, _ = vae.encode(truth, batch.template)
    assert not torch.allclose(mean, vae.encode(1 - truth, batch.template)[0])
    assert not torch.allclose(mean, vae.encode(truth, 1 - batch.template)[0])
    logits, _, _ = vae.decode(z, batch.template)
    assert not torch.allclose(logits, vae.decode(-z, batch.template)[0])
    assert not torch.allclose(logits, vae.decode(z, 1 - batch.template)[0])


def test_each_step_is_told_what_the_last_one_played(vae, batch, z):
    with torch.no_grad():
        free = vae.decode(z, batch.template)
        # Told by hand, as truth, what it played by itself, it plays the same.
        everywhere = torch.ones(6, 32, dtype=torch.bool)
        again = vae.decode(z, batch.template, heard(free), everywhere)
    for one, other in zip(free, again, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize(("at", "first_changed"), [(7, 8), (30, 31)])
def test_when_forced_a_step_depends_on_the_truth_before_it(vae, batch, truth, z, at, first_changed):
    everywhere = torch.ones(6, 32, dtype=torch.bool)
    other = truth.clone()
    other[:, at] = 0.9 - other[:, at]
    with torch.no_grad():
        before = torch.cat(vae.decode(z, batch.template, truth, everywhere), -1)
        after = torch.cat(vae.decode(z, batch.template, other, everywhere), -1)
    changed = (before != after).any(dim=0).any(dim=1).nonzero().flatten().tolist()
    assert min(changed) == first_changed


def test_when_not_forced_the_truth_does_not_matter(vae, batch, truth, z):
    nowhere = torch.zeros(6, 32, dtype=torch.bool)
    with torch.no_grad():
        free = vae.decode(z, batch.template)
        for one, other in zip(free, vae.decode(z, batch.template, truth, nowhere), strict=True):
            assert torch.equal(one, other)


def test_samples_are_the_generators(vae, batch):
    one, again, other = (
        vae.sample(batch.template, torch.Generator().manual_seed(seed))[1] for seed in (1, 1, 2)
    )
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
