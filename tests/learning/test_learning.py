"""The modules and the prior can learn: what they cannot overfit they cannot learn either."""

from math import log

import numpy as np
import pytest
import torch
from handmade import TINY, small_corpus
from torch.nn.functional import binary_cross_entropy_with_logits

from pocket_studio import metrics
from pocket_studio.model.batch import batches
from pocket_studio.model.pocket_vae import PocketVAE
from pocket_studio.training.config import TrainingConfig
from pocket_studio.training.objectives import losses, prior_loss

INDICES = np.arange(0, 24, 3)
N_JOINT_STEPS, N_NOTE_STEPS, N_PRIOR_STEPS = 50, 150, 60


@pytest.fixture(scope="module")
def overfitted():
    """A tiny model, the eight windows that it saw, and its loss terms at first and at last."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    model, config = PocketVAE(TINY), TrainingConfig(beta_velocity=0.002, beta_microtiming=0.002)
    batch = next(batches(small_corpus(), INDICES, 8))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    def learn(loss):
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        return loss.item()

    def terms():
        found = losses(model, batch, 0.9, generator)
        return found, {name: term.item() for name, term in vars(found).items() if term.ndim == 0}

    first = terms()[1] | {"prior": log(TINY.codebook_size)}
    for _ in range(N_JOINT_STEPS):
        found, last = terms()
        learn(found.total(config, 1.0))
        model.note.codebook.update(found.z_note, generator)
    for _ in range(N_NOTE_STEPS):  # VEL and TIME decode step by step, so they cost the most
        h_p = model.skel(batch.template)
        z_note = model.note.encode(batch.note, batch.template, h_p)
        quantized = model.note.codebook(z_note)
        logits = model.note.decode(quantized.vectors, batch.template, h_p)
        note = binary_cross_entropy_with_logits(logits, batch.note, reduction="sum") / 8
        last["note"] = note.item()
        learn(note + config.commitment * quantized.commitment)
        model.note.codebook.update(z_note.detach(), generator)
    for _ in range(N_PRIOR_STEPS):
        last["prior"] = learn(prior_loss(model, batch))
    return model.eval(), batch, first, last


@pytest.mark.parametrize(
    ("term", "share_left"), [("note", 0.2), ("velocity", 0.5), ("microtiming", 0.6), ("prior", 0.5)]
)
def test_the_loss_falls(overfitted, term, share_left):
    _, _, first, last = overfitted
    assert last[term] < share_left * first[term]


def test_notes_come_back_through_the_codes(overfitted):
    model, batch, _, _ = overfitted
    with torch.no_grad():
        logits, _, _, codes = model.reconstruct(batch)
    f1 = metrics.note_f1_micro(batch.note.numpy(), (logits > 0).float().numpy())
    template_f1 = metrics.note_f1_micro(batch.note.numpy(), batch.template.numpy())
    assert f1 > template_f1 + 0.05
    assert len(codes.unique()) > 4


def test_dynamics_and_timing_come_back_better_than_their_mean(overfitted):
    model, batch, _, _ = overfitted
    with torch.no_grad():
        _, velocity, microtiming, _ = model.reconstruct(batch)
    hits = batch.note > 0
    for truth, values in ((batch.velocity, velocity), (batch.microtiming, microtiming)):
        assert (values - truth)[hits].square().mean() < 0.7 * truth[hits].var()
