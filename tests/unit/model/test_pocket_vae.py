import torch
from handmade import TINY

from pocket_studio.model.reconstruction import reconstruct


def test_reconstruct_returns_every_component(model, batch):
    with torch.no_grad():
        logits, velocity, microtiming, codes = model.reconstruct(batch)
    assert logits.shape == velocity.shape == microtiming.shape == (6, 32, 7)
    assert codes.shape == (6, 8)
    rests = batch.note == 0
    assert not velocity[rests].any()
    assert not microtiming[rests].any()


def test_each_pattern_reaches_its_own_module(model, batch):
    on_velocity, on_microtiming = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    assert on_velocity.pattern.shape == (6, 32, 5)
    assert on_microtiming.pattern.shape == (6, 32, 3)
    assert torch.equal(on_velocity.pattern.sum(-1) > 0, batch.velocity_pattern >= 0)
    assert torch.equal(on_microtiming.pattern.sum(-1) > 0, batch.microtiming_pattern >= 0)
    assert on_velocity.h_n.shape == (6, TINY.skel_size)


def test_many_windows_are_reconstructed_in_their_order(model, corpus, monkeypatch):
    indices = torch.arange(len(corpus)).flip(0).numpy()
    whole = reconstruct(model, corpus, indices)
    monkeypatch.setattr("pocket_studio.model.reconstruction._BATCH_SIZE", 7)
    in_parts = reconstruct(model, corpus, indices)
    assert whole.probability.shape == (30, 32, 7)
    assert 0 <= whole.probability.min() <= whole.probability.max() <= 1
    for name in ("probability", "velocity", "microtiming", "codes"):
        a, b = (torch.from_numpy(getattr(r, name)).float() for r in (whole, in_parts))
        assert torch.allclose(a, b, atol=1e-5)
