"""What is measured, as types that `research/typed` reads from JSON and writes to it.

A field without a default is always in a file, null where the data define no score; one with a
default of None is left out where it is not measured. Velocities are in 0..1, microtimings in half
sixteenths, shares in 0..1; formulas and ranges are in `research/metrics`.
"""

from dataclasses import dataclass

from pocket_studio.research.evaluation.config import Budget
from pocket_studio.research.training.loop import Epoch


@dataclass(frozen=True, kw_only=True)
class Distributions:
    """What does not compare hit with hit: the mean metrical KL and the spread of V and M."""

    velocity_kl: float | None
    velocity_spread: float | None
    microtiming_kl: float | None
    microtiming_spread: float | None


@dataclass(frozen=True, kw_only=True)
class Expression(Distributions):
    """How V and M came back: also the squared error, of all cells and of the humans' hits."""

    velocity_mse: float
    velocity_mse_hits: float
    microtiming_mse: float
    microtiming_mse_hits: float


@dataclass(frozen=True, kw_only=True)
class MetricalMeans:
    """Mean V and M at 1, e, & and a (Figure 4); None where there is no hit."""

    velocity: list[float | None]
    microtiming: list[float | None]


@dataclass(frozen=True, kw_only=True)
class GenreScores:
    """What the classifier takes grooves for.

    Attributes
    ----------
    genre_accuracy : float
    genre_accuracy_by_genre : dict of str to float or None
        None for a genre without grooves.
    genre_shares : dict of str to float
        Share of all grooves that is taken for each genre.
    confusion : list [6][6]
        A row for each genre, normalised, of what its grooves are taken for; without any, of 0.
    """

    genre_accuracy: float
    genre_accuracy_by_genre: dict[str, float | None]
    genre_shares: dict[str, float]
    confusion: list[list[float]]


@dataclass(frozen=True, kw_only=True)
class Reconstruction(Expression):
    """Scores of section 4.2.

    Attributes
    ----------
    cascade : Expression
        V and M on the notes that came back, where one-step and two-step models are alike: a wrong
        note costs both.
    codes_used : int or None
        None for a system without codes.
    metrical_means : dict of str to MetricalMeans
        By genre.
    genre_accuracy, genre_accuracy_by_genre, genre_shares, confusion : optional
        As in `GenreScores`, of the grooves that came back to the windows that have a genre.
    """

    n_windows: int
    note_f1: float
    note_f1_micro: float
    note_exact: float
    cascade: Expression
    codes_used: int | None
    metrical_means: dict[str, MetricalMeans]
    genre_accuracy: float | None = None
    genre_accuracy_by_genre: dict[str, float | None] | None = None
    genre_shares: dict[str, float] | None = None
    confusion: list[list[float]] | None = None


@dataclass(frozen=True, kw_only=True)
class Discriminated:
    """How well discriminators tell grooves from the humans': mean AUC and its sd; .5 is chance."""

    auc: float
    auc_sd: float


@dataclass(frozen=True, kw_only=True)
class Diversity:
    """How much takes for one template differ, averaged over all pairs of takes.

    Attributes
    ----------
    diversity_note : float
        1 - micro note F1 of the two.
    diversity_velocity, diversity_microtiming : float or None
        Mean absolute difference at the hits that they share.
    """

    diversity_note: float
    diversity_velocity: float | None
    diversity_microtiming: float | None


@dataclass(frozen=True, kw_only=True)
class Generation(Distributions, Diversity, GenreScores):
    """Scores of new grooves.

    Attributes
    ----------
    kicks_kept, two_four_snares_kept : float or None
        Share of windows that play all of the template's, among those that ask for any.
    discriminator : Discriminated, optional
        None in results from before there was one.
    """

    n_windows: int
    hits_per_window: float
    hits_per_window_human: float
    note_f1_micro_to_human: float
    kicks_kept: float | None
    two_four_snares_kept: float | None
    discriminator: Discriminated | None = None


@dataclass(frozen=True, kw_only=True)
class Control:
    """Share of painted steps with a hit that come out as asked, and with the request flipped."""

    pushed_followed: float | None
    laid_back_followed: float | None
    velocity_class_exact: float | None
    velocity_class_within_one: float | None
    pushed_followed_flipped: float | None
    laid_back_followed_flipped: float | None
    velocity_class_exact_flipped: float | None
    velocity_class_within_one_flipped: float | None


@dataclass(frozen=True, kw_only=True)
class Example:
    """M [32][7] of one template as the human played it, painted pushed and painted laid back."""

    human: list[list[float]]
    pushed: list[list[float]]
    laid_back: list[list[float]]


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What new grooves are taken for, told their own genre and all told funk (Figure 5)."""

    generation: GenreScores
    all_funk: GenreScores


@dataclass(frozen=True, kw_only=True)
class RowScores:
    """The scores of a system, as far as it can do what they measure.

    Attributes
    ----------
    bits_per_beat : float, optional
        The rate of NOTE.
    all_funk : GenreScores, optional
        New grooves all told funk.
    code_counts : dict of str to list of int, optional
        How often the prior draws each code, for each genre (Figure 7).
    as_learnt : Recognised, optional
        Figure 5 of the model over beats at a guidance of 1.
    control, example : optional
        Painted contours (Figure 6).
    example_of_a_drum : Example, optional
        With the dominant cymbal alone painted.
    """

    reconstruction: Reconstruction
    bits_per_beat: float | None = None
    generation: Generation | None = None
    all_funk: GenreScores | None = None
    code_counts: dict[str, list[int]] | None = None
    as_learnt: Recognised | None = None
    control: Control | None = None
    example: Example | None = None
    example_of_a_drum: Example | None = None

    @property
    def told_funk_called_funk(self) -> float | None:
        """Share of new grooves that is taken for funk, all told funk."""
        return None if self.all_funk is None else self.all_funk.genre_shares["funk"]


@dataclass(frozen=True, kw_only=True)
class RowResult(RowScores):
    """A row of Table 1: its scores, and what they are of.

    Attributes
    ----------
    digest : str
        A hash of what decides the result.
    parts : list of str
        Names of the trained parts.
    training_s, scoring_s : float or None
        Seconds on the clock.
    libraries : dict of str to str
        Their versions.
    """

    title: str
    digest: str
    parts: list[str]
    training_s: float | None
    scoring_s: float
    libraries: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Human(GenreScores):
    """What is measured of the humans' test windows, the bound of the genre accuracy."""

    metrical_means: dict[str, MetricalMeans]
    template_note_f1_micro: float


@dataclass(frozen=True, kw_only=True)
class WindowCounts:
    """How many windows a split has in each part."""

    train: int
    validation: int
    test: int


@dataclass(frozen=True, kw_only=True)
class TableSettings:
    """What the results of a split are of."""

    split: str
    budget: Budget
    seed: int
    archive_sha256: str
    n_windows: WindowCounts


@dataclass(frozen=True, kw_only=True)
class TableResults(TableSettings):
    """The results of a split.

    Attributes
    ----------
    human : Human, optional
    rows : dict of str to RowResult
        By the name in `protocol.ROWS`.
    curves : dict of str to list of Epoch
        The training of each part.
    """

    human: Human | None = None
    rows: dict[str, RowResult]
    curves: dict[str, list[Epoch]]
