"""Grooves to and from `pretty_midi.PrettyMIDI`, for research that works with it."""

import contextlib
import io
from collections.abc import Callable, Iterator
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi.parts import DRUM_CHANNEL, Hits, Part, drums_of, joined
from pocket_studio.midi.placing import place
from pocket_studio.midi.writing import groove_to_midi
from pocket_studio.music.grid import N_STEPS, STEPS_PER_BEAT
from pocket_studio.music.groove import Groove

if TYPE_CHECKING:
    import pretty_midi

_DECIMALS: Final = 6  # of a step: finer than a tick, coarser than what seconds lose


def groove_to_pretty_midi(groove: Groove) -> "pretty_midi.PrettyMIDI":
    """Return `groove` as a PrettyMIDI: what the file that `groove_to_midi` writes is read as.

    One drum instrument; times are in seconds, exact to a tick (1/480 beat). A hit before the loop's
    start is at its end.
    """
    # It imports pyfluidsynth, which prints where its library is if CI is set: stdout is not ours.
    with contextlib.redirect_stdout(io.StringIO()):
        import pretty_midi

    return pretty_midi.PrettyMIDI(io.BytesIO(groove_to_midi(groove)))


def pretty_midi_to_groove(midi: "pretty_midi.PrettyMIDI") -> Groove:
    """Read the first two bars of `midi` that sound, by the rules of `read_track`.

    A PrettyMIDI does not know where it ends. One without a hit past the end of the second bar is a
    loop of two bars: a hit that rounds to its end wraps to its first step.

    Parameters
    ----------
    midi : pretty_midi.PrettyMIDI
        Drum instruments, or others that are named so or play like a kit, as in files.

    Returns
    -------
    Groove
        Microtiming is not rounded to ticks; swing is part of it.

    Raises
    ------
    InvalidMidiError
        If it has no drums, is not in 4/4, has none within 2000 bars, starts a note before 0 s or
        has a pitch outside 0..127.
    """
    steps = _to_steps(midi)
    parts = [part for part in _parts(midi, steps) if len(part.hits)]
    drums, _ = drums_of(parts)
    if not drums:
        raise InvalidMidiError("the PrettyMIDI has no drums")
    hits = joined(parts[at].hits for at in drums)
    meters = [
        (float(steps(each.time)), each.numerator, each.denominator)
        for each in midi.time_signature_changes
    ]
    times_s, tempos_bpm = midi.get_tempo_changes()
    tempos = list(zip(steps(times_s).tolist(), tempos_bpm.tolist(), strict=True))
    is_loop = hits.position.max() < N_STEPS
    return place(hits, meters, tempos, N_STEPS if is_loop else None).first_loop()


def _to_steps(
    midi: "pretty_midi.PrettyMIDI",
) -> Callable[[ArrayLike], NDArray[np.float64]]:
    """Return what converts seconds to positions through the tempo map."""
    times_s, tempos_bpm = midi.get_tempo_changes()
    steps_per_s = tempos_bpm * STEPS_PER_BEAT / 60
    starts = np.concatenate([[0.0], np.cumsum(np.diff(times_s) * steps_per_s[:-1])])

    def steps(seconds: ArrayLike) -> NDArray[np.float64]:
        seconds = np.asarray(seconds, float)
        at = np.searchsorted(times_s, seconds, "right") - 1
        position: NDArray[np.float64] = starts[at] + (seconds - times_s[at]) * steps_per_s[at]
        return position.round(_DECIMALS)

    return steps


def _parts(
    midi: "pretty_midi.PrettyMIDI", steps: Callable[[ArrayLike], NDArray[np.float64]]
) -> Iterator[Part]:
    """Yield the instruments."""
    for number, instrument in enumerate(midi.instruments):
        # As in files, velocity 0 is no note and more than 127 is as loud as can be.
        notes = [note for note in instrument.notes if note.velocity > 0]
        for note in notes:
            if not 0 <= note.start < inf:
                raise InvalidMidiError(f"a note starts at {note.start:g} s, not at 0 or later")
            if not 0 <= note.pitch <= 127:
                raise InvalidMidiError(f"a note has pitch {note.pitch}, not one from 0 to 127")
        hits = Hits(
            steps([note.start for note in notes]),
            np.array([note.pitch for note in notes], np.int64),
            np.array([min(note.velocity, 127) for note in notes], np.int64),
        )
        channel = DRUM_CHANNEL + 1 if instrument.is_drum else 1
        yield Part(number, channel, instrument.name, instrument.program, hits)
