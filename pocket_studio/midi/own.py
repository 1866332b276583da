"""How the studio's own MIDI files are to be read: what a file says of itself, beside its notes.

An event that other programs pass over has the swing, the note map, the lead and the tempo, and the
places of those notes that these leave open. All that is played is read off the notes: whoever
edits them hears and sees what they edited (docs/decisions/0015-sound-and-files.md).
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from pocket_studio.errors import InvalidInputError, InvalidMidiError
from pocket_studio.midi.bars import MAX_BARS
from pocket_studio.midi.note_maps import GENERAL_MIDI, NoteMap, validate_note_map
from pocket_studio.midi.parts import Hits
from pocket_studio.music.grid import (
    BARS,
    MAX_MICROTIMING_TICKS,
    STEPS_PER_BAR,
    TICKS_PER_BEAT,
    TICKS_PER_STEP,
    step_to_tick,
)
from pocket_studio.music.groove import N_ORNAMENTS, validate_swing, validate_tempo
from pocket_studio.music.kit import N_DRUMS, SIDE_STICK
from pocket_studio.music.track import Track

LEADS: Final = ("none", "pre_roll", "count_in")
COUNT_TICKS: Final = tuple(beat * TICKS_PER_BEAT for beat in range(4))
MAX_PLACES: Final = 4096

# 7D is the manufacturer of what is sold by nobody.
_TAG: Final = b"\x7dPocketStudio"
_VERSION: Final = 1
_MAX_STEPS: Final = MAX_BARS * STEPS_PER_BAR
_DECIMALS: Final = 6  # of a tick, lost on the way through steps
_LEFT_OUT: Final = {"pre_roll": "Its pre-roll", "count_in": "Its count-in"}

# The tick of a note, and the step from the file's start and the drum that it is.
Place = tuple[int, int, int]


@dataclass(frozen=True)
class Own:
    """What one of our files says of itself.

    Attributes
    ----------
    tempo_bpm : float
        40..240, exact where the file's own is rounded to microseconds.
    swing : float or None
        0.5..0.75; None if the sections of a song have different ones.
    note_map : 7 int
        The pitch of each drum.
    lead : {"none", "pre_roll", "count_in"}
        As in `groove_to_midi`.
    places : tuple of (tick, step, drum)
        At most 4096 notes whose nearest step with this swing, or whose pitch's first drum, is not
        what they are. An early first hit at the end of a loop has the step after the last.
    graces : tuple of (tick, step, drum)
        At most 4096 notes that are grace notes, and the cell of the hit that each is before.

    Raises
    ------
    InvalidInputError
        If a value is none of these.
    """

    tempo_bpm: float
    swing: float | None
    note_map: NoteMap
    lead: str
    places: tuple[Place, ...] = ()
    graces: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        validate_tempo(self.tempo_bpm)
        if self.swing is not None:
            validate_swing(self.swing)
        validate_note_map(self.note_map)
        if self.lead not in LEADS or max(len(self.places), len(self.graces)) > MAX_PLACES:
            raise InvalidMidiError("there is no such lead, or there are too many places")
        for tick, step, drum in (*self.places, *self.graces):
            if tick < 0 or step not in range(_MAX_STEPS + 1) or drum not in range(N_DRUMS):
                raise InvalidMidiError("a place is out of bounds")

    @cached_property
    def _placed(self) -> dict[tuple[float, int], tuple[int, int]]:
        return {(tick, self.note_map[drum]): (step, drum) for tick, step, drum in self.places}

    @cached_property
    def _graces(self) -> dict[tuple[float, int], tuple[int, int]]:
        return {(tick, self.note_map[drum]): (step, drum) for tick, step, drum in self.graces}

    def place(self, tick: float, pitch: int) -> tuple[int, int, float] | None:
        """Return step, drum and lateness (-60..60 ticks) of a note; None if it has no place."""
        if self.swing is None or pitch not in self.note_map:
            return None
        nearest = nearest_step(tick, self.swing), self.note_map.index(pitch)
        step, drum = self._placed.get((tick, pitch), nearest)
        late = tick - step_to_tick(step, self.swing)
        within = -MAX_MICROTIMING_TICKS <= late < MAX_MICROTIMING_TICKS
        return (step, drum, late) if within else None

    def is_count(self, tick: float, pitch: int) -> bool:
        """Return whether a note is of the count-in."""
        return self.lead == "count_in" and pitch == SIDE_STICK and tick in COUNT_TICKS

    def track(self, hits: Hits, end: float, tempo_bpm: float) -> Track | None:
        """Read the notes of the file as they were written.

        Parameters
        ----------
        hits : Hits
            The notes of channel 10, with the pitches of the file.
        end : float
            Where the file ends, in steps.
        tempo_bpm : float
            The file's tempo, as it is read of any file.

        Returns
        -------
        Track or None
            Without the lead, unless something was put into it; None if a note was moved or added
            that has no place or not its own: then the file is to be read `as_heard`.
        """
        n_steps = -(-round(end) // STEPS_PER_BAR) * STEPS_PER_BAR
        cells: dict[tuple[int, int], tuple[float, float]] = {}
        graces: Counter[tuple[int, int]] = Counter()
        for tick, pitch, velocity in zip(*_columns(hits), strict=True):
            if self.is_count(tick, pitch):
                continue
            if (tick, pitch) in self._graces:
                graces[self._graces[tick, pitch]] += 1
                continue
            place = self.place(tick, pitch)
            if place is None:
                return None
            step, drum, late = place
            if self.lead == "none" and step == n_steps == end:
                step = 0
            if (step, drum) in cells:
                return None
            cells[step, drum] = velocity / 127, late / MAX_MICROTIMING_TICKS
        if any(cell not in cells or n >= N_ORNAMENTS for cell, n in graces.items()):
            return None
        hits_of = {cell: (*hit, graces[cell]) for cell, hit in cells.items()}
        return self._laid_out(hits_of, n_steps, tempo_bpm)

    def _laid_out(
        self, cells: dict[tuple[int, int], tuple[float, float, int]], n_steps: int, tempo_bpm: float
    ) -> Track | None:
        n_bars = max(n_steps, *(step + 1 for step, _ in cells)) if cells else 0
        n_bars = max(-(-n_bars // STEPS_PER_BAR), BARS)
        if not cells or n_bars > MAX_BARS or self.swing is None:
            return None
        matrices = np.zeros((4, n_bars * STEPS_PER_BAR, N_DRUMS), np.float32)
        for cell, values in cells.items():
            matrices[:, *cell] = 1, *values
        notices: tuple[str, ...] = ()
        if self.lead != "none" and n_bars > BARS and min(cells)[0] >= STEPS_PER_BAR:
            matrices = matrices[:, STEPS_PER_BAR:]
            notices = (f"{_LEFT_OUT[self.lead]} was left out.",)
        unchanged = _as_read(self.tempo_bpm) == tempo_bpm
        tempo = self.tempo_bpm if unchanged else tempo_bpm
        note, velocity, microtiming, ornament = matrices
        return Track(
            note,
            velocity,
            microtiming,
            tempo,
            notices,
            swing=self.swing,
            ornament=ornament if self.graces else None,
        )

    def as_heard(self, hits: Hits) -> Hits:
        """Return `hits` with the pitches of General MIDI and without a count-in."""
        ticks, pitches, _ = _columns(hits)
        is_count = [self.is_count(*one) for one in zip(ticks, pitches, strict=True)]
        standard = dict(zip(reversed(self.note_map), reversed(GENERAL_MIDI), strict=True))
        pitch = np.array([standard.get(one, one) for one in pitches], np.int64)
        return Hits(hits.position, pitch, hits.velocity).where(~np.array(is_count, bool))

    def why_as_heard(self, *, is_moved: bool) -> tuple[str, ...]:
        """Return why a file is not read as it was written, and what that leaves out, in sentences.

        Its bars were moved, or else it cannot be.
        """
        why = "Its notes were changed" if self.swing else "Its sections have different swings"
        why = "Its bars were moved" if is_moved else why
        left_out = ("Its count-in was left out.",) if self.lead == "count_in" else ()
        return (f"{why}: they were read as they are heard, without a swing.", *left_out)


def nearest_step(tick: float, swing: float) -> int:
    """Return the step that lies nearest to `tick`, the later of two, where every second is late."""
    first = int(tick // TICKS_PER_STEP) - 1
    return min(
        range(first + 3, first - 1, -1), key=lambda step: abs(tick - step_to_tick(step, swing))
    )


def own_to_data(own: Own) -> bytes:
    """Return `own` as the content of a sequencer-specific event."""
    said = {"version": _VERSION, **asdict(own)}
    if not own.graces:
        del said["graces"]
    return _TAG + json.dumps(said, separators=(",", ":")).encode("ascii")


def data_to_own(data: bytes) -> Own | None:
    """Read the content of a sequencer-specific event; None if it is not ours.

    Raises
    ------
    InvalidMidiError
        If it is damaged, or of a later version.
    """
    if not data.startswith(_TAG):
        return None
    try:
        return _own(json.loads(data.removeprefix(_TAG).decode("ascii")))
    except (ValueError, TypeError, KeyError, RecursionError, InvalidInputError):
        raise InvalidMidiError("what the file says of itself is damaged or newer") from None


def _own(said: dict[str, Any]) -> Own:
    version, tempo_bpm, swing = said["version"], said["tempo_bpm"], said["swing"]
    places = tuple((tick, step, drum) for tick, step, drum in said["places"])
    graces = tuple((tick, step, drum) for tick, step, drum in said.get("graces", ()))
    numbers = (number for place in (*places, *graces) for number in place)
    whole = (version, *said["note_map"], *numbers)
    if version != _VERSION or any(type(number) is not int for number in whole):
        raise ValueError
    if any(type(number) not in (int, float) for number in (tempo_bpm, swing or 0)):
        raise ValueError
    return Own(tempo_bpm, swing, tuple(said["note_map"]), said["lead"], places, graces)


def only_own(events: Sequence[bytes]) -> tuple[Own | None, tuple[str, ...]]:
    """Return what a file says of itself in its sequencer-specific `events`, and notices.

    A file that was put together from several of ours says nothing that holds for all of it.
    """
    try:
        found = [own for own in map(data_to_own, events) if own]
    except InvalidMidiError as error:
        return None, (f"{str(error).capitalize()}: its notes were read as they are heard.",)
    if len(found) > 1:
        return None, ("It is made of several files of ours: they were read as they are heard.",)
    return (found[0] if found else None), ()


def _columns(hits: Hits) -> tuple[list[float], list[int], list[int]]:
    """Return ticks, pitches and velocities."""
    ticks = np.round(hits.position * TICKS_PER_STEP, _DECIMALS)
    return ticks.tolist(), hits.pitch.tolist(), hits.velocity.tolist()


def _as_read(tempo_bpm: float) -> float:
    """Return `tempo_bpm` as a file gives it back, of whole microseconds a beat."""
    return round(60e6 / round(60e6 / tempo_bpm), 3)
