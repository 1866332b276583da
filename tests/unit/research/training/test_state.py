import pytest
import safetensors.torch
import torch
from torch import nn

from pocket_studio.errors import CheckpointError
from pocket_studio.research.training.state import load_best, load_state, save_state


def run(seed, size=3):
    """A model and an optimizer that has taken two steps."""
    torch.manual_seed(seed)
    model = nn.Linear(size, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(4, size)).square().sum().backward()
        optimizer.step()
    return model, optimizer


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "state.safetensors"
    model, optimizer = run(0)
    best = {name: t + 1 for name, t in model.state_dict().items()}
    save_state(path, model, best, optimizer, {"history": [{"epoch": 1, "score": 0.1}]})
    return path


def test_everything_comes_back(saved):
    model, optimizer = run(0)
    other, other_optimizer = run(1)
    best, progress = load_state(saved, other, other_optimizer)
    assert progress == {"history": [{"epoch": 1, "score": 0.1}]}
    for name, tensor in model.state_dict().items():
        assert torch.equal(other.state_dict()[name], tensor)
        assert torch.equal(best[name], tensor + 1)
    expected = optimizer.state_dict()["state"]
    for index, moments in other_optimizer.state_dict()["state"].items():
        for name, tensor in moments.items():
            assert torch.equal(tensor, expected[index][name])


def test_the_best_is_read_without_a_model(saved):
    best, progress = load_best(saved)
    expected, _ = load_state(saved, *run(0))
    assert progress == {"history": [{"epoch": 1, "score": 0.1}]}
    assert best.keys() == expected.keys()
    assert all(torch.equal(best[name], expected[name]) for name in best)


def test_a_missing_state(tmp_path):
    with pytest.raises(CheckpointError, match="cannot resume"):
        load_best(tmp_path / "state.safetensors")


def test_saving_again_replaces_the_file_and_leaves_nothing_else(saved):
    model, optimizer = run(2)
    best = {name: t.clone() for name, t in model.state_dict().items()}
    save_state(saved, model, best, optimizer, {"history": []})
    assert load_state(saved, *run(1))[1] == {"history": []}
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize("share", [0, 0.2, 0.9])
def test_truncated_state(saved, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    with pytest.raises(CheckpointError, match="remove it to train from the start"):
        load_state(saved, *run(0))


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7, 0.999])
def test_a_changed_number_is_damage(saved, place):
    content = bytearray(saved.read_bytes())
    begin = 8 + int.from_bytes(content[:8], "little")  # of the values, after the header
    content[begin + int(place * (len(content) - begin))] ^= 1
    saved.write_bytes(content)
    for load in (lambda: load_state(saved, *run(0)), lambda: load_best(saved)):
        with pytest.raises(CheckpointError, match="remove it to train from the start"):
            load()


def test_changed_progress_is_damage(saved):
    content = saved.read_bytes()
    assert b"0.1" in content
    saved.write_bytes(content.replace(b"0.1", b"0.2"))
    with pytest.raises(CheckpointError, match="remove it to train from the start"):
        load_best(saved)


def test_a_state_of_before_it_had_a_checksum_goes_on(saved):
    with safetensors.safe_open(saved, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        progress = file.metadata()["progress"]
    safetensors.torch.save_file(tensors, saved, {"progress": progress})
    assert load_best(saved)[1] == {"history": [{"epoch": 1, "score": 0.1}]}


def test_state_of_another_model(saved):
    with pytest.raises(CheckpointError, match="cannot resume"):
        load_state(saved, *run(0, size=4))


def test_state_without_progress(saved):
    from safetensors.torch import save_file

    save_file({"model.weight": torch.zeros(2, 3)}, saved)
    with pytest.raises(CheckpointError, match="cannot resume"):
        load_state(saved, *run(0))
