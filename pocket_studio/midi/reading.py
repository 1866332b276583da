"""MIDI files to tracks."""

from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi.own import Own, only_own
from pocket_studio.midi.parsing import SEQUENCER_SPECIFIC, MidiContent, MidiTrack, parse
from pocket_studio.midi.parts import (
    DRUM_CHANNEL,
    Hits,
    Part,
    chosen,
    drums_of,
    joined,
    kept,
    listed,
)
from pocket_studio.midi.placing import DEFAULT_TEMPO_BPM, place
from pocket_studio.music.grid import STEPS_PER_BEAT
from pocket_studio.music.track import Track, clip_tempo, plural

MAX_MIDI_BYTES: Final = 512 * 1024  # 100,000 notes and more

_SHOWN: Final = 3  # of the tracks that break off
_PATTERNS: Final = 2  # the format whose tracks are patterns, one after the other


def read_track(
    source: Path | bytes,
    *,
    track: int | None = None,
    channel: int | None = None,
    downbeat: int = 0,
) -> Track:
    """Read the drums of a MIDI file onto the sixteenth grid (section 3.2).

    Hits go to the nearest sixteenth, swung ones to the one that they swing, and keep their
    deviation as microtiming. Of two hits of one drum in one cell one goes to the next cell if that
    is free and near, else the louder stays. A file that ends on a bar line is a loop of that
    length: hits at its end wrap to its first step. So is a clip of 1, 2, 4 or 8 bars with early
    hits after it, unless it ends on a later bar line, less than four times as far. In any other
    file a last bar (the third or later) that holds nothing but its first step closes the
    performance and is left out. Of more than 2000 bars the first are read; a track of one bar is
    repeated to two. A file that the studio wrote is read as it was written, with its swing and
    without its lead (`own`).

    Parameters
    ----------
    source : Path or bytes
        A standard MIDI file of at most 512 KiB, or its content.
    track : int, optional
        The track of the file to read, from 0; the studio's choice if neither is given.
    channel : int, optional
        The channel to read, 1 to 16.
    downbeat : int
        How many sixteenths later than the file says its bars begin, -8..7; negative is earlier. A
        file of the studio's own then is read as it is heard.

    Returns
    -------
    Track
        Whole bars, at least two; `notices` says what was adapted, in numbers.

    Raises
    ------
    InvalidMidiError
        If it cannot be read, is not MIDI, holds no drums or none that can be told (it says what
        there is to choose from), has no two bars of 4/4 or is out of bounds.
    InvalidRequestError
        If the downbeat is out of bounds.
    """
    return open_midi(source).track(track=track, channel=channel, downbeat=downbeat)


def read_performance(source: Path | bytes) -> Track:
    """Read a file by the paper's own rules, for corpora: nothing but the nearest sixteenth counts.

    Of two hits in a cell the louder stays, swung or not, and only a file that ends on a bar line is
    a loop, whose early first hits give way to others. Training is held to what the paper's rules
    make of its data. Parameters and errors as of `read_track`.
    """
    return open_midi(source).track(as_paper=True)


@dataclass(frozen=True, eq=False)
class DrumFile:
    """A MIDI file that is open: who plays in it, and which of them are its drums.

    Attributes
    ----------
    parts : tuple of Part
        Each track and channel that has notes, of more than 256 those with most hits.
    drums : tuple of int
        The parts that the studio takes by itself, none if it cannot tell.
    why : tuple of str
        What there is to say about that choice, one sentence each.
    remarks : tuple of str
        What there is to say about the file, whatever is chosen.
    """

    parts: tuple[Part, ...]
    drums: tuple[int, ...]
    why: tuple[str, ...]
    remarks: tuple[str, ...]
    _content: MidiContent
    _written: tuple[Hits, ...]  # of each part, with the pitches of the file
    _own: Own | None

    @property
    def says_tempo(self) -> bool:
        """Whether the file has a tempo; it is read at 120 bpm if not."""
        return any(track.tempos for track in self._content.tracks)

    @property
    def unclear(self) -> str:
        """Why the user must choose, in one line that lists the parts; empty if not."""
        if self.drums:
            return ""
        which = "no drums on channel 10, nor any that can be told"
        return f"the MIDI file has {which}; {listed(self.parts)}"

    def track(
        self,
        *,
        track: int | None = None,
        channel: int | None = None,
        downbeat: int = 0,
        as_paper: bool = False,
    ) -> Track:
        """Read the drums, or what plays on `track` and `channel`, as `read_track` does."""
        if track is None and channel is None:
            if not self.drums:
                raise InvalidMidiError(self.unclear)
            return self._placed(self.drums, self.why, downbeat, as_paper=as_paper)
        taken = tuple(chosen(self.parts, track, channel))
        return self._placed(taken, (), downbeat, as_paper=as_paper)

    def track_of(self, part: int, *, downbeat: int = 0) -> Track:
        """Read one of `parts`, by its index, as `read_track` does.

        Raises
        ------
        InvalidMidiError
            If there is none, or it has no hit of the seven drums.
        """
        if not 0 <= part < len(self.parts):
            raise InvalidMidiError(f"there is no part {part}; it has {len(self.parts)}")
        one = self.parts[part]
        return self.track(track=one.track, channel=one.channel, downbeat=downbeat)

    def _placed(
        self, taken: tuple[int, ...], why: tuple[str, ...], downbeat: int, *, as_paper: bool
    ) -> Track:
        timing = self._content.tracks
        if self._content.format == _PATTERNS:
            first = self.parts[taken[0]].track
            taken = tuple(at for at in taken if self.parts[at].track == first)
            timing = (timing[first],)
        parts = [self.parts[at] for at in taken]
        steps_per_tick = STEPS_PER_BEAT / self._content.ticks_per_beat
        if self._own and all(part.channel == DRUM_CHANNEL + 1 for part in parts) and not as_paper:
            written = self._as_written(self._own, joined(self._written[at] for at in taken))
            if written and not downbeat:
                return replace(written, remarks=(*self.remarks, *why, *written.remarks))
            why = (*self._own.why_as_heard(is_moved=written is not None), *why)
        is_broken = any(track.broken_at is not None for track in timing)
        placed = place(
            joined(part.hits for part in parts),
            [(tick * steps_per_tick, *of) for track in timing for tick, of in track.meters],
            [(tick * steps_per_tick, 60e6 / us) for track in timing for tick, us in track.tempos],
            None if is_broken else max(track.end for track in timing) * steps_per_tick,
            as_paper=as_paper,
            downbeat=downbeat,
        )
        return replace(placed, remarks=(*self.remarks, *why, *placed.remarks))

    def _as_written(self, own: Own, hits: Hits) -> Track | None:
        """Return what the studio wrote of `hits`, None if they or the meter were changed."""
        tracks = self._content.tracks
        if any(beats != unit for track in tracks for _, (beats, unit) in track.meters):
            return None
        tempos = sorted(tempo for track in tracks for tempo in track.tempos)
        tempo_bpm = round(60e6 / tempos[0][1], 3) if tempos else DEFAULT_TEMPO_BPM
        end = max(track.end for track in tracks) * STEPS_PER_BEAT / self._content.ticks_per_beat
        written = own.track(hits, end, clip_tempo(tempo_bpm))
        n_changes = len({us for _, us in tempos}) - 1
        return written and replace(written, n_tempo_changes=max(0, n_changes))


