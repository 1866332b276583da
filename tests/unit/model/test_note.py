import torch
from handmade import TINY


def test_shapes(model, batch):
    h_p = model.skel(batch.template)
    assert h_p.shape == (6, TINY.skel_size)
    z = model.note.encode(batch.note, batch.template, h_p)
    assert z.shape == (6, 8, TINY.code_size)
    assert model.note.decode(z, batch.template, h_p).shape == (6, 32, 7)
    logits, quantized = model.note(batch.note, batch.template, h_p)
    assert logits.shape == (6, 32, 7)
    assert quantized.codes.shape == (6, 8)


def test_the_decoder_hears_codes_template_and_skel(model, batch):
    h_p = model.skel(batch.template)
    vectors = model.note.codebook.lookup(torch.zeros(6, 8, dtype=torch.long))
    others = model.note.codebook.lookup(torch.ones(6, 8, dtype=torch.long))
    logits = model.note.decode(vectors, batch.template, h_p)
    assert not torch.allclose(logits, model.note.decode(others, batch.template, h_p))
    assert not torch.allclose(logits, model.note.decode(vectors, 1 - batch.template, h_p))
    assert not torch.allclose(logits, model.note.decode(vectors, batch.template, h_p + 1))


def test_gradients_reach_the_encoder_through_the_codes(model, batch):
    logits, _ = model.note(batch.note, batch.template, model.skel(batch.template))
    logits.sum().backward()
    for name, parameter in model.note.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_windows_of_a_batch_do_not_mix(model, batch):
    h_p = model.skel(batch.template)
    together, _ = model.note(batch.note, batch.template, h_p)
    alone, _ = model.note(batch.note[2:3], batch.template[2:3], h_p[2:3])
    assert torch.allclose(together[2:3], alone, atol=1e-5)
