"""A drum track of any length, bar by bar, from which two bars are taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pocket_studio.errors import InvalidGrooveError, InvalidRequestError
from pocket_studio.music.grid import (
    BARS,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    N_STEPS,
    STEPS_PER_BAR,
    STRAIGHT,
)
from pocket_studio.music.groove import (
    Groove,
    Matrix,
    matrix_of,
    validate_hits,
    validate_ornament,
    validate_swing,
    validate_tempo,
)
from pocket_studio.music.kit import N_DRUMS

FOUR_FOUR: Final = "4/4"


@dataclass(frozen=True)
class Bar:
    """One bar of a track, and what became of what was played in it.

    Attributes
    ----------
    tempo_bpm : float
        The tempo at its start, as in the file.
    meter : str
        "4/4", or the meter or length for which it cannot be used; then its cells are empty.
    n_hits : int
        Hits of the seven drums: those in cells, of a bar that cannot be used all of them.
    n_together : int
        Hits that are left out: a louder one of the same drum has the cell.
    n_outside : int
        Hits outside the seven drums.
    n_moved : int
        Hits that a cell of their own brought nearer to the grid than they were played.
    is_lead : bool
        Whether it is a count-in or a pickup, after which the music starts.
    """

    tempo_bpm: float
    meter: str = FOUR_FOUR
    n_hits: int = 0
    n_together: int = 0
    n_outside: int = 0
    n_moved: int = 0
    is_lead: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether it can be a bar of a groove."""
        return self.meter == FOUR_FOUR