def open_midi(source: Path | bytes) -> DrumFile:
    """Open a MIDI file (a path or its content) to choose from what plays in it.

    Raises
    ------
    InvalidMidiError
        If it cannot be read, is not MIDI or has no hit of the seven drums.
    """
    content = parse(_content(source))
    parts, left_out = kept(_parts(content))
    written = tuple(part.hits for part in parts)
    texts = (text for track in content.tracks for text in track.texts)
    own, own_remarks = only_own([data for _, kind, data in texts if kind == SEQUENCER_SPECIFIC])
    if own:
        parts = [
            replace(part, hits=own.as_heard(part.hits))
            if part.channel == DRUM_CHANNEL + 1
            else part
            for part in parts
        ]
    broken_at = [track.broken_at for track in content.tracks if track.broken_at is not None]
    if not any(part.n_hits for part in parts):
        if broken_at:
            raise InvalidMidiError(
                "the MIDI file is damaged or cut short before its first drum hit, at byte "
                f"{min(broken_at)}"
            )
        raise InvalidMidiError("the MIDI file has no drums on channel 10")
    drums, why = _drums(content, parts)
    faults = dict.fromkeys(fault for track in content.tracks for fault in track.faults)
    remarks = (*faults, *_broken(content.tracks), *left_out, *own_remarks)
    return DrumFile(tuple(parts), tuple(drums), tuple(why), remarks, content, written, own)


def _drums(content: MidiContent, parts: list[Part]) -> tuple[list[int], list[str]]:
    if content.format != _PATTERNS:
        return drums_of(parts)
    n_patterns = len({part.track for part in parts})
    for number, pattern in groupby(enumerate(parts), key=lambda of: of[1].track):
        numbers, of_track = zip(*pattern, strict=True)
        drums, remarks = drums_of(of_track)
        if drums and n_patterns > 1:
            remarks.append(f"Of {n_patterns} patterns in the file track {number + 1} was read.")
        if drums:
            return [numbers[at] for at in drums], remarks
    return [], []


def _parts(content: MidiContent) -> list[Part]:
    programs: dict[int, int] = {}
    for track in content.tracks:
        programs = track.programs | programs
    found = []
    for number, track in enumerate(content.tracks):
        channels, name = track.notes[:, 3], track.name
        for channel in sorted(set(channels.tolist())):
            tick, pitch, velocity, _ = track.notes[channels == channel].T
            hits = Hits(tick * (STEPS_PER_BEAT / content.ticks_per_beat), pitch, velocity)
            program = track.programs.get(channel, programs.get(channel))
            found.append(Part(number, channel + 1, name, program, hits))
    return found


def _broken(tracks: tuple[MidiTrack, ...]) -> list[str]:
    """Return a sentence for each of the first tracks that break off, and one for the rest."""
    broken = [(at, track) for at, track in enumerate(tracks, 1) if track.broken_at is not None]
    sentences = [
        f"Track {number} of the file is damaged or cut short: it was read up to its note "
        f"{len(track.notes)}."
        for number, track in broken[:_SHOWN]
    ]
    if len(broken) > _SHOWN:
        more = plural(len(broken) - _SHOWN, "more track")
        sentences.append(f"The same holds for {more} of it.")
    return sentences


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size if source.is_file() else -1
        except OSError as error:
            raise InvalidMidiError(f"cannot read {source.name}: {error.strerror}") from None
        if size < 0:
            raise InvalidMidiError(f"there is no file {source}")
    if size > MAX_MIDI_BYTES:
        raise InvalidMidiError(
            f"the MIDI file has {size // 1024} KiB; at most {MAX_MIDI_BYTES // 1024} are read"
        )
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise InvalidMidiError(f"cannot read {source.name}: {error.strerror}") from None
