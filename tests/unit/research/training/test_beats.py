from dataclasses import replace

import numpy as np
import pytest
import torch
from handmade import TINY_BEATS, small_corpus
from torch import nn

from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.grid import STEPS_PER_BAR
from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import (
    AUTO,
    dominant_cymbal,
    microtiming_pattern_of,
    velocity_pattern_of,
    velocity_to_class,
)
from pocket_studio.research.corpus.batch import batches
from pocket_studio.research.training import beats, contours
from pocket_studio.research.training.config import TrainingConfig

CONFIG = TrainingConfig()
NAMES = pytest.mark.parametrize("name", ["velocity", "microtiming"])


@pytest.fixture(scope="module")
def batch():
    """Windows of which some have unknown velocities and microtimings."""
    torch.set_num_threads(1)
    corpus = small_corpus(n_extra=4)
    return next(batches(corpus, np.arange(len(corpus)), len(corpus)))


@pytest.fixture
def random():
    return torch.Generator().manual_seed(0)


def grooves(batch):
    matrices = (batch.note, batch.velocity, batch.microtiming)
    return [Groove(*(m.numpy() for m in one)) for one in zip(*matrices, strict=True)]


def test_the_dominant_cymbal_is_that_of_the_patterns(batch):
    found = contours.dominant_cymbals(batch.note)
    for row, groove in zip(found[:, 0], grooves(batch), strict=True):
        assert row.nonzero().flatten().tolist() == [dominant_cymbal(groove)]
    assert not contours.dominant_cymbals(torch.zeros_like(batch.note)).any()


def test_the_paper_s_patterns_stand_at_their_drums(batch):
    velocity = contours.paper_pattern("velocity", batch)
    microtiming = contours.paper_pattern("microtiming", batch)
    for number, groove in enumerate(grooves(batch)):
        cymbal = dominant_cymbal(groove)
        assert velocity[number, :, cymbal].tolist() == velocity_pattern_of(groove).tolist()
        assert (velocity[number].max(-1).values == velocity[number, :, cymbal]).all()
        if batch.microtiming_known[number]:
            asked = microtiming_pattern_of(groove)
            assert (microtiming[number] == torch.from_numpy(asked).unsqueeze(-1)).all()


@NAMES
def test_a_hit_s_class_is_its_own_where_it_is_known(batch, name):
    classes = contours.classes_of(name, batch)
    known = batch.note > 0
    if name == "velocity":
        known = known & (batch.velocity_known.unsqueeze(1) > 0)
        assert classes[known].tolist() == velocity_to_class(batch.velocity[known]).tolist()
    else:
        known = known & (batch.microtiming_known.view(-1, 1, 1) > 0)
        assert set(classes[known].tolist()) == {0, 1, 2}
        assert (batch.microtiming[classes == 0] < 0).all()
        assert (batch.microtiming[classes == 2] > 0).all()
    assert (classes[~known] == AUTO).all()


@NAMES
def test_what_is_painted_and_held_in_training_is_true(batch, random, name):
    classes = contours.classes_of(name, batch)
    steps = batch.microtiming_pattern.unsqueeze(-1)
    n_painted = n_held = 0
    for _ in range(30):
        told = contours.painted(name, batch, CONFIG, random)
        shown = (told.pattern != AUTO) & (batch.note > 0)
        true = told.pattern == classes
        if name == "microtiming":
            true = true | (told.pattern == steps)
        assert true[shown].all()
        assert (told.values * told.held == getattr(batch, name) * told.held).all()
        assert (told.held <= batch.note).all()
        n_painted += shown.any(-1).any(-1).sum().item()
        n_held += told.held.any(-1).any(-1).sum().item()
    n = 30 * len(batch.note)
    assert 0.4 * n < n_painted < 0.8 * n
    assert 0.2 * n < n_held < 0.5 * n
    if name == "velocity":
        assert not told.held[batch.velocity_known[:, 0] == 0][..., 0].any()


