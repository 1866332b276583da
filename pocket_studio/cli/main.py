"""The command line: serve, groove, groove-all and codes; prepare, train, evaluate and report."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pocket_studio.cli.options import PLAYING, command_parser
from pocket_studio.errors import InvalidMidiError, InvalidRequestError, PocketStudioError
from pocket_studio.files import write_atomically
from pocket_studio.music.genres import GENRES

if TYPE_CHECKING:
    from pocket_studio.music.feels import RowFeel
    from pocket_studio.music.groove import Groove
    from pocket_studio.performance import Studio

# What only training and evaluation need, and how to get it.
_EXTRA: Final = ("faiss", "onnx", "onnxscript", "torch")
_EXTRA_COMMAND: Final = "pip install 'pocket-studio[train]'"


def main(arguments: Sequence[str] | None = None, program: str = "pocket-studio") -> int:
    """Run one command; print a one-line error and return 1 if it cannot be done.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after the program's name; by default that of this process.
    program : str
        The name that `--help` shows.
    """
    options = command_parser(program).parse_args(arguments)
    try:
        _COMMANDS[options.command](options)
    except (PocketStudioError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        print(f"error: there is no {error.name}; run: {_EXTRA_COMMAND}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _serve(options: argparse.Namespace) -> None:
    from pocket_studio.cli.serve import serve

    serve(
        options.host,
        options.port,
        soundfont_folders=options.soundfonts,
        data_dir=options.data,
        allowed_hosts=options.allow_host,
        lan=options.lan,
    )


def _prepare(options: argparse.Namespace) -> None:
    from pocket_studio.research import corpus

    cache = _cache(options)
    prepared = corpus.prepare(options.archive, cache, options.extra)
    print(f"{len(prepared)} windows of {len(prepared.track_id)} tracks in {cache}")


def _train(options: argparse.Namespace) -> None:
    from pocket_studio.model import checkpoint
    from pocket_studio.research import corpus
    from pocket_studio.research.training.config import EPOCHS, TrainingConfig
    from pocket_studio.research.training.pocket_vae import train
    from pocket_studio.research.typed import from_toml, to_toml

    config = TrainingConfig()
    if options.config is not None:
        config = from_toml(TrainingConfig, options.config)
    config = replace(config, **_given(options, "split", "seed", "extra", "batch_size", *EPOCHS))
    run_dir = options.run or Path("runs") / f"{config.split}-seed{config.seed}"
    cache = _cache(options)
    trained = train(corpus.load(cache), cache, config, run_dir, n_jobs=options.jobs)
    path = options.out or run_dir / "pocketvae.safetensors"
    checkpoint.save(trained, path)
    write_atomically(path.with_suffix(".toml"), to_toml(config))
    print(f"wrote {path}")


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return those options that were given, and so stand above a file of settings."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _groove(options: argparse.Namespace) -> None:
    from pocket_studio.midi import groove_to_midi, read_track
    from pocket_studio.music.feels import with_row_feels

    feels = _row_feels(options)
    track = read_track(options.template, **_part(options))
    bar = track.first_bar if options.bar is None else options.bar - 1
    template = track.loop(bar)
    _note(track.notices_at(bar))
    groove = (
        _studio(options)
        .groove(
            template.note,
            genre=options.genre,
            reference=_reference(options),
            **_controls(options),
            seed=options.seed,
            tempo_bpm=template.tempo_bpm if options.tempo is None else options.tempo,
        )
        .groove
    )
    groove = with_row_feels(groove, feels, options.seed)
    write_atomically(options.out, groove_to_midi(groove))
    print(f"wrote {options.out}: {groove.n_hits} hits at {groove.tempo_bpm:g} bpm")
    if options.wav is not None:
        from pocket_studio.sound import midi_to_wav

        midi_to_wav(options.out, options.wav, options.soundfonts, normalise=options.normalise)
        print(f"wrote {options.wav}")


def _groove_all(options: argparse.Namespace) -> None:
    from pocket_studio.cli.groove_all import Batch, groove_all
    from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT

    batch = Batch(
        in_dir=options.in_dir,
        out_dir=options.out_dir,
        seeds=options.seeds,
        genre=options.genre,
        reference=_reference(options),
        controls=_controls(options),
        row_feels=_row_feels(options),
        **_part(options),
        bar=None if options.bar is None else options.bar - 1,
        tempo_bpm=options.tempo,
        checkpoint=options.checkpoint or DEFAULT_CHECKPOINT,
    )
    outcomes = groove_all(batch, options.jobs)
    for outcome in outcomes:
        _note(f"{outcome.name}: {notice}" for notice in outcome.notices)
        if outcome.error:
            print(f"skipped {outcome.name}: {outcome.error}", file=sys.stderr)
    n_played = sum(not outcome.error for outcome in outcomes)
    if not n_played:
        raise InvalidMidiError(f"no file in {options.in_dir} could be played")
    print(f"wrote {n_played * len(options.seeds)} files to {options.out_dir}")


def _part(options: argparse.Namespace) -> dict[str, Any]:
    """Return which notes of a file are meant, and where its bars begin, as for `read_track`."""
    track = None if options.track is None else options.track - 1
    return {"track": track, "channel": options.channel, "downbeat": options.downbeat}


def _controls(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `Studio.groove` that are options of the same name."""
    return {name: getattr(options, name) for name in PLAYING}


