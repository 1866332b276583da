"""The state of an unfinished training run, one safetensors file written whole after each epoch."""

import hashlib
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from pocket_studio.errors import CheckpointError
from pocket_studio.files import write_atomically

_MODEL, _BEST, _OPTIMIZER = "model.", "best.", "optimizer."


def save_state(
    path: Path,
    model: nn.Module,
    best: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write weights, best weights so far, the optimizer's moments and `progress` (JSON values)."""
    tensors = {_MODEL + name: tensor for name, tensor in model.state_dict().items()}
    tensors |= {_BEST + name: tensor for name, tensor in best.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"{_OPTIMIZER}{index}.{name}": tensor for name, tensor in moments.items()}
    contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
    metadata = {"progress": json.dumps(progress)}
    metadata["sha256"] = _sha256(contiguous, metadata["progress"])
    write_atomically(path, safetensors.torch.save(contiguous, metadata=metadata))


def load_state(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Restore what `save_state` wrote; return the best weights so far and the progress.

    Raises
    ------
    CheckpointError
        If the file is damaged or of another model.
    """
    tensors, progress = _read(path)
    try:
        model.load_state_dict(_part(tensors, _MODEL))
        state = optimizer.state_dict()
        for name, tensor in _part(tensors, _OPTIMIZER).items():
            index, moment = name.split(".")
            state["state"].setdefault(int(index), {})[moment] = tensor
        optimizer.load_state_dict(state)
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise _damaged(path) from None
    return _part(tensors, _BEST), progress


def load_best(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return the best weights so far and the progress that `save_state` wrote to `path`.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    tensors, progress = _read(path)
    return _part(tensors, _BEST), progress


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            progress = json.loads(metadata["progress"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (OSError, KeyError, TypeError, ValueError, SafetensorError):
        raise _damaged(path) from None
    # A state of before it had a checksum is taken as it is.
    if metadata.get("sha256") not in {None, _sha256(tensors, metadata["progress"])}:
        raise _damaged(path)
    return tensors, progress


def _sha256(tensors: dict[str, Tensor], progress: str) -> str:
    """Return the SHA-256 of all names, types, shapes and values, and of the progress."""
    digest = hashlib.sha256(progress.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(f"cannot resume from {path}: remove it to train from the start")


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}