def test_beats_of_other_loops_come_whole_and_only_where_they_may(random):
    n = 40
    steps = torch.arange(n * 32, dtype=torch.float32).view(n, 32, 1).expand(n, 32, 7)
    vectors = steps[:, ::4, :6]  # each beat says its first step
    whole = torch.arange(n) % 2 == 0
    mixed = beats._mixed(whole, random)
    of_beats, of_steps = mixed(vectors), mixed(steps)
    assert torch.equal(of_beats, of_steps[:, ::4, :6])
    assert torch.equal(of_steps % 32, steps % 32), "a beat stays where it is in its loop"
    own = of_beats[:, :, 0] == vectors[:, :, 0]
    assert own[~whole].all()
    others = ~own[whole]
    assert 0.2 < others.any(1).float().mean() < 0.8, "about half of those that may be mixed are"
    assert (others.any(1) & own[whole].any(1)).any(), "whole loops are swapped"


def test_a_loop_may_begin_at_its_second_bar(batch, random):
    moved = contours.moved(batch, random)
    rolled = batch.note.roll(STEPS_PER_BAR, 1)
    began = [torch.equal(one, other) for one, other in zip(moved.note, rolled, strict=True)]
    stayed = [torch.equal(one, other) for one, other in zip(moved.note, batch.note, strict=True)]
    assert all(a or b for a, b in zip(began, stayed, strict=True))
    assert any(began)
    assert any(stayed)
    for one, moved_pattern, pattern in zip(
        began, moved.velocity_pattern, batch.velocity_pattern, strict=True
    ):
        assert torch.equal(moved_pattern, pattern.roll(STEPS_PER_BAR)) or not one


def test_prefixes_come_as_often_as_they_should(random):
    prefix = beats._prefix(4000, 3, random)
    shares = [(prefix == level).float().mean().item() for level in range(3)]
    assert shares == pytest.approx([0.3, 0.2, 0.5], abs=0.04)
    assert (beats._prefix(10, 1, random) == 0).all()


@NAMES
def test_what_is_held_or_unknown_costs_nothing(batch, name, random):
    torch.manual_seed(0)
    model = BeatPocketVAE(TINY_BEATS).eval()
    module = model.vel if name == "velocity" else model.time
    told = contours.conditions(batch, torch.full(batch.note.shape, AUTO))
    nll, _ = beats.expression_terms(module, batch, told, random)
    assert nll > 0
    held = replace(told, held=batch.note, values=getattr(batch, name))
    assert beats.expression_terms(module, batch, held, random)[0] == 0
    unknown = replace(
        batch,
        velocity_known=torch.zeros_like(batch.velocity_known),
        microtiming_known=torch.zeros_like(batch.microtiming_known),
    )
    assert beats.expression_terms(module, unknown, told, random)[0] == 0


@pytest.mark.parametrize("kind", ["note", "vel", "time", "prior", "vel_prior", "time_prior"])
def test_each_part_over_beats_learns(kind):
    """Trained on one batch, the loss of what is seen falls far below that of the start."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    corpus, windows = small_corpus(), np.arange(0, 24, 3)
    model = BeatPocketVAE(replace(TINY_BEATS, dropout=0))
    plain = TrainingConfig(plain_share=1.0)
    phase = beats.RECIPES[f"beat_{kind}"].phase(model, plain, corpus, windows, 1)
    seen = next(batches(corpus, windows, 8))
    random = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(phase.modules.parameters(), lr=1e-2)
    costs = []
    for _ in range(120):
        loss, _ = phase.loss(seen, 1.0, random)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(phase.modules.parameters(), 5.0)
        optimizer.step()
        costs.append(loss.item())
    share = {"note": 0.4, "prior": 0.6}.get(kind, 0.9)
    assert np.mean(costs[-10:]) < share * np.mean(costs[:5])
    phase.modules.eval()
    assert np.isfinite(list(phase.validate().values())).all()
