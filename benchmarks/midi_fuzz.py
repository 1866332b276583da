"""What becomes of damaged MIDI files: read, read with notices, or refused, and for which reason.

Usage: python -m benchmarks.midi_fuzz [files] [archive]

Each file is one of a few made by hand or of the Groove MIDI archive (where its path is given), with
up to six random changes: bytes, lengths, odd events, cuts, another file's middle. Anything but a
track or a one-line refusal is a fault: it is printed and the exit code is 1.
"""

import multiprocessing
import random
import re
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.machine import describe_machine
from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import groove_to_midi, read_track
from pocket_studio.music.groove import Groove
from pocket_studio.music.track import Track

N_PROCESSES: Final = 2
N_OF_ARCHIVE: Final = 200
N_SHOWN: Final = 5
# Meta and system events that files from the wild hold, right and wrong.
EVENTS: Final = (
    b"\0\xff\x59\x02\xf8\x00",
    b"\0\xff\x54\x05\x41\x17\x2d\x0c\x22",
    b"\0\xff\x51\x02\x07\xa1",
    b"\0\xff\x51\x03\x00\x00\x00",
    b"\0\xff\x58\x02\x03\x02",
    b"\0\xff\x58\x04\x02\x02\x18\x08",
    b"\0\xff\x58\x04\x00\xff\x18\x08",
    b"\0\xff\x2f\x00",
    b"\0\xf0\x05\x7e\x7f\x09\x01\xf7",
    b"\0\xf0\x7f",
    b"\0\xfe",
    b"\xff\xff\xff\x7f\x99\x24\x64",
    b"MTrk\0\0\0\x08",
    b"XFIH\0\0\0\x02\1\2",
)


@dataclass
class Tally:
    """What became of files: how many of each outcome, the slowest, what should not have been."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: str = ""
    faults: list[str] = field(default_factory=list)


def by_hand() -> dict[str, bytes]:
    """Return small files of several kinds."""
    handmade = import_module("tests.handmade")  # which has no types for mypy
    midi_of: Callable[..., bytes] = handmade.midi_of
    played_beat: Callable[..., Groove] = handmade.played_beat
    beat = [(step, 42, 80) for step in range(0, 64, 2)] + [
        (step, 36, 99) for step in range(0, 64, 8)
    ]
    return {
        "beat": midi_of(*sorted(beat)),
        "loop": midi_of(*sorted(beat), end=64),
        "channel 1": midi_of(*sorted(beat), channel=0),
        "coarse": midi_of(*sorted(beat), resolution=24),
        "melody": midi_of(*((step, 60 + step % 12, 90) for step in range(32)), channel=3),
        "studio": groove_to_midi(played_beat(1), 4, lead="count_in"),
        "swing": midi_of(*((step + step % 2 / 2, 42, 80) for step in range(32))),
    }


def of_archive(path: Path) -> dict[str, bytes]:
    """Return some files of the archive, the same each time."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".mid"))
        names = random.Random(0).sample(  # noqa: S311 - the same each time
            names, min(N_OF_ARCHIVE, len(names))
        )
        return {name: archive.read(name) for name in names}


def mutated(content: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return `content` with up to six changes."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        few = rng.randrange(1, 9)
        match rng.randrange(8):
            case 0 | 1:
                changed[at : at + 1] = bytes([rng.randrange(256)])
            case 2:
                changed[at:at] = rng.choice(EVENTS)
            case 3:
                del changed[at : at + few]
            case 4:
                changed[at:at] = changed[at : at + few]
            case 5:
                found = changed.find(b"MTrk", at % max(len(changed) // 2, 1))
                length = rng.choice((0, 1, few, 2**31, 2**32 - 1, len(changed)))
                if found >= 0:
                    changed[found + 4 : found + 8] = length.to_bytes(4, "big")
            case 6:
                middle = rng.randrange(len(other))
                changed[at:at] = other[middle : middle + 16 * few]
            case 7 if rng.random() < 0.2:  # or few files would be whole
                del changed[at:]
    return bytes(changed)


def outcome(content: bytes) -> str:
    """Read `content`; return what became of it, without the numbers and names of this file."""
    try:
        track = read_track(content)
    except InvalidMidiError as error:
        if len(str(error).splitlines()) != 1:
            raise ValueError(f"not one line: {error!r}") from error
        return "refused: " + re.sub(r"\d+(/\d+)?", "N", re.split("[;(]", str(error))[0])
    check(track)
    return "read with notices" if track.notices else "read"


def check(track: Track) -> None:
    """Raise if `track` does not hold together."""
    groove = track.loop(track.first_bar)
    if not groove.n_hits or not all(
        np.isfinite(m).all() for m in (groove.note, groove.microtiming)
    ):
        raise ValueError("the groove is empty")
    if any(len(notice.splitlines()) != 1 for notice in track.notices):
        raise ValueError(f"not one line: {track.notices}")


def run(job: tuple[int, int, dict[str, bytes]]) -> Tally:
    """Read `n` files that `seed` makes of `files`."""
    seed, n, files = job
    rng = random.Random(seed)  # noqa: S311 - the same each time
    names = sorted(files)
    tally = Tally()
    for number in range(n):
        name = rng.choice(names)
        content = mutated(files[name], files[rng.choice(names)], rng)
        start = time.perf_counter()
        try:
            tally.outcomes[outcome(content)] += 1
        except Exception:
            tally.outcomes["FAULT"] += 1
            if len(tally.faults) < N_SHOWN:
                tally.faults.append(f"{name}, seed {seed}, file {number}\n{traceback.format_exc()}")
        spent = time.perf_counter() - start
        if spent > tally.slowest_s:
            tally.slowest_s = spent
            tally.slowest = f"{name}, seed {seed}, file {number}, {len(content)} bytes"
    return tally


def fuzz(n: int, files: dict[str, bytes], pool: Callable[..., Sequence[Tally]]) -> Tally:
    """Read `n` files in all processes; return what became of them."""
    jobs = [(seed, n // N_PROCESSES, files) for seed in range(N_PROCESSES)]
    tallies = pool(run, jobs)
    slowest = max(tallies, key=lambda tally: tally.slowest_s)
    return Tally(
        sum((tally.outcomes for tally in tallies), Counter()),
        slowest.slowest_s,
        slowest.slowest,
        [fault for tally in tallies for fault in tally.faults],
    )


def main() -> int:
    """Fuzz and print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    files = by_hand()
    if len(sys.argv) > 2:
        files |= of_archive(Path(sys.argv[2]))
    with multiprocessing.get_context("spawn").Pool(N_PROCESSES) as pool:
        start = time.perf_counter()
        tally = fuzz(n, files, pool.map)
    total, spent = tally.outcomes.total(), time.perf_counter() - start
    print(f"{describe_machine()}; {total:,} files of {len(files)} in {spent:.0f} s")
    for name, count in tally.outcomes.most_common():
        print(f"{count:9,} {count / total:7.2%}  {name}")
    print(f"slowest: {1000 * tally.slowest_s:.0f} ms ({tally.slowest})")
    print(f"faults: {tally.outcomes['FAULT']}", *tally.faults, sep="\n")
    return int(bool(tally.faults))


if __name__ == "__main__":
    sys.exit(main())
