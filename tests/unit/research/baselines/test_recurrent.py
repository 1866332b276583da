import pytest
import torch
from torch import nn

from pocket_studio.research.baselines.recurrent import cells, split_start


@pytest.mark.parametrize("n_layers", [1, 2])
def test_cells_step_as_the_gru_does(generator, n_layers):
    gru = nn.GRU(3, 4, num_layers=n_layers, batch_first=True)
    inputs = torch.randn(5, 6, 3, generator=generator)
    start = torch.randn(n_layers, 5, 4, generator=generator)
    with torch.no_grad():
        expected, _ = gru(inputs, start)
        states = list(start)
        for t in range(6):
            below = inputs[:, t]
            for layer, cell in enumerate(cells(gru)):
                below = states[layer] = torch.gru_cell(below, states[layer], *cell)
            assert torch.allclose(below, expected[:, t], atol=1e-6)


def test_the_start_is_split_layer_by_layer():
    start = torch.arange(12.0).view(2, 6)
    assert split_start(start, 2).tolist() == [[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]
