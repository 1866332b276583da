"""Classifiers of played grooves: the genre (section 4.2), and whether a human played (4.1)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor, nn

from pocket_studio import metrics
from pocket_studio.corpus import GENRES
from pocket_studio.errors import CheckpointError
from pocket_studio.evaluation.systems import Played
from pocket_studio.files import write_atomically
from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT
from pocket_studio.model.groove_classifier import GrooveClassifier

GENRE_CLASSIFIER: Final = DEFAULT_CHECKPOINT.with_name("genre-classifier.safetensors")
_N_EPOCHS: Final = 10
_BATCH_SIZE: Final = 32
_LEARNING_RATE: Final = 2e-3
_HUMAN: Final = 1


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
def probabilities(model: GrooveClassifier, played: Played) -> NDArray[np.float32]:
    """Return each class's probability [n, n_classes] for each groove."""
    parts = [
        torch.softmax(model(*_tensors(played, slice(first, first + 256))), -1)
        for first in range(0, len(played.note), 256)
    ]
    return np.asarray(torch.cat(parts).numpy(), np.float32)


def genre_scores(
    model: GrooveClassifier, played: Played, genre: NDArray[np.int8]
) -> dict[str, Any]:
    """Return the share classified as their `genre` [n], of all and by genre, and the confusion.

    The confusion is a row for each genre, normalised, of what its grooves are taken for. A genre
    without grooves has a row of 0 and the share None.
    """
    found = probabilities(model, played).argmax(-1)
    confusion = np.zeros((len(GENRES), len(GENRES)))
    np.add.at(confusion, (genre, found), 1)
    n_grooves = confusion.sum(axis=1, keepdims=True)
    shares = confusion / np.maximum(n_grooves, 1)
    return {
        "genre_accuracy": float((found == genre).mean()),
        "genre_accuracy_by_genre": {
            name: float(shares[number, number]) if n_grooves[number] else None
            for number, name in enumerate(GENRES)
        },
        "genre_shares": dict(
            zip(
                GENRES,
                (np.bincount(found, minlength=len(GENRES)) / len(found)).tolist(),
                strict=True,
            )
        ),
        "confusion": shares.tolist(),
    }


def human_or_model(
    human: Played, model: Played, track: NDArray[np.int32], seed: int
) -> tuple[float, GrooveClassifier]:
    """Train a discriminator on half of the tracks; return its AUC on the other half, and itself.

    The i-th grooves of `human` and `model` belong to track `track[i]`, so that no track is on both
    sides. An AUC of .5 says that they cannot be told apart.
    """
    random = np.random.default_rng(seed)
    tracks = random.permutation(np.unique(track))
    first_half = np.isin(track, tracks[: len(tracks) // 2])
    discriminator = _trained([_part(human, first_half), _part(model, first_half)], random, seed)
    scores = [
        probabilities(discriminator, _part(played, ~first_half))[:, _HUMAN]
        for played in (human, model)
    ]
    is_human = np.repeat([True, False], [len(score) for score in scores])
    auc = metrics.area_under_curve(np.concatenate(scores).astype(np.float64), is_human)
    return auc, discriminator


def _trained(grooves: Sequence[Played], random: np.random.Generator, seed: int) -> GrooveClassifier:
    """Train a classifier of `grooves`, human first."""
    human, model = grooves
    both = Played(
        *(
            np.concatenate([getattr(human, name), getattr(model, name)])
            for name in ("note", "velocity", "microtiming")
        )
    )
    is_human = torch.from_numpy(np.repeat([_HUMAN, 1 - _HUMAN], [len(human.note), len(model.note)]))
    torch.manual_seed(seed)
    classifier = GrooveClassifier(2)
    optimizer = torch.optim.Adam(classifier.parameters(), lr=_LEARNING_RATE)
    for _ in range(_N_EPOCHS):
        order = random.permutation(len(is_human))
        for first in range(0, len(order), _BATCH_SIZE):
            at = order[first : first + _BATCH_SIZE]
            loss = nn.functional.cross_entropy(classifier(*_tensors(both, at)), is_human[at])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch has no type for it
            optimizer.step()
    return classifier.eval()


def _part(played: Played, which: NDArray[np.bool_]) -> Played:
    return Played(played.note[which], played.velocity[which], played.microtiming[which])


def _tensors(played: Played, at: slice | NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.from_numpy(played.note[at]),
        torch.from_numpy(played.velocity[at]),
        torch.from_numpy(played.microtiming[at]),
    )
