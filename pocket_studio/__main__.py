"""The command line: prepare, train, evaluate, report, groove and codes."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pocket_studio.corpus import ANY_GENRE, CACHE_PATH, GENRES, SPLITS
from pocket_studio.errors import InvalidRequestError, PocketStudioError
from pocket_studio.files import write_atomically

if TYPE_CHECKING:
    from pocket_studio.performance import Studio


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; print a one-line error and return 1 if it cannot be done."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        command(options)
    except (PocketStudioError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _prepare(options: argparse.Namespace) -> None:
    from pocket_studio import corpus

    prepared = corpus.prepare(options.archive, options.cache, options.extra)
    print(f"{len(prepared)} windows of {len(prepared.track_id)} tracks in {options.cache}")


def _train(options: argparse.Namespace) -> None:
    from pocket_studio import corpus
    from pocket_studio.model import checkpoint
    from pocket_studio.model.config import ModelConfig
    from pocket_studio.training.config import TrainingConfig
    from pocket_studio.training.pocket_vae import train

    given = {
        name: getattr(options, name)
        for name in ("note_epochs", "expression_epochs", "prior_epochs", "batch_size")
        if getattr(options, name) is not None
    }
    config = TrainingConfig(split=options.split, seed=options.seed, extra=options.extra, **given)
    run_dir = options.run or Path("runs") / f"{config.split}-seed{config.seed}"
    loaded = corpus.load(options.cache)
    sizes = ModelConfig(detail_size=options.detail)
    trained = train(loaded, options.cache, config, run_dir, sizes, options.jobs)
    path = options.out or run_dir / "pocketvae.safetensors"
    checkpoint.save(trained, path)
    print(f"wrote {path}")


def _groove(options: argparse.Namespace) -> None:
    from pocket_studio.midi import groove_to_midi, read_track

    template = read_track(options.template)
    reference = None if options.reference is None else read_track(options.reference)
    for track in (template, reference):
        for notice in () if track is None else track.notices:
            print(f"note: {notice}", file=sys.stderr)
    groove = (
        _studio(options)
        .groove(
            template.first_loop().note,
            genre=options.genre,
            reference=None if reference is None else reference.first_loop(),
            temperature=options.temperature,
            seed=options.seed,
            tempo_bpm=template.tempo_bpm if options.tempo is None else options.tempo,
        )
        .groove
    )
    write_atomically(options.out, groove_to_midi(groove))
    print(f"wrote {options.out}: {groove.n_hits} hits at {groove.tempo_bpm:g} bpm")
    if options.wav is not None:
        from pocket_studio.rendering import midi_to_wav

        midi_to_wav(options.out, options.wav)
        print(f"wrote {options.wav}")


def _codes(options: argparse.Namespace) -> None:
    from pocket_studio.midi import groove_to_midi

    grooves = _studio(options).codebook(options.genre)
    for code, groove in enumerate(grooves):
        write_atomically(options.out_dir / f"code-{code:02d}.mid", groove_to_midi(groove))
    print(f"wrote {len(grooves)} files to {options.out_dir}")


def _evaluate(options: argparse.Namespace) -> None:
    from pocket_studio import corpus
    from pocket_studio.evaluation import checkpoint
    from pocket_studio.evaluation.classifiers import GENRE_CLASSIFIER, load_classifier

    if options.table:
        _evaluate_table(options)
        return
    studio = _studio(options)
    classifier = load_classifier(GENRE_CLASSIFIER, len(GENRES))
    if options.midi is not None:
        training = corpus.load(options.cache) if options.cache.is_file() else None
        scores = checkpoint.evaluate_folder(studio.checkpoint, options.midi, classifier, training)
        if training is None:
            print("note: without `prepare`, no K-NN and no discriminator", file=sys.stderr)
    else:
        loaded = corpus.load(options.cache)
        scores = checkpoint.evaluate_split(studio.checkpoint, loaded, options.split, classifier)
        if options.split != scores["trained_on_split"]:
            print("note: the checkpoint's training data include test tracks", file=sys.stderr)
    text = json.dumps(scores, indent=1) + "\n"
    if options.json is None:
        print(text, end="")
    else:
        write_atomically(options.json, text)
        print(f"wrote {options.json}")


def _evaluate_table(options: argparse.Namespace) -> None:
    from pocket_studio import corpus
    from pocket_studio.evaluation.protocol import ROWS, rows_of
    from pocket_studio.evaluation.table import Table, run_table, save_genre_classifier

    unknown = set(options.rows or ()) - set(ROWS)
    if unknown:
        raise InvalidRequestError(f"the rows are {', '.join(ROWS)}, not {min(unknown)}")
    table = Table(options.split, options.budget, options.seed, options.results, options.runs)
    loaded = corpus.load(options.cache)
    rows = options.rows or rows_of(options.split)
    run_table(table, loaded, options.cache, rows, options.jobs, print)
    print(f"wrote {table.path}")
    if options.classifier is not None:
        save_genre_classifier(table, options.classifier)
        print(f"wrote {options.classifier}")


def _report(options: argparse.Namespace) -> None:
    from pocket_studio.evaluation.report import write_report

    for path in write_report(options.results, options.budget):
        print(f"wrote {path}")


def _studio(options: argparse.Namespace) -> "Studio":
    from pocket_studio.performance import Studio

    return Studio.load() if options.checkpoint is None else Studio.load(options.checkpoint)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pocket_studio", description="PocketVAE: put the pocket into a plain beat."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_data_commands(commands)
    _add_playing_commands(commands)
    return parser


def _add_data_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    prepare = commands.add_parser("prepare", help="build the training cache from the data set")
    prepare.add_argument("--archive", type=Path, help="the official MIDI-only archive, if at hand")
    prepare.add_argument("--extra", type=Path, metavar="DIR", help="more MIDI, with a manifest.csv")
    prepare.set_defaults(command=_prepare)

    train = commands.add_parser("train", help="train the model; goes on where it was stopped")
    train.add_argument("--split", choices=SPLITS, default="official")
    train.add_argument("--seed", type=_seed, default=0)
    for step, trained in (("note", "NOTE"), ("expression", "VEL and TIME"), ("prior", "the prior")):
        limit = f"longest training of {trained}"
        train.add_argument(f"--{step}-epochs", type=_positive, metavar="N", help=limit)
    train.add_argument("--batch-size", type=_positive, metavar="N")
    train.add_argument("--extra", action="store_true", help="train on the extra windows as well")
    train.add_argument(
        "--detail", type=_size, default=0, metavar="N", help="size of a second codebook (0: none)"
    )
    train.add_argument("--jobs", type=_positive, default=2, metavar="N", help="parts at a time")
    train.add_argument("--run", type=Path, help="folder of the run (default: runs/SPLIT-seedN)")
    train.add_argument("--out", type=Path, help="checkpoint to write (default: in the run folder)")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="scores of section 4.2 and of new grooves")
    what = evaluate.add_mutually_exclusive_group()
    what.add_argument("--split", choices=SPLITS, default="official", help="its test windows")
    what.add_argument("--midi", type=Path, metavar="DIR", help="any folder of drum MIDI instead")
    evaluate.add_argument("--json", type=Path, metavar="OUT", help="file for the scores")
    _add_checkpoint(evaluate)
    _add_table_options(evaluate)
    evaluate.set_defaults(command=_evaluate)

    report = commands.add_parser("report", help="tables and figures of what table1 has measured")
    _add_results(report)
    report.set_defaults(command=_report)
    for command in (prepare, train, evaluate):
        command.add_argument("--cache", type=Path, default=CACHE_PATH, help="default: %(default)s")


def _add_table_options(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument(
        "table", nargs="?", choices=("table1",), help="train and score all systems of Table 1"
    )
    table = evaluate.add_argument_group("table1", "goes on where it was stopped")
    table.add_argument("--rows", nargs="+", metavar="ROW", help="default: all there are")
    table.add_argument("--seed", type=_seed, default=0)
    table.add_argument("--jobs", type=_positive, default=2, help="processes (default: 2)")
    table.add_argument("--runs", type=Path, default=Path("runs") / "table1", help="trained parts")
    table.add_argument(
        "--classifier", type=Path, metavar="OUT", help="also write the genre classifier's weights"
    )
    _add_results(table)


def _add_results(command: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    command.add_argument("--budget", choices=("fast", "full"), default="full")
    command.add_argument(
        "--results", type=Path, default=Path("docs") / "results", help="default: %(default)s"
    )


def _add_playing_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    groove = commands.add_parser("groove", help="put the pocket into the first two bars of a file")
    groove.add_argument("template", type=Path, metavar="TEMPLATE.mid")
    groove.add_argument("out", type=Path, metavar="OUT.mid")
    groove.add_argument("--reference", type=Path, metavar="REF.mid", help="take this one's feel")
    groove.add_argument("--seed", type=_seed, default=0, help="another seed is another take")
    groove.add_argument("--temperature", type=float, default=1.0, help="0.05 to 2")
    groove.add_argument("--tempo", type=float, help="beats a minute (default: the template's)")
    groove.add_argument("--wav", type=Path, metavar="OUT.wav", help="also render the sound")
    groove.set_defaults(command=_groove)

    codes = commands.add_parser("codes", help="write each code of the codebook as a MIDI file")
    codes.add_argument("out_dir", type=Path, metavar="OUT_DIR")
    codes.set_defaults(command=_codes)
    for command in (groove, codes):
        command.add_argument("--genre", choices=(ANY_GENRE, *GENRES), default=ANY_GENRE)
        _add_checkpoint(command)


def _add_checkpoint(command: argparse.ArgumentParser) -> None:
    command.add_argument("--checkpoint", type=Path, help="weights (default: the shipped ones)")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _size(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 4096:
        raise argparse.ArgumentTypeError("must be in 0..4096")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be in 0..2147483647")
    return value


if __name__ == "__main__":
    sys.exit(main())
