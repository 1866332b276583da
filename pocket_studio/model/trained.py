"""Checkpoints of models in torch, and back again: for training and evaluation."""

from collections.abc import Mapping
from typing import Any

import torch

from pocket_studio.model import graphs
from pocket_studio.model.checkpoint import Checkpoint
from pocket_studio.model.pocket_vae import BeatPocketVAE


def checkpoint_of(
    model: BeatPocketVAE, code_usage: Mapping[str, list[float]], training: Mapping[str, Any]
) -> Checkpoint:
    """Return `model` as it is now as a checkpoint; the first of these sizes takes seconds."""
    weights = {name: weight.copy() for name, weight in graphs.weights_of(model).items()}
    return Checkpoint(model.config, weights, graphs.export(model.config), code_usage, training)


def model_of(checkpoint: Checkpoint) -> BeatPocketVAE:
    """Return the model of `checkpoint` in torch, in evaluation mode."""
    model = BeatPocketVAE(checkpoint.config)
    model.load_state_dict(
        {name: torch.from_numpy(checkpoint.weights[name].copy()) for name in model.state_dict()}
    )
    return model.eval()
