"""The genre classifier (section 4.2), and what any classifier says of played grooves."""

from pathlib import Path
from typing import Final

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor, nn

from pocket_studio.errors import CheckpointError
from pocket_studio.files import write_atomically
from pocket_studio.music.genres import GENRES
from pocket_studio.places import CHECKPOINT_DIR
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.evaluation.results import GenreScores
from pocket_studio.research.evaluation.systems import Played

GENRE_CLASSIFIER: Final = CHECKPOINT_DIR / "genre-classifier.safetensors"


def save_classifier(model: GrooveClassifier, path: Path) -> None:
    """Write a classifier's weights to `path`."""
    write_atomically(path, safetensors.torch.save(model.state_dict()))


def load_classifier(path: Path, n_classes: int) -> GrooveClassifier:
    """Read a classifier's weights from `path`.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged or of another classifier.
    """
    model = GrooveClassifier(n_classes)
    try:
        model.load_state_dict(safetensors.torch.load(path.read_bytes()))
    except OSError as error:
        raise CheckpointError(f"cannot read the classifier {path}: {error.strerror}") from None
    except (RuntimeError, SafetensorError):
        raise CheckpointError(f"{path} is not a classifier of {n_classes} classes") from None
    return model.eval()


@torch.inference_mode()
def probabilities(model: nn.Module, played: Played) -> NDArray[np.float32]:
    """Return each class's probability [n, n_classes] for each groove.

    `model` makes logits of N, V and M, as `GrooveClassifier` does.
    """
    parts = [
        torch.softmax(model(*_tensors(played, slice(first, first + 256))), -1)
        for first in range(0, len(played.note), 256)
    ]
    return np.asarray(torch.cat(parts).numpy(), np.float32)


def genre_scores(model: GrooveClassifier, played: Played, genre: NDArray[np.int8]) -> GenreScores:
    """Return the share classified as their `genre` [n], of all and by genre, and the confusion."""
    found = probabilities(model, played).argmax(-1)
    confusion = np.zeros((len(GENRES), len(GENRES)))
    np.add.at(confusion, (genre, found), 1)
    n_grooves = confusion.sum(axis=1, keepdims=True)
    shares = confusion / np.maximum(n_grooves, 1)
    n_found = np.bincount(found, minlength=len(GENRES))
    return GenreScores(
        genre_accuracy=float((found == genre).mean()),
        genre_accuracy_by_genre={
            name: float(shares[number, number]) if n_grooves[number] else None
            for number, name in enumerate(GENRES)
        },
        genre_shares=dict(zip(GENRES, (n_found / len(found)).tolist(), strict=True)),
        confusion=shares.tolist(),
    )


def _tensors(played: Played, at: slice) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.from_numpy(played.note[at]),
        torch.from_numpy(played.velocity[at]),
        torch.from_numpy(played.microtiming[at]),
    )
