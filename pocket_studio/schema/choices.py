"""What a project may choose besides: a morph, a reference, a kit."""

from dataclasses import dataclass
from typing import Final

from pocket_studio.music.groove import Groove
from pocket_studio.schema.fields import read_integer, read_number, read_text

N_TAKES: Final = 4
MAX_NAME_LENGTH: Final = 80
MAX_PROGRAM: Final = 127


@dataclass(frozen=True)
class MorphTo:
    """How far (`amount`, 0..1) the active take is on its way to the take of index `to` (0..3)."""

    to: int
    amount: float

    def __post_init__(self) -> None:
        to = read_integer(self.to, "the morph's take", 0, N_TAKES - 1)
        object.__setattr__(self, "to", to)
        object.__setattr__(self, "amount", read_number(self.amount, "the morph's amount", 0, 1))


@dataclass(frozen=True)
class Reference:
    """The groove whose feel is transferred, and what it is called."""

    name: str
    groove: Groove

    def __post_init__(self) -> None:
        read_text(self.name, "the reference's name", MAX_NAME_LENGTH)


@dataclass(frozen=True)
class KitChoice:
    """A kit's program number (0..127; None = the genre's) in a soundfont (None = the best)."""

    program: int | None = None
    soundfont: str | None = None

    def __post_init__(self) -> None:
        if self.program is not None:
            program = read_integer(self.program, "the kit", 0, MAX_PROGRAM)
            object.__setattr__(self, "program", program)
        if self.soundfont is not None:
            read_text(self.soundfont, "the soundfont's name", MAX_NAME_LENGTH)
