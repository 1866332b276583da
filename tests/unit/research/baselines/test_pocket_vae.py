from dataclasses import replace

import torch
from handmade import TINY

from pocket_studio.music.genres import NO_GENRE
from pocket_studio.music.patterns import AUTO


def test_notes_are_encoded_and_decoded_with_the_templates_skel(model, batch):
    with torch.no_grad():
        codes = model.encode_notes(batch.note, batch.template)
        logits = model.decode_notes(codes, batch.template)
        h_p = model.skel_p(batch.template)
        expected = model.note.encode(batch.note, batch.template, h_p)
        assert torch.equal(codes.codes, expected.codes)
        assert torch.equal(logits, model.note.decode(codes, batch.template, h_p))
    assert logits.shape == (6, 32, 7)


def test_expression_comes_back_on_the_notes(model, batch):
    with torch.no_grad():
        velocity, microtiming = model.reconstruct_expression(batch)
    rests = batch.note == 0
    assert velocity.shape == microtiming.shape == (6, 32, 7)
    for values in (velocity, microtiming):
        assert not values[rests].any()
        assert values[~rests].std() > 0


def test_expression_is_reconstructed_with_its_conditions(model, batch):
    with torch.no_grad():
        velocity, microtiming = model.reconstruct_expression(batch)
        for change in (
            {"genre": torch.full_like(batch.genre, NO_GENRE)},
            {
                "velocity_pattern": torch.full_like(batch.velocity_pattern, AUTO),
                "microtiming_pattern": torch.full_like(batch.microtiming_pattern, AUTO),
            },
        ):
            without = model.reconstruct_expression(replace(batch, **change))
            assert not torch.allclose(velocity, without[0])
            assert not torch.allclose(microtiming, without[1])


def test_each_pattern_reaches_its_own_module(model, batch):
    on_velocity, on_microtiming = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    assert on_velocity.pattern.shape == (6, 32, 5)
    assert on_microtiming.pattern.shape == (6, 32, 3)
    assert torch.equal(on_velocity.pattern.sum(-1) > 0, batch.velocity_pattern >= 0)
    assert torch.equal(on_microtiming.pattern.sum(-1) > 0, batch.microtiming_pattern >= 0)
    assert on_velocity.h_n.shape == (6, TINY.skel_size)
    assert torch.equal(on_velocity.h_n, model.skel_n(batch.note))


def test_the_two_steps_share_no_weights(model, batch):
    codes = model.encode_notes(batch.note, batch.template)
    model.decode_notes(codes, batch.template).sum().backward()
    first = {name for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    torch.stack(model.reconstruct_expression(batch)).sum().backward()
    second = {name for name, p in model.named_parameters() if p.grad is not None}
    assert {name.partition(".")[0] for name in first} == {"skel_p", "note"}
    assert {name.partition(".")[0] for name in second} == {"skel_n", "vel", "time"}
