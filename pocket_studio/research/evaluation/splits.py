"""The results of Table 1's splits, read back from the JSON that `table` has written."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pocket_studio.errors import CheckpointError, MissingPartError
from pocket_studio.music.grid import N_BEATS
from pocket_studio.research.corpus import BY_SESSION, BY_TRACK, OFFICIAL, SPLITS

Results = dict[str, Any]

_KINDS: Final = {
    "By session": BY_SESSION,
    "Official split": (OFFICIAL,),
    "By track": BY_TRACK,
}
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
class Paired:
    """A score's difference from another, split by split.

    Attributes
    ----------
    mean : float
    standard_error : float
        The sample's standard deviation over the splits by the square root of their number.
    """

    mean: float
    standard_error: float

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than two standard errors."""
        return abs(self.mean) > 2 * self.standard_error


@dataclass(frozen=True)
class Group:
    """Splits of one kind, whose scores are averaged.

    Attributes
    ----------
    title : str
    splits : Mapping of str to Results
    """

    title: str
    splits: Mapping[str, Results]

    def measured(self, *paths: str) -> list[Measured]:
        """Return the scores at `paths` in the splits that have all of them; empty without any."""
        found = self._found(paths)
        return [
            Measured(
                float(np.mean(scores)),
                float(np.std(scores, ddof=1)) if len(scores) > 1 else None,
                tuple(found),
            )
            for scores in zip(*found.values(), strict=True)
        ]

    def paired(
        self, path: str, other: str, of: Callable[[float], float] = lambda score: score
    ) -> Paired | None:
        """Return how the scores at `path` and `other` differ, None with less than two splits.

        Of each score `of` makes what is compared.
        """
        pairs = self._found((path, other)).values()
        differences = [of(score) - of(reference) for score, reference in pairs]
        if len(differences) < 2:
            return None
        deviation = float(np.std(differences, ddof=1))
        return Paired(float(np.mean(differences)), deviation / math.sqrt(len(differences)))

    def mean_at(self, path: str) -> Any:
        """Return the mean of what is at `path`, number by number of lists and dicts, or None.

        What some splits lack, or have as None, is the mean of the others.
        """
        return _mean([value(results, path) for results in self.splits.values()])

    def _found(self, paths: Sequence[str]) -> dict[str, list[float]]:
        return {
            split: scores
            for split, results in self.splits.items()
            if None not in (scores := [value(results, path) for path in paths])
        }


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
    """Return the kinds of splits there are; scores of two kinds are never averaged."""
    groups = [
        Group(title, {split: splits[split] for split in kind if split in splits})
        for title, kind in _KINDS.items()
    ]
    return [group for group in groups if group.splits]


def value(results: Results, path: str) -> Any:
    """Return what is at `path`, keys with points between, in `results`; None if it is not there."""
    found: Any = results
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def _mean(values: Sequence[Any]) -> Any:
    there = [each for each in values if each is not None]
    if not there:
        return None
    if isinstance(there[0], dict):
        keys = dict.fromkeys(key for each in there for key in each)
        return {key: _mean([each.get(key) for each in there]) for key in keys}
    if isinstance(there[0], list):
        return [_mean(each) for each in zip(*there, strict=True)]
    return float(np.mean(there))


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
