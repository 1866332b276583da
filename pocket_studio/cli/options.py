"""What the command line takes: its commands and their options."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pocket_studio.cli.address import DEFAULT_HOST
from pocket_studio.cli.values import (
    data_dir,
    port,
    positive,
    row_value,
    seed,
    seeds,
    soundfont_folders,
)
from pocket_studio.midi import DOWNBEATS
from pocket_studio.music.feels import ROW_FEEL_RANGES
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.performance.controls import CONTROLS
from pocket_studio.places import DATA_DIR, SOUNDFONT_FOLDERS
from pocket_studio.research.corpus import SPLITS

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]
    _Command = argparse.ArgumentParser | argparse._ArgumentGroup

PLAYING: Final[Mapping[str, dict[str, Any]]] = {
    "reference_notes": {
        "action": argparse.BooleanOptionalAction,
        "default": False,
        "help": "whether the reference's notes play too (default: its feel only)",
    },
    "keep_sketch": {
        "action": argparse.BooleanOptionalAction,
        "default": True,
        "help": "whether every hit of the template sounds (default: it does)",
    },
    **{
        name: {
            "type": int if control.whole else float,
            "default": control.default,
            "help": f"{control.hint} ({control.low:g} to {control.high:g})",
        }
        for name, control in CONTROLS.items()
    },
}
"""Arguments of `Studio.groove` that are options of the same name."""


def command_parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of all commands; it stores the name of the chosen one as `command`."""
    parser = argparse.ArgumentParser(
        prog=program, description="PocketVAE: put the pocket into a plain beat."
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="COMMAND"
    )
    _add_serve(commands)
    _add_playing_commands(commands)
    _add_data_commands(commands)
    return parser


def _add_serve(commands: "_Commands") -> None:
    serve = commands.add_parser("serve", help="serve the studio's page")
    place = serve.add_mutually_exclusive_group()
    place.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME") or DEFAULT_HOST,
        help=f"address (default: $GRADIO_SERVER_NAME or {DEFAULT_HOST})",
    )
    place.add_argument(
        "--lan",
        action="store_true",
        help="for all in this network: prints the address to open, also as a QR code",
    )
    serve.add_argument(
        "--port",
        type=port,
        default=os.environ.get("GRADIO_SERVER_PORT") or None,
        help="default: $GRADIO_SERVER_PORT or the first free from 7860",
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name by which browsers reach it, as behind a proxy; may be repeated",
    )
    _add_soundfonts(serve)
    _add_data(serve, "the listening test's clips and answers")


def _add_data_commands(commands: "_Commands") -> None:
    prepare = commands.add_parser("prepare", help="build the training cache from the data set")
    prepare.add_argument("--archive", type=Path, help="the official MIDI-only archive, if at hand")
    prepare.add_argument("--extra", type=Path, metavar="DIR", help="more MIDI, with a manifest.csv")

    train = commands.add_parser("train", help="train the model; goes on where it was stopped")
    _add_config(train, "the settings of the training")
    train.add_argument("--split", choices=SPLITS, help="default: official")
    train.add_argument("--seed", type=seed, help="default: 0")
    for step, trained in (
        ("note", "NOTE"),
        ("expression", "VEL and TIME"),
        ("latent", "the priors of z, further"),
        ("prior", "the prior of the codes"),
    ):
        limit = f"longest training of {trained}"
        train.add_argument(f"--{step}-epochs", type=positive, metavar="N", help=limit)
    train.add_argument("--batch-size", type=positive, metavar="N")
    train.add_argument(
        "--extra", action=argparse.BooleanOptionalAction, help="train on the extra windows as well"
    )
    train.add_argument("--jobs", type=positive, default=2, metavar="N", help="parts at a time")
    train.add_argument("--run", type=Path, help="folder of the run (default: runs/SPLIT-seedN)")
    train.add_argument("--out", type=Path, help="checkpoint to write (default: in the run folder)")

    evaluate = commands.add_parser("evaluate", help="scores of section 4.2 and of new grooves")
    what = evaluate.add_mutually_exclusive_group()
    what.add_argument("--split", choices=SPLITS, help="its test windows (default: official)")
    what.add_argument("--midi", type=Path, metavar="DIR", help="any folder of drum MIDI instead")
    evaluate.add_argument("--json", type=Path, metavar="OUT", help="file for the scores")
    _add_checkpoint(evaluate)
    _add_table_options(evaluate)

    report = commands.add_parser("report", help="tables and figures of what table1 has measured")
    report.add_argument("--budget", default="full", metavar="NAME", help="default: %(default)s")
    _add_results(report)
    for command in (prepare, train, evaluate):
        _add_data(command, "the training cache")


