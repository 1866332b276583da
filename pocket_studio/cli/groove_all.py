"""A folder of MIDI files, each reduced to its template and played anew with several seeds."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from pocket_studio.errors import InvalidInputError, InvalidMidiError, InvalidRequestError
from pocket_studio.files import write_atomically
from pocket_studio.midi import groove_to_midi, read_track
from pocket_studio.music.feels import RowFeel, with_row_feels
from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import template_of
from pocket_studio.performance import Studio

_SUFFIXES: Final = (".mid", ".midi")


@dataclass(frozen=True)
class Batch:
    """What is to be played.

    Attributes
    ----------
    in_dir : Path
        Every .mid and .midi file below it is read; two of its bars, as `read_track` reads
        them, are the template.
    out_dir : Path
        Where the grooves go, at the same relative paths, as `NAME-GENRE-SEED.mid`. It may lie in
        `in_dir`: what is in it is never read.
    seeds : tuple of int
        A groove each.
    genre, reference, tempo_bpm
        As for `Studio.groove`; without a tempo, each file's own.
    checkpoint : Path
        The model's weights.
    bar : int, optional
        The first of the two bars, from 0; the first two full ones if left out.
    track, channel : int, optional
        As of `read_track`.
    downbeat : int
        As of `read_track`.
    controls : Mapping of str
        Further arguments of `Studio.groove`.
    row_feels : Mapping of drum name to RowFeel
        As for `with_row_feels`.
    """

    in_dir: Path
    out_dir: Path
    seeds: tuple[int, ...]
    genre: str
    reference: Groove | None
    tempo_bpm: float | None
    checkpoint: Path
    bar: int | None = None
    track: int | None = None
    channel: int | None = None
    downbeat: int = 0
    controls: Mapping[str, Any] = field(default_factory=dict)
    row_feels: Mapping[str, RowFeel] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    name : Path
        The file's place in the folder.
    notices : tuple of str
        What had to be adapted in reading it.
    error : str
        Why it was skipped, in one line; empty if it was played.
    """

    name: Path
    notices: tuple[str, ...] = ()
    error: str = ""


def groove_all(batch: Batch, n_jobs: int = 1) -> tuple[Outcome, ...]:
    """Play every file of `batch` in `n_jobs` processes; return what became of each, by name.

    The files written do not depend on `n_jobs`. One that cannot be read is skipped. A progress bar
    on stderr counts the files.

    Raises
    ------
    InvalidInputError
        If there is no such folder or no MIDI file in it, or an argument of the model is wrong.
    CheckpointError
        If the model cannot be loaded.
    OSError
        If a groove cannot be written.
    """
    names = _midi_files(batch)
    # Spawned even for one job, one thread each: the numbers must not depend on the cores.
    os.environ["OMP_NUM_THREADS"] = "1"
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(n_jobs, len(names)), context, _start) as pool:
            outcomes = pool.map(partial(_play, batch), names)
            return tuple(tqdm(outcomes, "Playing", len(names), unit="file", file=sys.stderr))
    except BrokenProcessPool:
        raise ChildProcessError("a process was ended from outside; run the command again") from None


def _midi_files(batch: Batch) -> Sequence[Path]:
    """Return the files to read, relative to the folder, sorted."""
    in_dir, out_dir = batch.in_dir.resolve(), batch.out_dir.resolve()
    if not in_dir.is_dir():
        raise InvalidMidiError(f"there is no folder {batch.in_dir}")
    if in_dir.is_relative_to(out_dir):
        raise InvalidRequestError("the grooves need another folder than the files they come from")
    names = sorted(
        path.relative_to(in_dir)
        for path in in_dir.rglob("*")
        if path.suffix.lower() in _SUFFIXES and not path.is_relative_to(out_dir)
    )
    if not names:
        raise InvalidMidiError(f"there is no MIDI file in {batch.in_dir}")
    named: dict[Path, Path] = {}
    for name in names:
        other = named.setdefault(name.with_suffix(""), name)
        if other != name:
            raise InvalidRequestError(f"{other} and {name} would be played into the same files")
    return names


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, which ends this


@cache
def _studio(checkpoint: Path) -> Studio:
    return Studio.load(checkpoint)


def _play(batch: Batch, name: Path) -> Outcome:
    studio = _studio(batch.checkpoint)
    try:
        track = read_track(
            batch.in_dir / name,
            track=batch.track,
            channel=batch.channel,
            downbeat=batch.downbeat,
        )
        bar = track.first_bar if batch.bar is None else batch.bar
        loop = track.loop(bar)
    except InvalidInputError as error:
        return Outcome(name, error=str(error))
    for seed in batch.seeds:
        groove = studio.groove(
            template_of(loop),
            genre=batch.genre,
            reference=batch.reference,
            **batch.controls,
            seed=seed,
            tempo_bpm=loop.tempo_bpm if batch.tempo_bpm is None else batch.tempo_bpm,
        ).groove
        path = batch.out_dir / name.with_name(f"{name.stem}-{batch.genre}-{seed}.mid")
        felt = with_row_feels(groove, batch.row_feels, seed)
        write_atomically(path, groove_to_midi(felt))
    return Outcome(name, track.notices_at(bar))
