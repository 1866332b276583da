"""What the paper and this project claim of Table 1, held against the measured numbers."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pocket_studio.research.evaluation.results import (
    Control,
    Expression,
    Reconstruction,
    RowResult,
)
from pocket_studio.research.evaluation.splits import Group, Paired, Score, of_row

_RELATIONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    "<": operator.lt,
    "≥": operator.ge,
    "≤": operator.le,
}
_OF_VALUES: Final[Mapping[str, Callable[[Expression], float | None]]] = {
    "velocity KL": lambda scores: scores.velocity_kl,
    "velocity MSE": lambda scores: scores.velocity_mse,
    "microtiming KL": lambda scores: scores.microtiming_kl,
    "microtiming MSE": lambda scores: scores.microtiming_mse,
}
_OF_RECONSTRUCTION: Final[Mapping[str, Callable[[Reconstruction], float | None]]] = {
    "note F1": lambda scores: scores.note_f1,
    "micro F1": lambda scores: scores.note_f1_micro,
    "codes used": lambda scores: scores.codes_used,
    "genre accuracy": lambda scores: scores.genre_accuracy,
    **_OF_VALUES,
}
_OTHERS: Final = ("knn", "one-step", "two-step-vae", "two-step-vq", "genres", "genres-patterns")


@dataclass(frozen=True)
class Claim:
    """A score and what it should be.

    Attributes
    ----------
    text : str
    scores : tuple of Score
        Of several the lowest counts.
    relation : str
        One of > < ≥ ≤.
    target : float
        The number to compare with; with `references` the factor of the best of those scores.
    references : tuple of Score
        The scores to compare with, if any.
    """

    text: str
    scores: tuple[Score, ...]
    relation: str
    target: float = 1.0
    references: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A claim with the two numbers, which are None where one is not measured.

    `difference` is that of one score from another of the same kind, over at least two splits.
    """

    claim: Claim
    score: float | None
    bound: float | None
    difference: Paired | None = None

    @property
    def holds(self) -> bool | None:
        if self.score is None or self.bound is None:
            return None
        return _RELATIONS[self.claim.relation](self.score, self.bound)


def verdict(claim: Claim, group: Group) -> Verdict:
    """Hold `claim` against the means over the splits of `group` that have all of its scores."""
    if not claim.references:
        alone = [each.mean for each in group.measured(*claim.scores)]
        return Verdict(claim, min(alone, default=None), claim.target)
    reference = _best(claim, group)
    if reference is None or not (measured := group.measured(*claim.scores, reference)):
        return Verdict(claim, None, None)
    *scores, bound = (each.mean for each in measured)
    alike = len(scores) == 1 and claim.target == 1
    difference = group.paired(claim.scores[0], reference) if alike else None
    return Verdict(claim, min(scores), bound * claim.target, difference)


def _best(claim: Claim, group: Group) -> Score | None:
    """Return the best of the measured reference scores: the hardest to keep to."""
    means = {
        reference: measured[0].mean
        for reference in claim.references
        if (measured := group.measured(reference))
    }
    best = max if claim.relation in ">≥" else min
    return best(means, key=lambda reference: means[reference], default=None)


def _reconstruction(row: str, title: str) -> Score:
    score = _OF_RECONSTRUCTION[title]
    return of_row(row, lambda result: score(result.reconstruction))


def _cascade(row: str, title: str) -> Score:
    score = _OF_VALUES[title]
    return of_row(row, lambda result: score(result.reconstruction.cascade))


def _ordered(
    title: str,
    row: str,
    relation: str,
    other_row: str,
    score: Callable[[str, str], Score] = _reconstruction,
) -> Claim:
    """Claim that two rows differ as `relation` says in the score that `title` begins with."""
    name = title.split(":")[0]
    return Claim(title, (score(row, name),), relation, references=(score(other_row, name),))


def _best_of_all(title: str, relation: str) -> Claim:
    """Claim that the model that ships has the best score of all rows in the column `title`."""
    others = tuple(_reconstruction(row, title) for row in _OTHERS)
    shipped = _reconstruction("shipped", title)
    return Claim(f"{title}: shipped best of all", (shipped,), relation, 1.0, others)


