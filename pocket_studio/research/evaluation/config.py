"""The settings of a table, and the budgets that ship."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import with_config

from pocket_studio.research.corpus import OFFICIAL, SPLITS
from pocket_studio.research.typed import SETTINGS, from_toml

TABLES_DIR: Final = Path(__file__).with_name("tables")


@with_config(SETTINGS)
@dataclass(frozen=True)
class Budget:
    """How long each part of a table is trained: epochs over the training windows.

    Attributes
    ----------
    name : str
        Of the folders of its results and trained parts: letters, digits and hyphens.
    epochs, prior_epochs, classifier_epochs : int
        At least 1.

    Raises
    ------
    ValueError
        If the name or a number is out of range.
    """

    name: str
    epochs: int
    prior_epochs: int
    classifier_epochs: int

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9-]*", self.name):
            raise ValueError(f"a budget's name has letters, digits and hyphens, not {self.name!r}")
        if min(self.epochs, self.prior_epochs, self.classifier_epochs) < 1:
            raise ValueError("a budget's epochs must be at least 1")


@with_config(SETTINGS)
@dataclass(frozen=True)
class TableConfig:
    """What a table's file may say.

    Attributes
    ----------
    budget : Budget
    split : str
    seed : int
        0..2147483647.
    rows : list of str
        All of the split if empty.

    Raises
    ------
    ValueError
        If the split is unknown or the seed out of range.
    """

    budget: Budget
    split: str = OFFICIAL
    seed: int = 0
    rows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ValueError(f"the splits are {', '.join(SPLITS)}, not {self.split!r}")
        if not 0 <= self.seed < 2**31:
            raise ValueError("seed must be in 0..2147483647")


BUDGETS: Final[Mapping[str, Budget]] = {
    name: from_toml(TableConfig, TABLES_DIR / f"{name}.toml").budget for name in ("fast", "full")
}
"""What `--budget` means, by its name; the files are read with `--config` too."""
