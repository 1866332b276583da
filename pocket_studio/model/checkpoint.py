"""The trained model on disk: weights as safetensors, everything else as JSON beside them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import safetensors.torch
from safetensors import SafetensorError

from pocket_studio.corpus import ANY_GENRE, GENRES
from pocket_studio.errors import CheckpointError
from pocket_studio.files import atomic_path
from pocket_studio.model.beats.config import BeatConfig
from pocket_studio.model.beats.pocket_vae import BeatPocketVAE

FORMAT_VERSION: Final = 3
DEFAULT_CHECKPOINT: Final = (
    Path(__file__).resolve().parents[2] / "checkpoints" / "pocketvae.safetensors"
)
_USAGE_GENRES: Final = (ANY_GENRE, *GENRES)


@dataclass(frozen=True)
class Checkpoint:
    """A trained model with what is needed to use and to judge it.

    Attributes
    ----------
    model : BeatPocketVAE
        In evaluation mode.
    code_usage : Mapping of str to list of float
        For `any` and each genre, each code's share (0..1) among the codes of the training data.
    training : Mapping
        How it was trained, for the model card.
    digest : str
        First 12 hexadecimal digits of the weights' SHA-256, by which the checkpoint is named.
    """

    model: BeatPocketVAE
    code_usage: Mapping[str, list[float]]
    training: Mapping[str, Any]
    digest: str = ""


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write the weights to `path` and the rest to the same name with `.json`, both atomically."""
    weights = safetensors.torch.save(checkpoint.model.state_dict())
    config = {
        "format_version": FORMAT_VERSION,
        "model": asdict(checkpoint.model.config),
        "genres": list(GENRES),
        "code_usage": dict(checkpoint.code_usage),
        "training": dict(checkpoint.training),
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    # Both are complete before either is replaced: the two files belong together.
    with atomic_path(path) as weights_path, atomic_path(path.with_suffix(".json")) as config_path:
        weights_path.write_bytes(weights)
        config_path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load(path: Path = DEFAULT_CHECKPOINT) -> Checkpoint:
    """Read the checkpoint whose weights are at `path`.

    Raises
    ------
    CheckpointError
        If a file is missing or damaged, does not fit the other, or has another format version.
    """
    if path.suffix != ".safetensors":
        raise CheckpointError(f"{path} is not a .safetensors file")
    config_path = path.with_suffix(".json")
    try:
        config = json.loads(config_path.read_text(encoding="utf-8"))
        weights = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read the checkpoint {path}: {error.strerror}") from None
    except ValueError:
        raise CheckpointError(f"{config_path} is not valid JSON") from None
    if not isinstance(config, dict) or config.get("format_version") != FORMAT_VERSION:
        raise CheckpointError(f"{path} is not a checkpoint of format version {FORMAT_VERSION}")
    sha256 = hashlib.sha256(weights).hexdigest()
    if config.get("weights_sha256") != sha256 or config.get("genres") != list(GENRES):
        raise CheckpointError(f"{path} does not belong to the JSON file beside it")
    try:
        model = BeatPocketVAE(BeatConfig(**config["model"]))
        model.load_state_dict(safetensors.torch.load(weights))
        usage = {genre: list(map(float, config["code_usage"][genre])) for genre in _USAGE_GENRES}
        if {len(shares) for shares in usage.values()} != {model.config.codebook_size}:
            raise ValueError("code_usage must have a share for each code")
        training = dict(config["training"])
    except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"the checkpoint {path} is damaged: {reason}") from None
    return Checkpoint(model.eval(), usage, training, sha256[:12])
