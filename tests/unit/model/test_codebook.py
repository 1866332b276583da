import pytest
import torch

from pocket_studio.model.codebook import DEAD_SHARE, EMA_DECAY, Codebook


@pytest.fixture
def codebook():
    """Three codes in the plane, already started."""
    book = Codebook(3, 2)
    book.vectors.copy_(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 10.0]]))
    book.sums.copy_(book.vectors)
    book.started.fill_(value=True)
    return book


Z = torch.tensor([[[0.1, 0.1], [0.9, -0.1]]])


def test_nearest_and_lookup(codebook):
    assert codebook.nearest(Z).tolist() == [[0, 1]]
    assert codebook.nearest(torch.cat([Z, Z])).tolist() == [[0, 1], [0, 1]]
    assert codebook.lookup(torch.tensor([[2, 1]])).tolist() == [[[0.0, 10.0], [1.0, 0.0]]]


def test_codes_are_no_parameters(codebook):
    assert list(codebook.parameters()) == []


def test_update_moves_codes_by_their_moving_averages(codebook, generator):
    codebook.update(Z, generator)
    share = 1 - EMA_DECAY
    uses = EMA_DECAY * 1 + share * 1
    expected = (EMA_DECAY * torch.tensor([1.0, 0.0]) + share * Z[0, 1]) / uses
    assert torch.allclose(codebook.vectors[1], expected)
    assert codebook.uses.tolist() == pytest.approx([uses, uses, EMA_DECAY])
    assert torch.allclose(codebook.vectors[2], torch.tensor([0.0, 10.0]))  # unused, stays


def test_codes_converge_to_what_they_stand_for(codebook, generator):
    for _ in range(220):  # a ninth of the way is left, and the unused code still lives
        codebook.update(Z, generator)
    assert torch.allclose(codebook.vectors[:2], Z[0], atol=0.02)


@pytest.mark.parametrize("uses", [1.0, 100.0])  # whatever the size of the batches
def test_a_dead_code_restarts_at_an_encoder_output_with_an_even_share(codebook, generator, uses):
    codebook.uses.copy_(torch.tensor([uses, uses, DEAD_SHARE * 0.5 * uses]))
    codebook.update(Z, generator)
    assert any(torch.equal(codebook.vectors[2], z) for z in Z[0])
    assert codebook.uses[2] == pytest.approx(2 / 3 * uses, rel=0.02)
    assert torch.allclose(codebook.sums[2], codebook.vectors[2] * codebook.uses[2])


@pytest.mark.parametrize("uses", [1.0, 100.0])
def test_a_code_in_use_does_not_restart(codebook, generator, uses):
    codebook.uses.copy_(torch.tensor([uses, uses, DEAD_SHARE * uses]))
    codebook.sums.copy_(codebook.vectors * codebook.uses.unsqueeze(1))
    codebook.update(Z, generator)
    assert torch.allclose(codebook.vectors[2], torch.tensor([0.0, 10.0]))


def test_the_first_update_starts_every_code_at_an_encoder_output(generator):
    book = Codebook(5, 2)
    z = torch.randn(4, 8, 2, generator=generator) + 100  # far from where codes are made
    book.update(z, generator)
    assert book.started
    assert (book.vectors > 90).all()


def test_updates_depend_on_the_generator_alone():
    books = []
    for seed in (1, 1, 2):
        torch.manual_seed(7)
        book = Codebook(5, 2)
        z = torch.randn(4, 8, 2)
        book.update(z, torch.Generator().manual_seed(seed))
        books.append(book.vectors)
    assert torch.equal(books[0], books[1])
    assert not torch.equal(books[0], books[2])
