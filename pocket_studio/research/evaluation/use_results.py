"""What `use` measures; shares in 0..1, None where no hit could be counted."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SketchKept:
    """The share of sketched hits that sound: `kept` if asked to keep them, else `free`."""

    kept: float | None
    free: float | None


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What an edit changes outside the beat where it is made.

    Attributes
    ----------
    n_trials : int
        Of those whose sketch has room.
    cells_median, cells_max : float or None
        Cells whose note changed.
    velocity_mean, velocity_max, microtiming_mean, microtiming_max : float or None
        By how much hits did that sound before and after.
    """

    n_trials: int
    cells_median: float | None
    cells_max: float | None
    velocity_mean: float | None
    velocity_max: float | None
    microtiming_mean: float | None
    microtiming_max: float | None


@dataclass(frozen=True, kw_only=True)
class Levels:
    """The mean velocity of kicks and snares, all steps painted softest (1) and loudest (5)."""

    kick_level_1: float | None
    snare_level_1: float | None
    kick_level_5: float | None
    snare_level_5: float | None


@dataclass(frozen=True, kw_only=True)
class Signs:
    """The share of hits that are early, all painted pushed, and late, all laid back."""

    pushed: float | None
    laid_back: float | None


@dataclass(frozen=True, kw_only=True)
class SignsOfOneDrum:
    """What a drum that alone is painted does, and what the others do.

    Attributes
    ----------
    cymbal_followed, kick_followed, snare_followed : float or None
        The share of its hits whose sign is as painted.
    cymbal_others_moved, kick_others_moved, snare_others_moved : float or None
        How far the other drums' hits are from the unpainted groove of the same seed: mean absolute
        difference at the hits of both.
    """

    cymbal_followed: float | None
    kick_followed: float | None
    snare_followed: float | None
    cymbal_others_moved: float | None
    kick_others_moved: float | None
    snare_others_moved: float | None


@dataclass(frozen=True, kw_only=True)
class VelocityClasses:
    """The share of all hits whose class is as painted, and within one of it."""

    exact: float | None
    within_one: float | None


@dataclass(frozen=True, kw_only=True)
class Use:
    """All measures."""

    sketch: SketchKept
    edits: Edits
    levels: Levels
    signs: Signs
    signs_of_one_drum: SignsOfOneDrum
    velocity_classes: VelocityClasses
