import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.research.baselines.note import Codes


@pytest.fixture
def h_p(model, batch):
    return model.skel_p(batch.template)


def all_codes(value):
    return torch.full((6, 8), value)


def test_shapes(model, batch, h_p):
    assert h_p.shape == (6, TINY.skel_size)
    z = model.note.encoder(batch.note, batch.template, h_p)
    assert z.shape == (6, 8, TINY.code_size)
    codes = model.note.encode(batch.note, batch.template, h_p)
    assert torch.equal(codes.codes, model.note.codebook.nearest(z))
    assert codes.details is None
    assert model.note.decode(codes, batch.template, h_p).shape == (6, 32, 7)


def test_the_decoder_hears_codes_template_and_skel(model, batch, h_p):
    codes = Codes(all_codes(0))
    logits = model.note.decode(codes, batch.template, h_p)
    assert not torch.allclose(logits, model.note.decode(Codes(all_codes(1)), batch.template, h_p))
    assert not torch.allclose(logits, model.note.decode(codes, 1 - batch.template, h_p))
    assert not torch.allclose(logits, model.note.decode(codes, batch.template, h_p + 1))


def test_the_encoder_hears_notes_template_and_skel(model, batch, h_p):
    z = model.note.encoder(batch.note, batch.template, h_p)
    assert not torch.allclose(z, model.note.encoder(1 - batch.note, batch.template, h_p))
    assert not torch.allclose(z, model.note.encoder(batch.note, 1 - batch.template, h_p))
    assert not torch.allclose(z, model.note.encoder(batch.note, batch.template, h_p + 1))


def test_windows_of_a_batch_do_not_mix(detailed, batch):
    with torch.no_grad():
        together = detailed.encode_notes(batch.note, batch.template)
        alone = detailed.encode_notes(batch.note[2:3], batch.template[2:3])
        logits = detailed.decode_notes(together, batch.template)
        logits_alone = detailed.decode_notes(alone, batch.template[2:3])
    assert torch.equal(together.codes[2:3], alone.codes)
    assert torch.equal(together.details[2:3], alone.details)
    assert torch.allclose(logits[2:3], logits_alone, atol=1e-5)


# Details


def test_a_detail_is_the_nearest_to_what_the_code_leaves_over(detailed, generator):
    note = detailed.note
    z = torch.randn(6, 8, DETAILED.code_size, generator=generator)
    codes = note.nearest(z)
    assert torch.equal(codes.codes, note.codebook.nearest(z))
    left = (z - note.lookup(codes)).square().sum(-1)
    for detail in range(DETAILED.detail_size):
        other = note.lookup(Codes(codes.codes, all_codes(detail)))
        assert (left <= (z - other).square().sum(-1) + 1e-5).all()
    assert len(codes.details.unique()) > 1


def test_vectors_are_the_sum_of_code_and_detail(detailed):
    note = detailed.note
    codes, details = all_codes(3), all_codes(5)
    details[:, 4:] = -1
    vectors = note.lookup(Codes(codes, details))
    code, detail = note.codebook.vectors[3], note.detail.vectors[5]
    assert torch.equal(vectors[:, :4], (code + detail).expand(6, 4, -1))
    assert torch.equal(vectors[:, 4:], code.expand(6, 4, -1))


def test_without_detail_only_the_code_is_left(detailed, model):
    codes = Codes(all_codes(3), all_codes(5)).without_detail()
    assert (codes.details == -1).all()
    for other in (Codes(all_codes(3)), Codes(all_codes(3)).without_detail()):
        assert other.details is None
        assert torch.equal(detailed.note.lookup(codes), detailed.note.lookup(other))
    assert torch.equal(model.note.lookup(codes), model.note.lookup(Codes(all_codes(3))))


def test_the_decoder_hears_details(detailed, batch):
    played = [
        detailed.decode_notes(Codes(all_codes(3), all_codes(detail)), batch.template)
        for detail in (-1, 0, 1)
    ]
    assert not torch.allclose(played[0], played[1])
    assert not torch.allclose(played[1], played[2])


def test_details_learn_what_the_codes_leave_over(detailed, generator):
    """Clusters of clusters: the codes take the far ones, the details what is left of each."""
    far = 100 * torch.randn(4, 1, DETAILED.code_size, generator=generator)
    near = torch.randn(1, 8, DETAILED.code_size, generator=generator)
    z = far + near

    def error(codes):
        return (z - detailed.note.lookup(codes)).square().sum(-1).mean().item()

    for _ in range(60):
        detailed.note.update_codebooks(z, generator)
    codes = detailed.note.nearest(z)
    assert error(codes) < 0.5 * error(codes.without_detail())


def test_the_first_update_starts_details_at_what_is_left_over(detailed, generator):
    z = torch.randn(6, 8, DETAILED.code_size, generator=generator) + 100
    detailed.note.update_codebooks(z, generator)
    assert detailed.note.detail.started
    assert (detailed.note.codebook.vectors > 90).all()
    assert detailed.note.detail.vectors.abs().max() < 10


def test_updates_of_the_codes_do_not_depend_on_the_details(model, detailed):
    detailed.note.codebook.load_state_dict(model.note.codebook.state_dict())
    z = torch.randn(6, 8, TINY.code_size)
    for module in (model.note, detailed.note):
        module.update_codebooks(z, torch.Generator().manual_seed(1))
    assert torch.equal(model.note.codebook.vectors, detailed.note.codebook.vectors)
