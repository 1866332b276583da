"""The results of Table 1's splits, read back from what `table` has written, and their means."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from pocket_studio.errors import CheckpointError, MissingPartError
from pocket_studio.music.grid import N_BEATS
from pocket_studio.research.corpus import BY_SESSION, BY_TRACK, OFFICIAL, SPLITS
from pocket_studio.research.evaluation.results import RowResult, TableResults
from pocket_studio.research.training.loop import Epoch
from pocket_studio.research.typed import from_json

Found = TypeVar("Found")
Score = Callable[[TableResults], float | None]
"""A score in a split's results; None if it is not measured, or the data define none."""

_KINDS: Final = {
    "By session": BY_SESSION,
    "Official split": (OFFICIAL,),
    "By track": BY_TRACK,
}


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
    splits : Mapping of str to TableResults
    """

    title: str
    splits: Mapping[str, TableResults]

    def measured(self, *scores: Score) -> list[Measured]:
        """Return the means of `scores` in the splits that have all of them; empty without any."""
        found = self._found(scores)
        return [
            Measured(
                float(np.mean(numbers)),
                float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None,
                tuple(found),
            )
            for numbers in zip(*found.values(), strict=True)
        ]

    def paired(
        self, score: Score, other: Score, of: Callable[[float], float] = lambda number: number
    ) -> Paired | None:
        """Return how `score` and `other` differ, None with less than two splits that have both.

        Of each number `of` makes what is compared.
        """
        pairs = self._found((score, other)).values()
        differences = [of(number) - of(reference) for number, reference in pairs]
        if len(differences) < 2:
            return None
        deviation = float(np.std(differences, ddof=1))
        return Paired(float(np.mean(differences)), deviation / math.sqrt(len(differences)))

    def _found(self, scores: Sequence[Score]) -> dict[str, list[float]]:
        found = {
            split: [number for score in scores if (number := score(results)) is not None]
            for split, results in self.splits.items()
        }
        return {split: numbers for split, numbers in found.items() if len(numbers) == len(scores)}


def of_row(
    name: str, found: Callable[[RowResult], Found | None]
) -> Callable[[TableResults], Found | None]:
    """Return what finds something in the row `name`, or None where the row is not measured."""
    return lambda results: found(results.rows[name]) if name in results.rows else None


def read_results(results_dir: Path, budget: str) -> dict[str, TableResults]:
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
        if _shared(other) != _shared(first):
            raise CheckpointError(
                f"the results of splits {first.split} and {other.split} are not of one "
                "budget, seed and data: remove those that are out of date"
            )
    return splits


def groups_of(splits: Mapping[str, TableResults]) -> list[Group]:
    """Return the kinds of splits there are; scores of two kinds are never averaged."""
    groups = [
        Group(title, {split: splits[split] for split in kind if split in splits})
        for title, kind in _KINDS.items()
    ]
    return [group for group in groups if group.splits]


def _shared(results: TableResults) -> tuple[object, ...]:
    return results.budget, results.seed, results.archive_sha256


def _read(path: Path) -> TableResults:
    try:
        results = from_json(TableResults, path.read_text(encoding="utf-8"))
    except ValueError:
        raise CheckpointError(f"{path} does not hold results of table1: remove it") from None
    if "two-step-vae" not in results.rows or not (curve := results.curves.get("note-vae")):
        return results
    vae = replace(results.rows["two-step-vae"], bits_per_beat=_vae_bits_per_beat(curve))
    return replace(results, rows={**results.rows, "two-step-vae": vae})


def _vae_bits_per_beat(curve: list[Epoch]) -> float:
    """Return the rate of NOTE as a regular VAE: its last KL divergence, logged in nats a window."""
    return float(curve[-1]["note_kl"]) / math.log(2) / N_BEATS