@dataclass(frozen=True, eq=False)
class Track:
    """A drum track of any length on the sixteenth grid, as read from a file.

    Attributes
    ----------
    note, velocity, microtiming : array [n_steps, 7]
        As in `Groove`; n_steps is a multiple of 16 (whole bars) and at least 32.
    tempo_bpm : float
        The tempo of the first loop, 40..240.
    remarks : tuple of str
        What had to be adapted in reading the whole of it, one sentence each.
    bars : tuple of Bar
        Each of its bars; made of the matrices if left out.
    n_closing : int
        Hits of a last bar that is left out, as it only closes the performance.
    n_tempo_changes : int
        How often the tempo changes.
    swing : float
        As in `Groove`; only a file of the studio's own says its swing, any other is straight.
    ornament : array [n_steps, 7], optional
        As in `Groove`; only a file of the studio's own says which notes are graces.

    Raises
    ------
    InvalidGrooveError
        If a shape, range or type is wrong.
    """

    note: Matrix
    velocity: Matrix
    microtiming: Matrix
    tempo_bpm: float
    remarks: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    n_closing: int = 0
    n_tempo_changes: int = 0
    swing: float = STRAIGHT
    ornament: Matrix | None = None

    def __post_init__(self) -> None:
        for name in ("note", "velocity", "microtiming"):
            object.__setattr__(self, name, matrix_of(getattr(self, name), name, None))
        validate_hits(self.note, self.velocity, self.microtiming)
        if self.ornament is not None:
            validate_ornament(matrix_of(self.ornament, "ornament", None), self.note)
        if self.n_steps < N_STEPS or self.n_steps % STEPS_PER_BAR:
            raise InvalidGrooveError("a track must have whole bars, two or more")
        object.__setattr__(self, "tempo_bpm", validate_tempo(self.tempo_bpm))
        object.__setattr__(self, "swing", validate_swing(self.swing))
        if not self.bars:
            hits = self.note.reshape(-1, STEPS_PER_BAR * N_DRUMS).sum(axis=1).astype(int)
            bars = tuple(Bar(self.tempo_bpm, n_hits=n_hits) for n_hits in hits.tolist())
            object.__setattr__(self, "bars", bars)
        if len(self.bars) != self.n_bars:
            raise InvalidGrooveError(f"a track of {self.n_bars} bars must describe each of them")

    @property
    def n_steps(self) -> int:
        """Length in sixteenths."""
        return int(self.note.shape[0])

    @property
    def n_bars(self) -> int:
        """Length in bars."""
        return self.n_steps // STEPS_PER_BAR

    @property
    def bar_hits(self) -> tuple[int, ...]:
        """Number of hits in each bar."""
        return tuple(bar.n_hits for bar in self.bars)

    @property
    def bar_meters(self) -> tuple[str, ...]:
        """The meter of each bar; only those in 4/4 can be used."""
        return tuple(bar.meter for bar in self.bars)

    @property
    def first_bar(self) -> int:
        """The first of the first two full bars, from 0.

        It sounds and is no count-in or pickup, and both can be used; in a track that has no such
        two, any two that sound.
        """
        pairs = list(zip(self.bars, self.bars[1:], strict=False))
        usable = [at for at, two in enumerate(pairs) if all(bar.is_usable for bar in two)]
        sounding = [at for at in usable if self.bars[at].n_hits and not self.bars[at].is_lead]
        either = [at for at in usable if self.bars[at].n_hits or self.bars[at + 1].n_hits]
        return (*sounding, *either, *usable, 0)[0]

    @property
    def notices(self) -> tuple[str, ...]:
        """What had to be adapted in all of it, one sentence each."""
        return self._notices(self.bars, self.first_bar)

    def notices_at(self, bar: int) -> tuple[str, ...]:
        """Return what had to be adapted in the two bars from `bar`, one sentence each."""
        return self._notices(self.bars[bar : bar + BARS], bar)

    def _notices(self, bars: Iterable[Bar], first: int) -> tuple[str, ...]:
        return (
            *self.remarks,
            *self._closing_notices(),
            *_counted(tuple(bars)),
            *self._tempo_notices(first),
        )

    def _closing_notices(self) -> list[str]:
        if not self.n_closing:
            return []
        return [
            f"A closing bar with {plural(self.n_closing, 'hit')} on its first step was left out."
        ]

    def _tempo_notices(self, bar: int) -> list[str]:
        tempo_bpm = self.bars[bar].tempo_bpm
        notices = []
        if self.n_tempo_changes:
            times = plural(self.n_tempo_changes, "time")
            notices.append(
                f"The tempo changes {times}: that of bar {bar + 1}, {tempo_bpm:g} bpm, is used."
            )
        clipped = clip_tempo(tempo_bpm)
        if clipped != tempo_bpm:
            notices.append(f"The tempo of {tempo_bpm:g} bpm was moved to {clipped:g}.")
        return notices

    def window(self, first_step: int) -> Groove:
        """Return the two bars that start at `first_step` (0 <= first_step <= n_steps - 32)."""
        span = slice(first_step, first_step + N_STEPS)
        tempo_bpm = clip_tempo(self.bars[first_step // STEPS_PER_BAR].tempo_bpm)
        matrices = (self.note[span], self.velocity[span], self.microtiming[span])
        groove = Groove(*matrices, tempo_bpm, self.swing)
        return groove if self.ornament is None else replace(groove, ornament=self.ornament[span])

    def can_start(self, bar: int) -> bool:
        """Return whether the bar from 0 and the one after it are a groove's."""
        return 0 <= bar <= self.n_bars - BARS and all(
            each.is_usable for each in self.bars[bar : bar + BARS]
        )

    def loop(self, bar: int) -> Groove:
        """Return the two bars from `bar`, which counts from 0.

        Raises
        ------
        InvalidRequestError
            If there are no such two, or one of them is not in 4/4; it counts bars from 1.
        """
        if not 0 <= bar <= self.n_bars - BARS:
            raise InvalidRequestError(
                f"two bars start at bar 1 to {self.n_bars - BARS + 1} here, not at {bar + 1}"
            )
        for at in range(bar, bar + BARS):
            if not self.bars[at].is_usable:
                raise InvalidRequestError(
                    f"bar {at + 1} is in {self.bars[at].meter}; only bars in 4/4 can be used"
                )
        return self.window(bar * STEPS_PER_BAR)

    def first_loop(self) -> Groove:
        """Return the first two full bars (`first_bar`)."""
        return self.window(self.first_bar * STEPS_PER_BAR)


def clip_tempo(tempo_bpm: float) -> float:
    """Return the nearest tempo that a groove can have."""
    return min(max(tempo_bpm, MIN_TEMPO_BPM), MAX_TEMPO_BPM)


def _counted(bars: tuple[Bar, ...]) -> list[str]:
    """Return a sentence for each kind of loss in `bars`."""
    n_together = sum(bar.n_together for bar in bars)
    n_outside = sum(bar.n_outside for bar in bars)
    n_moved = sum(bar.n_moved for bar in bars)
    notices = []
    if n_outside:
        notices.append(f"{plural(n_outside, 'hit')} outside the seven drums {_left(n_outside)}.")
    if n_together:
        notices.append(
            f"{plural(n_together, 'hit')} that fell into one sixteenth with a louder one of the "
            f"same drum {_left(n_together)}."
        )
    if n_moved:
        notices.append(
            f"{plural(n_moved, 'hit')} {'was' if n_moved == 1 else 'were'} moved by up to an "
            "eighth of a sixteenth, so as to stay in a sixteenth of their own."
        )
    return notices


def _left(number: int) -> str:
    return f"{'was' if number == 1 else 'were'} left out"


def plural(number: int, noun: str) -> str:
    """Return `number` and `noun`, with an s where there is not one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
