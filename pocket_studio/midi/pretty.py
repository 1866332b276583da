"""Grooves to and from `pretty_midi.PrettyMIDI`, for research that works with it."""

import contextlib
import io
from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi.placing import DRUM_CHANNEL, Hit, hits_to_track
from pocket_studio.midi.writing import groove_to_midi
from pocket_studio.music.grid import BARS, STEPS_PER_BAR, STEPS_PER_BEAT
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
    loop of two bars: a hit that rounds to its end wraps to its first step, if that is free.

    Parameters
    ----------
    midi : pretty_midi.PrettyMIDI
        Drum instruments, or others if nine of ten of their notes are General MIDI drums.

    Returns
    -------
    Groove
        Microtiming is not rounded to ticks; swing is part of it.

    Raises
    ------
    InvalidMidiError
        If it has no drums, is not in 4/4, is longer than 2000 bars or starts a note before 0 s.
    """
    hits = list(_hits(midi))
    meters = [(each.numerator, each.denominator) for each in midi.time_signature_changes]
    _, tempos_bpm = midi.get_tempo_changes()
    is_loop = max((hit.position for hit in hits), default=0) < BARS * STEPS_PER_BAR
    loop_bars = BARS if is_loop else None
    return hits_to_track(hits, meters, tempos_bpm.tolist(), loop_bars).first_loop()


def _hits(midi: "pretty_midi.PrettyMIDI") -> Iterator[Hit]:
    """Yield all notes, with positions through the tempo map."""
    times_s, tempos_bpm = midi.get_tempo_changes()
    steps_per_s = tempos_bpm * STEPS_PER_BEAT / 60
    starts = np.concatenate([[0.0], np.cumsum(np.diff(times_s) * steps_per_s[:-1])])
    for instrument in midi.instruments:
        channel = DRUM_CHANNEL if instrument.is_drum else 0
        for note in instrument.notes:
            if not 0 <= note.start < inf:
                raise InvalidMidiError(f"a note starts at {note.start:g} s, not at 0 or later")
            at = np.searchsorted(times_s, note.start, "right") - 1
            position = float(starts[at] + (note.start - times_s[at]) * steps_per_s[at])
            # As in files, velocity 0 is no note and more than 127 is as loud as can be.
            if note.velocity > 0:
                yield Hit(round(position, _DECIMALS), note.pitch, min(note.velocity, 127), channel)
