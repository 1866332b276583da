"""What the modules share in their use of GRUs [25]."""

from torch import Tensor, nn

Cell = tuple[Tensor, Tensor, Tensor, Tensor]


def cells(gru: nn.GRU) -> list[Cell]:
    """Return each layer's parameters, in the order `torch.gru_cell` takes them.

    Looked up once a call rather than once a step: at a batch of one the look-ups cost as much as
    the products.
    """
    parameters: list[Tensor] = [weight for layer in gru.all_weights for weight in layer]
    return [
        (parameters[i], parameters[i + 1], parameters[i + 2], parameters[i + 3])
        for i in range(0, len(parameters), 4)
    ]


def split_start(start: Tensor, n_parts: int) -> Tensor:
    """Split `start` [B, n_parts * hidden] into a GRU's first states [n_parts, B, hidden]."""
    return start.view(len(start), n_parts, -1).transpose(0, 1).contiguous()