def _row_feels(options: argparse.Namespace) -> "dict[str, RowFeel]":
    """Return the feels that the options of rows say."""
    from pocket_studio.music.feels import ROW_FEEL_RANGES, RowFeel

    said: dict[str, dict[str, float]] = {}
    for name in ROW_FEEL_RANGES:
        for drum, value in getattr(options, f"row_{name}"):
            said.setdefault(drum, {})[name] = value
    return {drum: RowFeel(**values) for drum, values in said.items()}


def _reference(options: argparse.Namespace) -> "Groove | None":
    from pocket_studio.midi import read_track

    if options.reference is None:
        return None
    track = read_track(options.reference)
    _note(track.notices_at(track.first_bar))
    return track.first_loop()


def _note(notices: Iterable[str]) -> None:
    for notice in notices:
        print(f"note: {notice}", file=sys.stderr)


def _codes(options: argparse.Namespace) -> None:
    from pocket_studio.midi import groove_to_midi

    grooves = _studio(options).codebook(options.genre)
    for code, groove in enumerate(grooves):
        write_atomically(options.out_dir / f"code-{code:02d}.mid", groove_to_midi(groove))
    print(f"wrote {len(grooves)} files to {options.out_dir}")


def _evaluate(options: argparse.Namespace) -> None:
    from pocket_studio.research import corpus
    from pocket_studio.research.evaluation import checkpoint
    from pocket_studio.research.evaluation.classifiers import GENRE_CLASSIFIER, load_classifier
    from pocket_studio.research.typed import to_json

    if options.table:
        _evaluate_table(options)
        return
    studio = _studio(options)
    classifier = load_classifier(GENRE_CLASSIFIER, len(GENRES))
    if options.midi is not None:
        cache = _cache(options)
        training = corpus.load(cache) if cache.is_file() else None
        text = to_json(
            checkpoint.evaluate_folder(studio.checkpoint, options.midi, classifier, training)
        )
        if training is None:
            print("note: without `prepare`, no K-NN and no discriminator", file=sys.stderr)
    else:
        loaded = corpus.load(_cache(options))
        split = options.split or corpus.OFFICIAL
        scores = checkpoint.evaluate_split(studio.checkpoint, loaded, split, classifier)
        text = to_json(scores)
        if split != scores.trained_on_split:
            print("note: the checkpoint's training data include test tracks", file=sys.stderr)
    if options.json is None:
        print(text, end="")
    else:
        write_atomically(options.json, text)
        print(f"wrote {options.json}")


def _evaluate_table(options: argparse.Namespace) -> None:
    from pocket_studio.research import corpus
    from pocket_studio.research.evaluation.config import BUDGETS, TableConfig
    from pocket_studio.research.evaluation.protocol import ROWS, rows_of
    from pocket_studio.research.evaluation.table import Table, run_table, save_genre_classifier
    from pocket_studio.research.typed import from_toml

    config = TableConfig(BUDGETS["full"])
    if options.config is not None:
        config = from_toml(TableConfig, options.config)
    if options.budget is not None:
        config = replace(config, budget=BUDGETS[options.budget])
    config = replace(config, **_given(options, "split", "seed", "rows"))
    unknown = set(config.rows) - set(ROWS)
    if unknown:
        raise InvalidRequestError(f"the rows are {', '.join(ROWS)}, not {min(unknown)}")
    table = Table(config.split, config.budget, config.seed, options.results, options.runs)
    cache = _cache(options)
    rows = config.rows or rows_of(config.split)
    run_table(table, corpus.load(cache), cache, rows, options.jobs, print)
    print(f"wrote {table.path}")
    if options.classifier is not None:
        save_genre_classifier(table, options.classifier)
        print(f"wrote {options.classifier}")


def _report(options: argparse.Namespace) -> None:
    from pocket_studio.research.evaluation.report import write_report

    for path in write_report(options.results, options.budget):
        print(f"wrote {path}")


def _cache(options: argparse.Namespace) -> Path:
    from pocket_studio.research.corpus import CACHE_PATH

    folder: Path = options.data
    return folder / CACHE_PATH.name


def _studio(options: argparse.Namespace) -> "Studio":
    from pocket_studio.performance import Studio

    return Studio.load() if options.checkpoint is None else Studio.load(options.checkpoint)


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "serve": _serve,
    "groove": _groove,
    "groove-all": _groove_all,
    "codes": _codes,
    "prepare": _prepare,
    "train": _train,
    "evaluate": _evaluate,
    "report": _report,
}