def _reached(title: str, row: str, relation: str, target: float) -> Claim:
    """Claim that `row` reaches `target` in the score that `title` ends with."""
    return Claim(title, (_reconstruction(row, title.split(": ")[1]),), relation, target)


def _control(row: str, score: Callable[[Control], float | None]) -> Score:
    return of_row(row, lambda result: None if result.control is None else score(result.control))


def _followed(title: str, row: str) -> tuple[Claim, Claim]:
    """Claim that what is painted comes out, as it is asked and when the request is flipped."""
    both = "lower of asked and flipped"
    sign = (
        _control(row, lambda control: control.pushed_followed),
        _control(row, lambda control: control.pushed_followed_flipped),
        _control(row, lambda control: control.laid_back_followed),
        _control(row, lambda control: control.laid_back_followed_flipped),
    )
    loudness = (
        _control(row, lambda control: control.velocity_class_within_one),
        _control(row, lambda control: control.velocity_class_within_one_flipped),
    )
    return (
        Claim(f"{title}: microtiming's sign, {both}", sign, "≥", 0.90),
        Claim(f"{title}: velocity class within one, {both}", loudness, "≥", 0.85),
    )


def _called_funk(result: RowResult) -> float | None:
    return None if result.generation is None else result.generation.genre_shares["funk"]


_ALL_FUNK: Final = (of_row("genres", lambda result: result.told_funk_called_funk),)

CLAIMS: Final = (
    _ordered("note F1: 2-step (VQ-VAE) over 2-step (VAE)", "two-step-vq", ">", "two-step-vae"),
    _ordered("note F1: 2-step (VAE) over K-NN", "two-step-vae", ">", "knn"),
    _ordered("velocity MSE: 2-step (VQ-VAE) under 1-step", "two-step-vq", "<", "one-step"),
    _ordered("microtiming MSE: 2-step (VQ-VAE) under 1-step", "two-step-vq", "<", "one-step"),
    _ordered("microtiming KL: 2-step (VQ-VAE) under 1-step", "two-step-vq", "<", "one-step"),
    *(
        _ordered(
            f"{score}: the same, both on the notes that came back",
            "two-step-vq",
            "<",
            "one-step",
            _cascade,
        )
        for score in ("velocity MSE", "microtiming MSE", "microtiming KL")
    ),
    _ordered("microtiming KL: patterns under +genres alone", "genres-patterns", "<", "genres"),
    _ordered("microtiming MSE: patterns under +genres alone", "genres-patterns", "<", "genres"),
    _best_of_all("note F1", ">"),
    _best_of_all("velocity KL", "<"),
    _best_of_all("velocity MSE", "<"),
    _best_of_all("microtiming KL", "<"),
    _best_of_all("microtiming MSE", "<"),
    _best_of_all("genre accuracy", ">"),
    Claim(
        "all told funk: called funk at least twice as often as 2-step (VQ-VAE), told nothing",
        _ALL_FUNK,
        "≥",
        2.0,
        (of_row("two-step-vq", _called_funk),),
    ),
    Claim("all told funk: the majority is called funk", _ALL_FUNK, ">", 0.5),
    *_followed("+genres+patterns", "genres-patterns"),
    _reached("+genres+patterns: micro F1", "genres-patterns", "≥", 0.90),
    _reached("+genres+patterns: velocity MSE", "genres-patterns", "≤", 0.0025),
    _reached("+genres+patterns: microtiming MSE", "genres-patterns", "≤", 0.007),
    _reached("+genres+patterns: velocity KL", "genres-patterns", "≤", 0.02),
    _reached("+genres+patterns: microtiming KL", "genres-patterns", "≤", 0.02),
    _reached("+genres+patterns: codes used", "genres-patterns", "≥", 64),
    _reached("shipped: micro F1", "shipped", "≥", 0.95),
    *_followed("shipped", "shipped"),
)
