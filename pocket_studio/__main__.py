"""The command line: prepare, train, groove, codes and evaluate."""

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

    prepared = corpus.prepare(options.archive, options.cache)
    print(f"{len(prepared)} windows of {len(prepared.track_id)} tracks in {options.cache}")


def _train(options: argparse.Namespace) -> None:
    from pocket_studio import corpus
    from pocket_studio.model import checkpoint
    from pocket_studio.training.config import TrainingConfig
    from pocket_studio.training.loop import train

    given = {
        name: getattr(options, name)
        for name in ("epochs", "prior_epochs", "batch_size")
        if getattr(options, name) is not None
    }
    config = TrainingConfig(split=options.split, seed=options.seed, **given)
    run_dir = options.run or Path("runs") / f"{config.split}-seed{config.seed}"
    trained = train(corpus.load(options.cache), config, run_dir)
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
    from pocket_studio.evaluation import generation, reconstruction

    studio = _studio(options)
    if options.midi is not None:
        if options.generated:
            raise InvalidRequestError("--generated needs the test windows of a --split")
        scores = reconstruction.evaluate_folder(studio.checkpoint, options.midi)
    else:
        loaded = corpus.load(options.cache)
        scores = reconstruction.evaluate_split(studio.checkpoint, loaded, options.split)
        if options.split != scores["trained_on_split"]:
            print("note: the checkpoint's training data include test tracks", file=sys.stderr)
        if options.generated:
            indices = loaded.indices(options.split, "test")
            n = min(options.generated, len(indices))
            spaced = [indices[number * len(indices) // n] for number in range(n)]
            scores["generated"] = generation.generation_scores(studio, loaded, spaced)
    text = json.dumps(scores, indent=1) + "\n"
    if options.json is None:
        print(text, end="")
    else:
        write_atomically(options.json, text)
        print(f"wrote {options.json}")


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
    prepare.set_defaults(command=_prepare)

    train = commands.add_parser("train", help="train the model; goes on where it was stopped")
    train.add_argument("--split", choices=SPLITS, default="official")
    train.add_argument("--seed", type=_seed, default=0)
    train.add_argument("--epochs", type=_positive, help="longest training of the modules")
    train.add_argument("--prior-epochs", type=_positive, help="longest training of the prior")
    train.add_argument("--batch-size", type=_positive)
    train.add_argument("--run", type=Path, help="folder of the run (default: runs/SPLIT-seedN)")
    train.add_argument("--out", type=Path, help="checkpoint to write (default: in the run folder)")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="scores of section 4.2 and of new grooves")
    what = evaluate.add_mutually_exclusive_group()
    what.add_argument("--split", choices=SPLITS, default="official", help="its test windows")
    what.add_argument("--midi", type=Path, metavar="DIR", help="any folder of drum MIDI instead")
    evaluate.add_argument(
        "--generated", type=_positive, metavar="N", help="also score about N new grooves"
    )
    evaluate.add_argument("--json", type=Path, metavar="OUT", help="file for the scores")
    _add_checkpoint(evaluate)
    evaluate.set_defaults(command=_evaluate)
    for command in (prepare, train, evaluate):
        command.add_argument("--cache", type=Path, default=CACHE_PATH, help="default: %(default)s")


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


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be in 0..2147483647")
    return value


if __name__ == "__main__":
    sys.exit(main())
