"""Which cell of the sixteenth grid each hit gets, and what loses its cell to a louder one."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.midi.parts import Hits
from pocket_studio.music.grid import N_STEPS, STEPS_PER_BAR
from pocket_studio.music.kit import N_DRUMS

NO_CELL: Final = -1
REACH: Final = 0.125
"""How far past half a step from its step a hit may be to have its cell, in steps."""

# What makes a feel swung: sixteenths off the eighths that mostly lie this late in their eighth.
_SWUNG: Final = (1.25, 1.6)
_SWUNG_SHARES: Final = (0.2, 0.5)  # this share of them may be earlier, and later
_OFF: Final = (0.5, 1.75)
_MIN_OFF: Final = 3


@dataclass(eq=False)
class Cells:
    """Hits of the seven drums, each with its cell; arrays [n_hits] but for `is_usable`.

    Attributes
    ----------
    cell : array of int
        Steps from the first bar on, 16 a bar; NO_CELL for a hit that cannot have one.
    lateness : array
        Of a hit to its cell, in half steps: -1..1, or a little more to reach it.
    drum, velocity : array of int
    is_usable : array [n_bars] of bool
        Whether a bar has cells.
    is_kept : array of bool
        Whether a hit is alone in its cell, or the loudest there.
    """

    cell: NDArray[np.int64]
    lateness: NDArray[np.float64]
    drum: NDArray[np.int64]
    velocity: NDArray[np.int64]
    is_usable: NDArray[np.bool_]
    is_kept: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.is_kept = self.cell != NO_CELL

    @property
    def is_moved(self) -> NDArray[np.bool_]:
        """Whether a hit will sound nearer to its cell than it was played."""
        return self.is_kept & (np.abs(self.lateness) > 1)

    def keep_swing(self) -> None:
        """Leave swung sixteenths, up to `REACH` past half a step late, in the odd cell they swing.

        Only where the feel is swung: else such a hit is an early one of the next step.
        """
        position = (self.cell + self.lateness / 2)[self.is_kept] % N_STEPS  # repeats count once
        in_eighth = position % 2
        is_off = (in_eighth >= _OFF[0]) & (in_eighth < _OFF[1])
        off, on = np.unique(position[is_off]), np.unique(position[~is_off])
        if len(off) < _MIN_OFF or 2 * len(on) < len(off):
            return
        earliest, middle = np.quantile(off % 2, _SWUNG_SHARES)
        if earliest < _SWUNG[0] or middle > _SWUNG[1]:
            return
        late = self.is_kept & (self.cell % 2 == 0) & self._is_near(-1)
        for hit in np.flatnonzero(late).tolist():
            if self._has_cell(int(self.cell[hit]) - 1):
                self._move(hit, -1)

    def separate(self, n_cells: int) -> None:
        """Give one of several hits in a cell the free cell beside, where that is near enough.

        Of a loop of `n_cells`, the last cell is before the first.
        """
        counts = Counter(self._keys()[self.is_kept].tolist())
        for by in (-1, 1):
            for hit in self._crowded(by):
                drum, cell = int(self.drum[hit]), int(self.cell[hit])
                beside = (cell + by) % n_cells if by < 0 else cell + by
                is_crowded = counts[cell * N_DRUMS + drum] > 1
                is_free = beside < n_cells and not counts[beside * N_DRUMS + drum]
                if is_crowded and is_free and self._has_cell(beside):
                    counts[cell * N_DRUMS + drum] -= 1
                    counts[beside * N_DRUMS + drum] += 1
                    self._move(hit, by)
                    self.cell[hit] = beside

    def keep_loudest(self, yields: NDArray[np.bool_]) -> None:
        """Keep the loudest hit of each cell, of equals the first, none that `yields` to another."""
        order = np.lexsort((-self.velocity, yields, self._keys()))
        order = order[self.is_kept[order]]
        is_first = np.diff(self._keys()[order], prepend=-1) != 0
        self.is_kept[order[~is_first]] = False

    def _keys(self) -> NDArray[np.int64]:
        return self.cell * N_DRUMS + self.drum

    def _is_near(self, by: int) -> NDArray[np.bool_]:
        """Return whether the cell `by` one step away is within reach."""
        return by * self.lateness >= 1 - 2 * REACH

    def _has_cell(self, cell: int) -> bool:
        return cell >= 0 and bool(self.is_usable[cell // STEPS_PER_BAR])

    def _crowded(self, by: int) -> list[int]:
        """Return the hits within reach of a free cell `by` one step that share theirs.

        The farthest first. Cells at the loop's end are free as far as this can tell.
        """
        keys = self._keys()
        taken, where, counts = np.unique(
            keys[self.is_kept], return_inverse=True, return_counts=True
        )
        is_shared = np.zeros(len(keys), bool)
        is_shared[self.is_kept] = counts[where] > 1
        is_near = is_shared & self._is_near(by) & ~np.isin(keys + by * N_DRUMS, taken)
        hits = np.flatnonzero(is_near)
        order = np.argsort(-by * self.lateness[hits], kind="stable")
        return list(map(int, hits[order]))

    def _move(self, hit: int, by: int) -> None:
        self.cell[hit] += by
        self.lateness[hit] -= 2 * by


def cells_of(
    hits: Hits,
    bar: NDArray[np.int64],
    starts: NDArray[np.float64],
    is_usable: NDArray[np.bool_],
) -> Cells:
    """Put each hit into the nearest cell of its bar; one between two belongs to the later, early.

    Parameters
    ----------
    hits : Hits
        Of the seven drums.
    bar : array [n_hits]
        The bar of each, counted from half a step before its start.
    starts, is_usable : array [n_bars]
        Where each bar starts, in steps, and whether it has cells.
    """
    step = np.floor(hits.position + 0.5 - starts[bar])
    lateness = 2 * (hits.position - (starts[bar] + step))
    cell = np.where(is_usable[bar], bar * STEPS_PER_BAR + step.astype(np.int64), NO_CELL)
    return Cells(cell, lateness, hits.drum, hits.velocity, is_usable)
