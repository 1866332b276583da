import pytest
import torch
from handmade import TINY

from pocket_studio.research.baselines.note_vae import NoteVae


@pytest.fixture
def vae():
    torch.manual_seed(0)
    return NoteVae(TINY).eval()


def test_shapes_and_bounds(vae, batch):
    mean, logvar = vae.encode(batch.note, batch.template)
    assert mean.shape == logvar.shape == (6, 8, TINY.code_size)
    assert vae.decode(mean, batch.template).shape == (6, 32, 7)
    with torch.no_grad():
        vae.encoder.convolutions[-1].bias += 1000
    assert vae.encode(batch.note, batch.template)[1].abs().max() == 10


def test_all_but_the_codebook_is_notes(vae, model):
    own = {name: tuple(p.shape) for name, p in vae.named_parameters()}
    notes = {name.removeprefix("note."): tuple(p.shape) for name, p in model.named_parameters()}
    output = {"encoder.convolutions.4.weight", "encoder.convolutions.4.bias"}
    for name in own.keys() - output:
        assert own[name] == notes[name]
    for name in output:  # mean and log-variance in place of z
        assert own[name] == (2 * notes[name][0], *notes[name][1:])
    assert own.keys() == {
        name for name in notes if name.partition(".")[0] in ("skel_p", "encoder", "decoder")
    }


def test_notes_are_heard_by_the_encoder_and_z_by_the_decoder(vae, batch):
    mean, _ = vae.encode(batch.note, batch.template)
    assert not torch.allclose(mean, vae.encode(1 - batch.note, batch.template)[0])
    logits = vae.decode(mean, batch.template)
    assert not torch.allclose(logits, vae.decode(mean + 1, batch.template))
    assert not torch.allclose(logits, vae.decode(mean, 1 - batch.template))


def test_samples_are_the_generators(vae, batch):
    with torch.no_grad():
        one, again, other = (
            vae.sample(batch.template, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
        )
        z = torch.randn(6, 8, TINY.code_size, generator=torch.Generator().manual_seed(1))
        assert torch.equal(one, vae.decode(z, batch.template))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
