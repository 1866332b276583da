"""What the paper and this project claim of Table 1, held against the measured numbers."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pocket_studio.research.evaluation.results import Group, Paired

_RELATIONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    "<": operator.lt,
    "≥": operator.ge,
    "≤": operator.le,
}
_SCORES: Final = {
    "note F1": "note_f1",
    "micro F1": "note_f1_micro",
    "velocity KL": "velocity_kl",
    "velocity MSE": "velocity_mse",
    "microtiming KL": "microtiming_kl",
    "microtiming MSE": "microtiming_mse",
    "codes used": "codes_used",
    "genre accuracy": "genre_accuracy",
}
_OTHERS: Final = ("knn", "one-step", "two-step-vae", "two-step-vq", "genres", "genres-patterns")


@dataclass(frozen=True)
class Claim:
    """A score and what it should be.

    Attributes
    ----------
    text : str
    paths : tuple of str
        Where in the results' rows the score is; of several the lowest counts.
    relation : str
        One of > < ≥ ≤.
    target : float
        The number to compare with; with `references` the factor of the best of those scores.
    references : tuple of str
        The scores to compare with, if any.
    """

    text: str
    paths: tuple[str, ...]
    relation: str
    target: float = 1.0
    references: tuple[str, ...] = ()


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
    paths = [f"rows.{path}" for path in claim.paths]
    if not claim.references:
        scores = [each.mean for each in group.measured(*paths)]
        return Verdict(claim, min(scores, default=None), claim.target)
    reference = _best(claim, group)
    if reference is None or not (measured := group.measured(*paths, reference)):
        return Verdict(claim, None, None)
    *scores, bound = (each.mean for each in measured)
    alike = len(paths) == 1 and claim.target == 1
    difference = group.paired(paths[0], reference) if alike else None
    return Verdict(claim, min(scores), bound * claim.target, difference)


def _best(claim: Claim, group: Group) -> str | None:
    """Return where the best of the measured reference scores is: the hardest to keep to."""
    means = {
        path: measured[0].mean
        for reference in claim.references
        if (measured := group.measured(path := f"rows.{reference}"))
    }
    best = max if claim.relation in ">≥" else min
    return best(means, key=lambda path: means[path], default=None)


def _ordered(title: str, row: str, relation: str, other_row: str, notes: str = "") -> Claim:
    """Claim that two rows differ as `relation` says in the score that `title` begins with.

    `notes` "cascade." compares them on the notes that came back.
    """
    score = f"reconstruction.{notes}{_SCORES[title.split(':')[0]]}"
    return Claim(title, (f"{row}.{score}",), relation, references=(f"{other_row}.{score}",))


def _best_of_all(title: str, relation: str) -> Claim:
    """Claim that the model that ships has the best score of all rows in the column `title`."""
    score = f"reconstruction.{_SCORES[title]}"
    others = tuple(f"{row}.{score}" for row in _OTHERS)
    return Claim(f"{title}: shipped best of all", (f"shipped.{score}",), relation, 1.0, others)


def _reached(title: str, row: str, relation: str, target: float) -> Claim:
    """Claim that `row` reaches `target` in the score that `title` ends with."""
    score = f"reconstruction.{_SCORES[title.split(': ')[1]]}"
    return Claim(title, (f"{row}.{score}",), relation, target)


def _followed(title: str, row: str) -> tuple[Claim, Claim]:
    """Claim that what is painted comes out, as it is asked and when the request is flipped."""
    both = "lower of asked and flipped"
    sign, loudness = (
        tuple(f"{row}.control.{name}{way}" for name in names for way in ("", "_flipped"))
        for names in (("pushed_followed", "laid_back_followed"), ("velocity_class_within_one",))
    )
    return (
        Claim(f"{title}: microtiming's sign, {both}", sign, "≥", 0.90),
        Claim(f"{title}: velocity class within one, {both}", loudness, "≥", 0.85),
    )


_ALL_FUNK: Final = ("genres.all_funk.genre_shares.funk",)

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
            "cascade.",
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
        ("two-step-vq.generation.genre_shares.funk",),
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
