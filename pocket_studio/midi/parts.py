"""Which notes of a file are its drums: channel 10, tracks named so, or what plays like drums."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidMidiError
from pocket_studio.music.kit import SIDE_STICK, pitch_to_drum
from pocket_studio.music.track import plural

DRUM_CHANNEL: Final = 9  # "channel 10" counts from one

DRUM_OF_PITCH: Final = np.array(
    [-1 if (drum := pitch_to_drum(pitch)) is None else drum for pitch in range(128)]
)
"""The drum of each pitch [128], -1 for none."""

CLICKS: Final = (31, 32, 33, 34, SIDE_STICK, 56, 75, 76, 77)
"""Pitches that count: sticks, clicks, bells, blocks."""

# Of a name in lower case; whole words where a part of one says too little.
_DRUM_NAMES: Final = re.compile(
    r"drum|perc|perk|schlagz|schlagw|batter|bater|tambor|trommel|trumm|slagv|rumpu|bubny"
    r"|ударн|барабан|перкус|ドラム|鼓|드럼|打楽|打击"
    r"|\b(kit|beats?|groove|kick|snare|hats?|hihat|hh|toms?|cymbals?|crash|ride|clap|bd|sd)\b"
)
_OTHER_NAMES: Final = re.compile(
    r"\b(bass|piano|keys|guitar|gtr|organ|strings|lead|pad|synth|melody|vocals?|voice|choir|flute"
    r"|sax|trumpet|brass|violin|steel)\b"
)
_BASS_DRUM: Final = re.compile(r"\bbass ?drum|drum (and |n )?bass\b")
_CLICK_NAMES: Final = re.compile(r"\b([ck]licks?|metronome?|count)\b")

_MIN_NAMED_SHARE: Final = 0.5
_MIN_KIT_SHARE: Final = 0.8
_MIN_CORE_SHARE: Final = 0.7
_MAX_SPARSE_PITCHES: Final = 2  # a beat of so few need not have two drums at once
_AT_ONCE: Final = 0.25  # steps
_KICKS: Final = (35, 36)
_CORE: Final = (*_KICKS, 37, 38, 39, 40, 42, 44, 46, 49, 51, 53, 55, 57, 59, 22, 26)
_PERCUSSIVE_PROGRAMS: Final = (0, *range(112, 120))  # 0 is also what says nothing
_MAX_PARTS: Final = 256
_SHOWN: Final = 8


@dataclass(frozen=True, eq=False)
class Hits:
    """Note-ons in the file's order: positions in steps, pitches, velocities 1..127, each [n]."""

    position: NDArray[np.float64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.position)

    @property
    def drum(self) -> NDArray[np.int64]:
        """The drum of each, -1 for none of the seven."""
        return DRUM_OF_PITCH[self.pitch]

    def where(self, mask: NDArray[np.bool_]) -> "Hits":
        """Return those hits for which `mask` [n] holds."""
        return Hits(self.position[mask], self.pitch[mask], self.velocity[mask])


def joined(hits: Iterable[Hits]) -> Hits:
    """Return all `hits` as one."""
    columns = zip(*((each.position, each.pitch, each.velocity) for each in hits), strict=True)
    return Hits(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True, eq=False)
class Part:
    """What one track of a file plays on one channel.

    Attributes
    ----------
    track : int
        From 0.
    channel : int
        1 to 16.
    name : str
        The track's; empty if it has none.
    program : int, optional
        The channel's first.
    hits : Hits
    """

    track: int
    channel: int
    name: str
    program: int | None
    hits: Hits = field(repr=False)

    @property
    def n_hits(self) -> int:
        """How many of its notes are hits of the seven drums."""
        return int((self.hits.drum >= 0).sum())

    @property
    def share(self) -> float:
        """How much of it that is."""
        return self.n_hits / len(self.hits)

    @property
    def is_named_drums(self) -> bool:
        """Whether its name says that it is drums, in one of several languages."""
        return bool(_DRUM_NAMES.search(self._words)) and not self._is_named_other

    @property
    def is_named_click(self) -> bool:
        """Whether its name says that it only counts."""
        return bool(_CLICK_NAMES.search(self._words)) and not self.is_named_drums

    @property
    def _is_named_other(self) -> bool:
        return bool(_OTHER_NAMES.search(_BASS_DRUM.sub("", self._words)))

    @property
    def _words(self) -> str:
        return " ".join(re.findall(r"[^\W\d_]+", self.name.lower()))

    @property
    def is_click(self) -> bool:
        """Whether it only counts: its name says so, or it has but clicks at quarters."""
        if self.is_named_click:
            return True
        off = np.abs(self.hits.position / 4 - np.round(self.hits.position / 4)) * 4
        return bool(np.isin(self.hits.pitch, CLICKS).all() and (off <= _AT_ONCE).all())

    @property
    def is_melodic(self) -> bool:
        """Whether its name or program is that of another instrument."""
        return self._is_named_other or self.program not in (None, *_PERCUSSIVE_PROGRAMS)

    def __str__(self) -> str:
        name = f" ({self.name})" if self.name else ""
        hits = plural(self.n_hits, "hit")
        return f"track {self.track + 1}{name} on channel {self.channel}: {hits}"


