import pytest
import torch
from handmade import TINY

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.music.patterns import AUTO

MODULES = ("vel", "time")


@pytest.fixture
def conditions(model, batch):
    """{module: its conditions}."""
    both = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    return dict(zip(MODULES, both, strict=True))


@pytest.fixture
def truth(batch):
    return {"vel": batch.velocity, "time": batch.microtiming}


@pytest.fixture
def z(generator):
    return torch.randn(6, TINY.z_size, generator=generator)


@pytest.mark.parametrize("name", MODULES)
def test_encoder_shapes_and_bounds(model, conditions, truth, name):
    mean, logvar = getattr(model, name).encode(1000 * truth[name], conditions[name])
    assert mean.shape == logvar.shape == (6, TINY.z_size)
    assert logvar.abs().max() <= 10


@pytest.mark.parametrize(("name", "low"), [("vel", 0.0), ("time", -1.0)])
def test_values_are_in_range_at_notes_and_0_elsewhere(model, batch, conditions, z, name, low):
    with torch.no_grad():
        values = getattr(model, name).decode(100 * z, conditions[name])
    hits = batch.note > 0
    assert values.shape == (6, 32, 7)
    assert not values[~hits].any()
    assert values[hits].min() >= low
    assert values[hits].max() <= 1
    assert values[hits].std() > 0


@pytest.mark.parametrize("name", MODULES)
def test_decoders_hear_z_pattern_genre_and_notes(model, batch, conditions, z, name):
    module = getattr(model, name)
    auto = torch.full_like(batch.velocity_pattern, AUTO)
    index = MODULES.index(name)
    no_genre = torch.full_like(batch.genre, NO_GENRE)
    patterns = (batch.velocity_pattern, batch.microtiming_pattern)
    without_pattern = model.expression_conditions(batch.note, auto, auto, batch.genre)[index]
    without_genre = model.expression_conditions(batch.note, *patterns, no_genre)[index]
    with torch.no_grad():
        values = module.decode(z, conditions[name])
        assert not torch.allclose(values, module.decode(-z, conditions[name]))
        assert not torch.allclose(values, module.decode(z, without_pattern))
        assert not torch.allclose(values, module.decode(z, without_genre))


@pytest.mark.parametrize("name", MODULES)
def test_the_differentiable_pass_plays_what_the_steps_play(model, conditions, truth, z, name):
    module = getattr(model, name)
    forced = torch.rand(6, 32) < 0.5
    with torch.no_grad():
        stepped = module.decode(z, conditions[name], truth[name], forced)
    at_once = module.decode(z, conditions[name], truth[name], forced)
    assert at_once.requires_grad
    assert torch.allclose(stepped, at_once, atol=1e-5)


def changed_steps(module, conditions, z, truth, forced, at):
    """Return the steps whose values change when the truth at step `at` does."""
    other = truth.clone()
    other[:, at] = 0.9 - other[:, at]
    with torch.no_grad():
        before = module.decode(z, conditions, truth, forced)
        after = module.decode(z, conditions, other, forced)
    return (before != after).any(dim=0).any(dim=1).nonzero().flatten().tolist()


@pytest.mark.parametrize("name", MODULES)
def test_when_forced_a_step_depends_on_the_truth_before_it(model, conditions, truth, z, name):
    everywhere = torch.ones(6, 32, dtype=torch.bool)
    steps = changed_steps(getattr(model, name), conditions[name], z, truth[name], everywhere, at=7)
    assert min(steps) == 8  # the step itself is not told, the next one is


@pytest.mark.parametrize("name", MODULES)
def test_when_forced_a_step_is_not_told_its_own_last_value(model, conditions, truth, z, name):
    module = getattr(model, name)
    everywhere = torch.ones(6, 32, dtype=torch.bool)
    told = []
    original = module._play

    def spy(*arguments):
        values, told_ = original(*arguments)
        told.append(told_)
        return values, told_

    module._play = spy
    with torch.no_grad():
        module.decode(z, conditions[name], truth[name], everywhere)
    assert not told[0][:, 0].any()
    assert torch.equal(told[0][:, 1:], truth[name][:, :-1])


@pytest.mark.parametrize("name", MODULES)
def test_when_not_forced_the_truth_does_not_matter(model, conditions, truth, z, name):
    nowhere = torch.zeros(6, 32, dtype=torch.bool)
    module = getattr(model, name)
    assert changed_steps(module, conditions[name], z, truth[name], nowhere, at=7) == []
    with torch.no_grad():
        free = module.decode(z, conditions[name])
        assert torch.equal(free, module.decode(z, conditions[name], truth[name], nowhere))


@pytest.mark.parametrize("name", MODULES)
def test_a_step_forced_alone_is_the_only_one_told(model, conditions, truth, z, name):
    once = torch.zeros(6, 32, dtype=torch.bool)
    once[:, 20] = True
    module = getattr(model, name)
    assert changed_steps(module, conditions[name], z, truth[name], once, at=19) == []
    assert min(changed_steps(module, conditions[name], z, truth[name], once, at=20)) == 21
