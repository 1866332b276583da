import torch

from pocket_studio.model.note import note_error


def test_each_prefix_of_the_codes_comes_nearer(beats):
    torch.manual_seed(1)
    z = torch.randn(40, 8, 6)
    beats.note.update_codebooks(z, torch.Generator().manual_seed(0))
    codes = beats.note.nearest(z)
    assert codes.shape == (40, 8, 3)
    vectors = beats.note.lookup(codes)
    assert vectors.shape == (40, 8, 3, 6)
    distances = (z.unsqueeze(2) - vectors).square().sum((0, 1, 3))
    assert distances[0] > distances[1] > distances[2]


def test_a_detail_that_is_left_out_adds_nothing(beats):
    codes = torch.randint(8, (2, 8, 3))
    whole = beats.note.lookup(codes)
    for n_books in (1, 2):
        part = codes.clone()
        part[..., n_books:] = -1
        assert torch.equal(beats.note.lookup(part)[:, :, -1], whole[:, :, n_books - 1])


def test_the_decoder_hears_codes_details_and_template(beats, batch):
    codes = beats.note.nearest(beats.note.encode(batch.note, batch.template))
    played = beats.note.play(codes, batch.template)
    assert played.shape == batch.note.shape
    for book in range(3):
        other = codes.clone()
        other[..., book] = (other[..., book] + 1) % 8
        assert not torch.allclose(beats.note.play(other, batch.template), played)
    assert not torch.allclose(beats.note.play(codes, 1 - batch.template), played)


def test_the_search_never_does_worse_than_the_nearest_codes(beats, batch):
    nearest = beats.note.nearest(beats.note.encode(batch.note, batch.template))
    found = beats.note.search(batch.note, batch.template)
    assert found.shape == nearest.shape
    assert ((found >= 0) & (found < 8)).all()
    for n_books in (1, 2, 3):
        errors = []
        for codes in (nearest, found):
            prefix = codes.clone()
            prefix[..., n_books:] = -1
            errors.append(note_error(beats.note.play(prefix, batch.template), batch.note).sum())
        assert errors[1] <= errors[0]
    assert errors[1] < errors[0]


def test_a_window_is_searched_as_among_others(beats, batch):
    together = beats.note.search(batch.note, batch.template)
    alone = beats.note.search(batch.note[1:2], batch.template[1:2])
    assert torch.equal(alone, together[1:2])
