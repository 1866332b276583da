import pytest
import torch
from torch import nn

from pocket_studio.model.trunk import Trunk, everywhere, to_beats


@pytest.mark.parametrize("causal", [True, False])
def test_a_causal_trunk_hears_only_the_beats_before(causal):
    torch.manual_seed(0)
    trunk = Trunk(5, 8, 2, 2, 0.0, causal=causal).eval()
    beats = torch.randn(1, 8, 5)
    changed = beats.clone()
    changed[:, 3] += 1
    differs = (trunk(beats) - trunk(changed)).abs().amax((0, 2)) > 1e-6
    assert differs.tolist() == [not causal] * 3 + [True] * 5


def test_beat_after_beat_is_the_same_as_all_at_once():
    torch.manual_seed(0)
    trunk = Trunk(5, 8, 2, 2, 0.0, causal=True).eval()
    for layer in trunk.layers:
        nn.init.normal_(layer.bias)
    beats, states = torch.randn(2, 8, 5), []
    past = torch.randn(trunk.no_past(beats).shape)  # what is there of later beats is not heard
    for n in range(8):
        state, past = trunk.after(trunk.project(beats[:, n]), past, torch.tensor([n]))
        states.append(state)
    assert torch.allclose(torch.stack(states, 1), trunk(beats), atol=1e-6)


def test_beats_are_four_steps_of_seven_drums():
    steps = torch.arange(2 * 32 * 7).view(2, 32, 7)
    assert torch.equal(to_beats(steps)[1, 2].view(4, 7), steps[1, 8:12])
    assert torch.equal(everywhere(torch.tensor([[1, 2]])), torch.tensor([[[1, 2]] * 8]))