def kept(parts: Sequence[Part]) -> tuple[list[Part], list[str]]:
    """Return at most 256 of `parts`, those with most hits, in their order, and notices."""
    if len(parts) <= _MAX_PARTS:
        return list(parts), []
    n_hits = [part.n_hits for part in parts]
    by_hits = sorted(range(len(parts)), key=lambda at: n_hits[at], reverse=True)
    left_out = plural(sum(n_hits[at] for at in by_hits[_MAX_PARTS:]), "hit")
    return [parts[at] for at in sorted(by_hits[:_MAX_PARTS])], [
        f"Of {len(parts)} parts in the file the {_MAX_PARTS} with most hits were read, without "
        f"{left_out} of the others."
    ]


def drums_of(parts: Sequence[Part]) -> tuple[list[int], list[str]]:
    """Return the indices of the parts that are the drums, none if it cannot be told, and notices.

    They are those on channel 10, unless that only counts while a track named as drums plays
    elsewhere; else tracks that are named so; else everything, if it plays like a drum kit: mostly
    on a kit's usual pitches, kick and something at once with others, and without the name or
    program of another instrument.
    """
    known = [at for at, part in enumerate(parts) if part.n_hits]
    own = [at for at in known if parts[at].channel == DRUM_CHANNEL + 1]
    named = [
        at
        for at in known
        if parts[at].channel != DRUM_CHANNEL + 1
        and parts[at].is_named_drums
        and parts[at].share >= _MIN_NAMED_SHARE
    ]
    if any(not parts[at].is_click for at in own):
        played = [at for at in own if not parts[at].is_named_click]
        n_clicks = sum(len(parts[at].hits) for at in own if parts[at].is_named_click)
        return played, [
            f"A click track of {plural(n_clicks, 'hit')} was left out."
        ] if n_clicks else []
    if named:
        why = "Channel 10 has only a click" if own else "No notes on channel 10"
        names = [f"{parts[at].name} (channel {parts[at].channel})" for at in named]
        which = f"the notes of {_some(names, ', ')} were read as General MIDI drums"
        return named, [f"{why}: {which}."]
    if own:
        return own, []
    if known and _is_kit(parts):
        return known, ["No notes on channel 10: the notes were read as General MIDI drums."]
    return [], []


def _is_kit(parts: Sequence[Part]) -> bool:
    """Return whether all of `parts` together play like a drum kit, never a melody."""
    if any(part.is_melodic for part in parts):
        return False
    hits = joined(part.hits for part in parts)
    pitches = np.unique(hits.pitch)
    core = np.isin(hits.pitch, _CORE)
    if (
        np.isin(hits.pitch, _KICKS).sum() == 0
        or (hits.drum >= 0).mean() < _MIN_KIT_SHARE
        or core.mean() < _MIN_CORE_SHARE
    ):
        return False
    return len(pitches) <= _MAX_SPARSE_PITCHES or _plays_at_once(hits)


def _plays_at_once(hits: Hits) -> bool:
    """Return whether two pitches of the core are ever struck together, as no single voice does."""
    core = np.isin(hits.pitch, _CORE)
    position, pitch = hits.position[core], hits.pitch[core]
    order = np.argsort(position, kind="stable")
    near = np.diff(position[order]) <= _AT_ONCE
    return bool((near & (np.diff(pitch[order]) != 0)).any())


def chosen(parts: Sequence[Part], track: int | None, channel: int | None) -> list[int]:
    """Return the indices of the parts on `track` (from 0) and `channel` (1..16), None: any.

    Raises
    ------
    InvalidMidiError
        If there are none, or none of them has a hit of the seven drums; it says what there is.
    """
    found = [
        at
        for at, part in enumerate(parts)
        if track in (None, part.track) and channel in (None, part.channel)
    ]
    where = [f"track {track + 1}"] if track is not None else []
    where += [f"channel {channel}"] if channel is not None else []
    if not found:
        raise InvalidMidiError(f"there are no notes on {', '.join(where)}; {listed(parts)}")
    if not any(parts[at].n_hits for at in found):
        raise InvalidMidiError(f"none of the seven drums is on {', '.join(where)}; {listed(parts)}")
    return found


def listed(parts: Sequence[Part]) -> str:
    """Return in one line which parts can be chosen."""
    usable = [part for part in parts if part.n_hits]
    if not usable:
        return "the file has no drums"
    return f"choose a track or a channel: {_some(usable, '; ')}"


def _some(things: Sequence[object], between: str) -> str:
    """Return the first few of `things` in one line, and how many more there are."""
    more = [f"and {len(things) - _SHOWN} more"] if len(things) > _SHOWN else []
    return between.join([*map(str, things[:_SHOWN]), *more])
