"""Single values of the command line, checked as they are read."""

import argparse
from pathlib import Path
from typing import Final

from pocket_studio.music.kit import DRUMS
from pocket_studio.places import SOUNDFONT_FOLDERS

_MAX_SEEDS: Final = 1000  # in one range


def data_dir(text: str) -> Path:
    """Return the folder, which may have to be made yet, whatever the current folder will be."""
    folder = Path(text).absolute()
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{folder} is no folder")
    return folder


def soundfont_folders(text: str) -> tuple[Path, ...]:
    """Return the folders to look into, that of the user's choice first."""
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {folder}")
    return (folder, *SOUNDFONT_FOLDERS)


def whole(text: str) -> int:
    """Return a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def positive(text: str) -> int:
    """Return a whole number from 1 on."""
    value = whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def row_value(text: str) -> tuple[str, float]:
    """Read "snare=8": a drum and a number."""
    drum, _, value = text.partition("=")
    if drum not in DRUMS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(DRUMS)}, = and a number")
    try:
        return drum, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no number") from None


def port(text: str) -> int:
    """Return a port."""
    value = whole(text)
    if not 1 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be in 1..65535")
    return value


def seed(text: str) -> int:
    """Return a seed, 0..2147483647."""
    value = whole(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be in 0..2147483647")
    return value


def seeds(text: str) -> tuple[int, ...]:
    """Read "3", "1-4" or "1,5,9", each seed once."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low, high = seed(first), seed(last if dash else first)
        if not 0 <= high - low < _MAX_SEEDS:
            raise argparse.ArgumentTypeError(f"a range rises by less than {_MAX_SEEDS}")
        found += range(low, high + 1)
    return tuple(dict.fromkeys(found))
