"""The model as a user meets it: what `Studio.groove` makes of sketches, edits and painted lanes.

Every measure plays sketches through the one door to the model: shares are in 0..1, velocities in
0..1, microtiming in half sixteenths; None where no hit could be counted. The same sketches give the
same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.music.genres import ANY_GENRE, GENRES, NO_GENRE
from pocket_studio.music.grid import N_BEATS, N_STEPS, STEPS_PER_BEAT
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import KICK, N_DRUMS, SNARE
from pocket_studio.music.patterns import (
    AUTO,
    LAID_BACK,
    N_VELOCITY_CLASSES,
    PUSHED,
    Pattern,
    Template,
    dominant_cymbal,
    velocity_to_class,
)
from pocket_studio.performance import Performance, Studio
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.use_results import (
    Edits,
    Levels,
    Signs,
    SignsOfOneDrum,
    SketchKept,
    Use,
    VelocityClasses,
)

N_EDITS: Final = 200
_PAINTED_SIGNS: Final = ((PUSHED, -1), (LAID_BACK, 1))


@dataclass(frozen=True)
class Sketch:
    """A template as a user asks for it.

    Attributes
    ----------
    template : array [32, 7] of {0, 1}
    genre : str
    tempo_bpm : float
    seed : int
    """

    template: Template
    genre: str
    tempo_bpm: float
    seed: int

    def performed(self, studio: Studio, **others: Any) -> Performance:  # as Studio.groove has them
        """Return what `studio` plays over the sketch, asked for `others` too."""
        return studio.groove(
            self.template, genre=self.genre, tempo_bpm=self.tempo_bpm, seed=self.seed, **others
        )

    def played(self, studio: Studio, **others: Any) -> Groove:  # as Studio.groove has them
        """Return the groove of `performed`."""
        return self.performed(studio, **others).groove


def sketches(corpus: Corpus, indices: Indices, seed: int) -> list[Sketch]:
    """Return the templates of windows `indices` with their genres and tempos, a seed for each."""
    return [
        Sketch(
            corpus.template[index],
            ANY_GENRE if corpus.genre[index] == NO_GENRE else GENRES[corpus.genre[index]],
            float(corpus.track_tempo_bpm[corpus.track[index]]),
            seed + number,
        )
        for number, index in enumerate(indices)
    ]


def use_scores(studio: Studio, corpus: Corpus, indices: Indices, seed: int = 0) -> Use:
    """Return all measures over the sketches of windows `indices`."""
    asked = sketches(corpus, indices, seed)
    return Use(
        sketch=sketch_kept(studio, asked),
        edits=edits(studio, asked),
        levels=levels(studio, asked),
        signs=painted_signs(studio, asked),
        signs_of_one_drum=painted_signs_of_one_drum(studio, asked),
        velocity_classes=painted_velocity_classes(studio, asked),
    )


def sketch_kept(studio: Studio, asked: Sequence[Sketch]) -> SketchKept:
    """Return the share of sketched hits that sound, asked to keep them and not."""
    template = np.stack([sketch.template for sketch in asked]) > 0

    def sounding(keep: bool) -> float | None:
        notes = np.stack([sketch.played(studio, keep_sketch=keep).note for sketch in asked])
        return _mean(notes[template])

    return SketchKept(kept=sounding(True), free=sounding(False))


def edits(studio: Studio, asked: Sequence[Sketch], n_trials: int = N_EDITS) -> Edits:
    """Add a kick to a played sketch, play it again, and count what changed outside its beat.

    Trial after trial takes the next of the sketches, another seed when it comes round again, and a
    step at random that has no kick in the sketch.
    """
    cells, moved_velocity, moved_microtiming = [], [], []
    for trial in range(n_trials):
        round_number, number = divmod(trial, len(asked))
        sketch = replace(asked[number], seed=asked[number].seed + round_number)
        free = np.flatnonzero(sketch.template[:, KICK] == 0)
        if not len(free):
            continue
        step = np.random.default_rng(trial).choice(free)
        template = sketch.template.copy()
        template[step, KICK] = 1
        before = sketch.performed(studio)
        after = played_on(studio, before, sketch, template)
        elsewhere = np.arange(N_STEPS) // STEPS_PER_BEAT != step // STEPS_PER_BEAT
        shared = (before.groove.note * after.note > 0) & elsewhere[:, None]
        cells.append((before.groove.note != after.note)[elsewhere].sum())
        moved_velocity.append(np.abs(before.groove.velocity - after.velocity)[shared])
        moved_microtiming.append(np.abs(before.groove.microtiming - after.microtiming)[shared])
    velocity, microtiming = (
        np.concatenate(moved) if moved else np.zeros(0)
        for moved in (moved_velocity, moved_microtiming)
    )
    return Edits(
        n_trials=len(cells),
        cells_median=float(np.median(cells)) if cells else None,
        cells_max=float(np.max(cells)) if cells else None,
        velocity_mean=_mean(velocity),
        velocity_max=float(velocity.max()) if len(velocity) else None,
        microtiming_mean=_mean(microtiming),
        microtiming_max=float(microtiming.max()) if len(microtiming) else None,
    )


def played_on(studio: Studio, before: Performance, sketch: Sketch, template: Template) -> Groove:
    """Play `template` in place of the sketch's, of which `before` was played.

    Beats whose template is the same keep their codes and details; the prior samples the others.
    """
    changed = (template != sketch.template).reshape(N_BEATS, -1).any(axis=1)
    codes, details = (
        [None if new else value for value, new in zip(values, changed, strict=True)]
        for values in (before.codes, before.details)
    )
    return replace(sketch, template=template).played(studio, codes=codes, details=details)


def levels(studio: Studio, asked: Sequence[Sketch]) -> Levels:
    """Paint all steps softest, then loudest, and see how loud kicks and snares are."""

    def loudness(level: int) -> tuple[float | None, float | None]:
        grooves = [sketch.played(studio, velocity_pattern=_lane(level - 1)) for sketch in asked]
        kick, snare = (
            _mean(_joined(g.velocity[g.note[:, drum] > 0, drum] for g in grooves))
            for drum in (KICK, SNARE)
        )
        return kick, snare

    kick_1, snare_1 = loudness(1)
    kick_5, snare_5 = loudness(N_VELOCITY_CLASSES)
    return Levels(
        kick_level_1=kick_1, snare_level_1=snare_1, kick_level_5=kick_5, snare_level_5=snare_5
    )


def painted_signs(studio: Studio, asked: Sequence[Sketch]) -> Signs:
    """Paint all steps pushed, then laid back, and see how many hits are early, and late."""

    def followed(painted: int, sign: int) -> float | None:
        grooves = [sketch.played(studio, microtiming_pattern=_lane(painted)) for sketch in asked]
        return _mean(_joined(sign * g.microtiming[g.note > 0] > 0 for g in grooves))

    return Signs(pushed=followed(PUSHED, -1), laid_back=followed(LAID_BACK, 1))


def painted_signs_of_one_drum(studio: Studio, asked: Sequence[Sketch]) -> SignsOfOneDrum:
    """Paint one drum pushed, then laid back, and see what it and the others do.

    The drum is the unpainted groove's dominant cymbal, its kick and its snare, in turn.
    """
    followed: dict[str, list[NDArray[Any]]] = {name: [] for name in ("cymbal", "kick", "snare")}
    moved: dict[str, list[NDArray[Any]]] = {name: [] for name in followed}
    for sketch in asked:
        plain = sketch.played(studio)
        drums = {"cymbal": dominant_cymbal(plain), "kick": KICK, "snare": SNARE}
        for name, drum in drums.items():
            if drum is None:
                continue
            for painted, sign in _PAINTED_SIGNS:
                pattern = np.full((N_STEPS, N_DRUMS), AUTO, np.int8)
                pattern[:, drum] = painted
                groove = sketch.played(studio, microtiming_pattern=pattern)
                hits = groove.note[:, drum] > 0
                followed[name].append(sign * groove.microtiming[hits, drum] > 0)
                shared = plain.note * groove.note > 0
                shared[:, drum] = False
                moved[name].append(np.abs(groove.microtiming - plain.microtiming)[shared])
    return SignsOfOneDrum(
        **{f"{name}_followed": _mean(_joined(parts)) for name, parts in followed.items()},
        **{f"{name}_others_moved": _mean(_joined(parts)) for name, parts in moved.items()},
    )


def painted_velocity_classes(studio: Studio, asked: Sequence[Sketch]) -> VelocityClasses:
    """Paint a class at random for each beat, for all drums, and see which the hits have."""
    off_by = []
    for sketch in asked:
        random = np.random.default_rng(sketch.seed)
        classes = random.integers(N_VELOCITY_CLASSES, size=N_BEATS)
        pattern = np.repeat(classes, STEPS_PER_BEAT).astype(np.int8)
        groove = sketch.played(studio, velocity_pattern=pattern)
        steps, drums = np.nonzero(groove.note)
        got = velocity_to_class(groove.velocity[steps, drums])
        off_by.append(np.abs(got - pattern[steps]))
    distances = _joined(off_by)
    return VelocityClasses(exact=_mean(distances == 0), within_one=_mean(distances <= 1))


def _lane(painted: int) -> Pattern:
    return np.full(N_STEPS, painted, np.int8)


def _joined(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0), *parts])


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean()) if values.size else None
