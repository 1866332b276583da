"""The trained model on disk: weights and graphs as safetensors, everything else as JSON.

`trained` makes checkpoints of models in torch and models of checkpoints; nothing here needs torch.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from pocket_studio.errors import CheckpointError
from pocket_studio.files import atomic_path
from pocket_studio.model.config import BeatConfig
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.places import CHECKPOINT_DIR

FORMAT_VERSION: Final = 4
DEFAULT_CHECKPOINT: Final = CHECKPOINT_DIR / "pocketvae.safetensors"
_SIZES: Final = "sizes"  # of the model that the graphs were made for, in their file
_USAGE_GENRES: Final = (ANY_GENRE, *GENRES)


@dataclass(frozen=True)
class Checkpoint:
    """A trained model with what is needed to use and to judge it.

    Attributes
    ----------
    config : BeatConfig
    weights : Mapping of str to array
    graphs : Mapping of str to bytes
        What the studio runs, as ONNX without weights.
    code_usage : Mapping of str to list of float
        For `any` and each genre, each code's share (0..1) among the codes of the training data.
    training : Mapping
        How it was trained, for the model card.
    digest : str
        First 12 hexadecimal digits of the weights' SHA-256, by which the checkpoint is named.
    """

    config: BeatConfig
    weights: Mapping[str, NDArray[Any]]
    graphs: Mapping[str, bytes]
    code_usage: Mapping[str, list[float]]
    training: Mapping[str, Any]
    digest: str = ""


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write the weights to `path`, graphs and the rest to files beside it, all atomically."""
    weights = safetensors.numpy.save(dict(checkpoint.weights))
    arrays = {name: np.frombuffer(graph, np.uint8) for name, graph in checkpoint.graphs.items()}
    graphs = safetensors.numpy.save({**arrays, _SIZES: np.array(astuple(checkpoint.config))})
    config = {
        "format_version": FORMAT_VERSION,
        "model": asdict(checkpoint.config),
        "genres": list(GENRES),
        "code_usage": dict(checkpoint.code_usage),
        "training": dict(checkpoint.training),
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "graphs_sha256": hashlib.sha256(graphs).hexdigest(),
    }
    graphs_path, config_path = _beside(path)
    # All are complete before any is replaced: the files belong together.
    with (
        atomic_path(path) as new_weights,
        atomic_path(graphs_path) as new_graphs,
        atomic_path(config_path) as new_config,
    ):
        new_weights.write_bytes(weights)
        new_graphs.write_bytes(graphs)
        new_config.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _beside(path: Path) -> tuple[Path, Path]:
    """Return where the graphs are and where the rest is, if the weights are at `path`."""
    return path.with_suffix(".graphs.safetensors"), path.with_suffix(".json")


def load(path: Path = DEFAULT_CHECKPOINT) -> Checkpoint:
    """Read the checkpoint whose weights are at `path`.

    Raises
    ------
    CheckpointError
        If a file is missing or damaged, does not fit the other, or has another format version.
    """
    if path.suffix != ".safetensors":
        raise CheckpointError(f"{path} is not a .safetensors file")
    graphs_path, config_path = _beside(path)
    try:
        config = json.loads(config_path.read_text(encoding="utf-8"))
        weights, graphs = path.read_bytes(), graphs_path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read the checkpoint {path}: {error.strerror}") from None
    except ValueError:
        raise CheckpointError(f"{config_path} is not valid JSON") from None
    if not isinstance(config, dict) or config.get("format_version") != FORMAT_VERSION:
        raise CheckpointError(f"{path} is not a checkpoint of format version {FORMAT_VERSION}")
    sha256, of_graphs = (hashlib.sha256(content).hexdigest() for content in (weights, graphs))
    named = [config.get(name) for name in ("weights_sha256", "graphs_sha256", "genres")]
    if named != [sha256, of_graphs, list(GENRES)]:
        raise CheckpointError(f"{path} does not belong to the files beside it")
    try:
        sizes = BeatConfig(**config["model"])
        arrays = safetensors.numpy.load(graphs)
        if arrays.pop(_SIZES).tolist() != list(astuple(sizes)):
            raise ValueError("the graphs are of a model of other sizes")
        usage = {genre: list(map(float, config["code_usage"][genre])) for genre in _USAGE_GENRES}
        if {len(shares) for shares in usage.values()} != {sizes.codebook_size}:
            raise ValueError("code_usage must have a share for each code")
        return Checkpoint(
            sizes,
            safetensors.numpy.load(weights),
            {name: graph.tobytes() for name, graph in arrays.items()},
            usage,
            dict(config["training"]),
            sha256[:12],
        )
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"the checkpoint {path} is damaged: {reason}") from None