def _add_table_options(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument(
        "table", nargs="?", choices=("table1",), help="train and score all systems of Table 1"
    )
    table = evaluate.add_argument_group("table1", "goes on where it was stopped")
    _add_config(table, "the settings of the table")
    table.add_argument("--rows", nargs="+", metavar="ROW", help="default: all there are")
    table.add_argument("--seed", type=seed, help="default: 0")
    table.add_argument("--jobs", type=positive, default=2, help="processes (default: 2)")
    table.add_argument("--runs", type=Path, default=Path("runs") / "table1", help="trained parts")
    table.add_argument(
        "--classifier", type=Path, metavar="OUT", help="also write the genre classifier's weights"
    )
    table.add_argument("--budget", choices=("fast", "full"), help="default: full")
    _add_results(table)


def _add_config(command: "_Command", what: str) -> None:
    command.add_argument(
        "--config", type=Path, metavar="FILE", help=f"{what}, in TOML; other options stand above it"
    )


def _add_results(command: "_Command") -> None:
    command.add_argument(
        "--results", type=Path, default=Path("docs") / "results", help="default: %(default)s"
    )


def _add_playing_commands(commands: "_Commands") -> None:
    groove = commands.add_parser("groove", help="put the pocket into two bars of a file")
    groove.add_argument("template", type=Path, metavar="TEMPLATE.mid")
    groove.add_argument("out", type=Path, metavar="OUT.mid")
    groove.add_argument("--seed", type=seed, default=0, help="another seed is another take")
    groove.add_argument("--wav", type=Path, metavar="OUT.wav", help="also render the sound")
    groove.add_argument(
        "--normalise",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="bring the sound's peak to -1 dB (default: on)",
    )
    _add_soundfonts(groove)

    every = commands.add_parser(
        "groove-all",
        help="play every MIDI file of a folder anew",
        description="Reduce two bars of every file below IN_DIR to a template "
        "and play it with each seed. Existing files are replaced. Files that cannot be read are "
        "skipped and listed; the exit code is 1 only if none could be played.",
    )
    every.add_argument("in_dir", type=Path, metavar="IN_DIR")
    every.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="for NAME-GENRE-SEED.mid")
    every.add_argument("--seeds", type=seeds, default=(0,), help="3, 1-4 or 1,5,9: a groove each")
    every.add_argument("--jobs", type=positive, default=2, help="processes (default: 2)")
    for command in (groove, every):
        command.add_argument("--reference", type=Path, metavar="REF.mid", help="take its feel")
        command.add_argument(
            "--bar",
            type=positive,
            metavar="N",
            help="bars N and N+1 (default: the first full two)",
        )
        command.add_argument(
            "--downbeat",
            type=int,
            choices=range(DOWNBEATS[0], DOWNBEATS[1] + 1),
            default=0,
            metavar="N",
            help="bars begin N sixteenths later than the file says, -8 to 7 (below 0: earlier)",
        )
        command.add_argument(
            "--track", type=positive, metavar="N", help="the file's track that is drums, from 1"
        )
        command.add_argument(
            "--channel",
            type=int,
            choices=range(1, 17),
            metavar="N",
            help="the same by channel, 1-16",
        )
        for name, settings in PLAYING.items():
            command.add_argument(f"--{name.replace('_', '-')}", **settings)
        for name, (low, high) in ROW_FEEL_RANGES.items():
            command.add_argument(
                f"--row-{name.replace('_', '-')}",
                type=row_value,
                action="append",
                default=[],
                metavar="DRUM=VALUE",
                help=f"a row's own feel, {low:g} to {high:g}, as snare={high / 2:g}; "
                "may be repeated",
            )
        command.add_argument("--tempo", type=float, help="beats a minute (default: the file's)")

    codes = commands.add_parser("codes", help="write each code of the codebook as a MIDI file")
    codes.add_argument("out_dir", type=Path, metavar="OUT_DIR")
    for command in (groove, every, codes):
        command.add_argument("--genre", choices=(ANY_GENRE, *GENRES), default=ANY_GENRE)
        _add_checkpoint(command)


def _add_checkpoint(command: argparse.ArgumentParser) -> None:
    command.add_argument("--checkpoint", type=Path, help="weights (default: the shipped ones)")


def _add_soundfonts(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--soundfonts",
        type=soundfont_folders,
        default=SOUNDFONT_FOLDERS,
        metavar="DIR",
        help=f"folder whose soundfonts come first, before {', '.join(map(str, SOUNDFONT_FOLDERS))}",
    )


def _add_data(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--data",
        type=data_dir,
        default=DATA_DIR,
        metavar="DIR",
        help=f"folder of {what} (default: %(default)s)",
    )
