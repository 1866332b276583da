"""The results of Table 1's splits, read back from the JSON that `table` has written."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pocket_studio.corpus import SPLITS
from pocket_studio.errors import CheckpointError, MissingPartError
from pocket_studio.grid import N_BEATS

Results = dict[str, Any]

OFFICIAL: Final = "official"
_SHARED: Final = ("budget", "seed", "archive_sha256")


@dataclass(frozen=True)
class Measured:
    """A score in one or several splits.

    Attributes
    ----------
    mean : float
    sd : float or None
        The sample's standard deviation over the splits, None for a single one.
    splits : tuple of str
    """

    mean: float
    sd: float | None
    splits: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Splits whose scores are averaged: the official one alone, or the random ones.

    Attributes
    ----------
    splits : Mapping of str to Results
    """

    splits: Mapping[str, Results]

    @property
    def is_official(self) -> bool:
        return OFFICIAL in self.splits

    def measured(self, *paths: str) -> list[Measured]:
        """Return the scores at `paths` in the splits that have all of them; empty without any."""
        found = {
            split: scores
            for split, results in self.splits.items()
            if None not in (scores := [value(results, path) for path in paths])
        }
        return [
            Measured(
                float(np.mean(scores)),
                float(np.std(scores, ddof=1)) if len(scores) > 1 else None,
                tuple(found),
            )
            for scores in zip(*found.values(), strict=True)
        ]


def read_results(results_dir: Path, budget: str) -> dict[str, Results]:
    """Return the results in `results_dir` of each split measured at `budget`.

    Raises
    ------
    MissingPartError
        If there are none.
    CheckpointError
        If a file is damaged, or two are not of one budget, seed and data.
    """
    paths = {split: results_dir / budget / f"{split}.json" for split in SPLITS}
    splits = {split: _read(path) for split, path in paths.items() if path.is_file()}
    if not splits:
        raise MissingPartError(
            f"no results in {results_dir / budget}: run `python -m pocket_studio evaluate table1`"
        )
    first, *others = splits.values()
    for other in others:
        if any(other[name] != first[name] for name in _SHARED):
            raise CheckpointError(
                f"the results of splits {first['split']} and {other['split']} are not of one "
                "budget, seed and data: remove those that are out of date"
            )
    return splits


def groups_of(splits: Mapping[str, Results]) -> list[Group]:
    """Return the official split and the random ones, which are never averaged with it."""
    official = {split: results for split, results in splits.items() if split == OFFICIAL}
    random = {split: results for split, results in splits.items() if split != OFFICIAL}
    return [Group(each) for each in (official, random) if each]


def value(results: Results, path: str) -> Any:
    """Return what is at `path`, keys with points between, in `results`; None if it is not there."""
    found: Any = results
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def _read(path: Path) -> Results:
    try:
        results: Results = json.loads(path.read_text(encoding="utf-8"))
        rate = _vae_bits_per_beat(results["curves"])
        if "two-step-vae" in results["rows"]:
            results["rows"]["two-step-vae"]["bits_per_beat"] = rate
        _ = [results[name] for name in (*_SHARED, "split", "n_windows", "human")]
    except (ValueError, KeyError, TypeError):
        raise CheckpointError(f"{path} does not hold results of table1: remove it") from None
    return results


def _vae_bits_per_beat(curves: Results) -> float | None:
    """Return the rate of NOTE as a regular VAE: its last KL divergence, logged in nats a window."""
    if "note-vae" not in curves:
        return None
    return float(curves["note-vae"][-1]["note_kl"]) / math.log(2) / N_BEATS
