"""Links of versions 1 to 3, which packed a project's fields as the digits of one number: to read.

Nothing here may change, and nothing here hangs on what the product has become: the lists and ranges
are those that the links were written with. What comes out is the JSON of a project file of the
link's version, which `parse_project` reads as such.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Final

Fields = dict[str, Any]

LAST_OLD_VERSION: Final = 3

_FIRST_TO_KEEP_SKETCH: Final = 2
_FIRST_FOR_EACH_DRUM: Final = 3  # and with guidance, density, humanity, reference_notes and kept
_CRC_BYTES: Final = 4

_GENRES: Final = ("any", "electronic", "rock", "funk", "jazz", "blues", "hiphop")
_DRUMS: Final = ("kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom")
_TEMPLATE_MARKS: Final = ".x"
_VELOCITY_MARKS: Final = ".12345"
_MICROTIMING_MARKS: Final = ".<|>"
_N_STEPS: Final = 32
_N_BEATS: Final = 8
_N_TAKES: Final = 4
_N_SEEDS: Final = 2**31
_N_CODES: Final = 64
_N_DETAILS: Final = 4096
_N_FORMER_DETAILS: Final = 64
_N_CHECKPOINTS: Final = 16**12
_N_PROGRAMS: Final = 128
_N_VELOCITIES: Final = 128
_N_TICKS: Final = 120
_EARLIEST_TICKS: Final = -60


def old_link_to_json(version: int, sealed: bytes) -> Fields:
    """Return the project that a link of `version` 1 to 3 says, as the JSON of a file of it.

    Parameters
    ----------
    version : int
        The link's first byte.
    sealed : bytes
        All that follows: a CRC-32 and what it is of.

    Raises
    ------
    ValueError
        If the link was cut off or changed.
    """
    content = sealed[_CRC_BYTES:]
    if zlib.crc32(content).to_bytes(_CRC_BYTES, "big") != sealed[:_CRC_BYTES]:
        raise ValueError
    digits = _Digits(content)
    fields = _fields(digits, version)
    if not digits.are_read:
        raise ValueError
    return fields


class _Digits:
    """The digits of one number, the lowest first, each in the base of what it may be."""

    def __init__(self, content: bytes) -> None:
        self._rest = int.from_bytes(content, "little")

    def number(self, n_values: int) -> int:
        """Read one of 0..n_values - 1."""
        self._rest, found = divmod(self._rest, n_values)
        return found

    def flag(self) -> bool:
        """Read whether something is so, or there."""
        return bool(self.number(2))

    def optional(self, low: int, end: int) -> int | None:
        """Read one of `low`..`end` - 1 or None."""
        found = self.number(end - low + 1)
        return low + found - 1 if found else None

    def scaled(self, lowest: int, highest: int, per_unit: int = 100) -> float:
        """Read one of `lowest`..`highest`, counted in 1 / `per_unit`."""
        return (lowest + self.number(highest - lowest + 1)) / per_unit

    def drums(self) -> list[str]:
        """Read which drums are chosen."""
        return [drum for drum in _DRUMS if self.flag()]

    def row(self, marks: str) -> str:
        """Read 32 steps as marks: an empty row, a bar that is played twice, or two."""
        n_bars = self.number(3)
        if not n_bars:
            return marks[0] * _N_STEPS
        bars = [marks[self.number(len(marks))] for _ in range(n_bars * _N_STEPS // 2)]
        return "".join(bars * (2 // n_bars))

    @property
    def are_read(self) -> bool:
        """Whether nothing but zeros is left."""
        return not self._rest


def _fields(digits: _Digits, version: int) -> Fields:
    """Read all fields; the order is the format."""
    fields: Fields = {"version": version}
    if version >= _FIRST_TO_KEEP_SKETCH:
        fields["keep_sketch"] = digits.flag()
    if version >= _FIRST_FOR_EACH_DRUM:
        fields["guidance"] = digits.scaled(0, 400)
        fields["density"] = digits.optional(0, 65)
        fields["humanity"] = digits.scaled(0, 100)
        fields["reference_notes"] = digits.flag()
    fields["checkpoint"] = f"{digits.number(_N_CHECKPOINTS):012x}" if digits.flag() else ""
    fields["template"] = {drum: digits.row(_TEMPLATE_MARKS) for drum in _DRUMS}
    fields["velocity_pattern"] = _pattern(digits, _VELOCITY_MARKS, version)
    fields["microtiming_pattern"] = _pattern(digits, _MICROTIMING_MARKS, version)
    fields["genre"] = _GENRES[digits.number(len(_GENRES))]
    fields["temperature"] = digits.scaled(5, 200)
    fields["takes"] = [_take(digits, version) for _ in range(_N_TAKES)]
    fields["take"] = digits.number(_N_TAKES)
    fields["locked_beats"] = [beat for beat in range(_N_BEATS) if digits.flag()]
    fields["locked_rows"] = {drum: _locked_row(digits) for drum in digits.drums()}
    fields["edits"] = [_edit(digits) for _ in range(digits.number(_N_STEPS * len(_DRUMS) + 1))]
    fields["morph"] = _morph(digits) if digits.flag() else None
    fields["tempo_bpm"] = digits.scaled(4000, 24000)
    fields["swing"] = digits.scaled(500, 750, per_unit=1000)
    fields["velocity_amount"] = digits.scaled(0, 130)
    fields["microtiming_amount"] = digits.scaled(0, 130)
    fields["muted"] = digits.drums()
    fields["solo"] = digits.drums()
    fields["levels"] = {drum: digits.scaled(0, 100) for drum in _DRUMS}
    fields["kit"] = {"program": digits.optional(0, _N_PROGRAMS)} if digits.flag() else None
    return fields


def _pattern(digits: _Digits, marks: str, version: int) -> str | dict[str, str]:
    if version < _FIRST_FOR_EACH_DRUM or digits.flag():
        return digits.row(marks)
    return {drum: digits.row(marks) for drum in _DRUMS}


def _take(digits: _Digits, version: int) -> Fields:
    later = version >= _FIRST_FOR_EACH_DRUM
    n_details = _N_DETAILS if later else _N_FORMER_DETAILS
    return {
        "seed": digits.number(_N_SEEDS),
        "codes": _one_a_beat(digits, 0, _N_CODES) if digits.flag() else None,
        "details": _one_a_beat(digits, -1, n_details) if digits.flag() else None,
        "kept": [_pair(digits) for _ in range(_N_BEATS)] if later and digits.flag() else None,
    }


def _one_a_beat(digits: _Digits, low: int, end: int) -> list[int | None]:
    return [digits.optional(low, end) for _ in range(_N_BEATS)]


def _pair(digits: _Digits) -> list[int] | None:
    code = digits.optional(0, _N_CODES)
    return None if code is None else [code, digits.number(_N_DETAILS + 1) - 1]


def _locked_row(digits: _Digits) -> list[list[int]]:
    row = digits.row(_TEMPLATE_MARKS)
    return [[step, *_hit(digits, softest=1)] for step, mark in enumerate(row) if mark == "x"]


def _edit(digits: _Digits) -> Sequence[int | str]:
    step, drum = digits.number(_N_STEPS), _DRUMS[digits.number(len(_DRUMS))]
    return [step, drum, *_hit(digits, softest=0)]


def _hit(digits: _Digits, softest: int) -> list[int]:
    """Read a velocity and ticks."""
    velocity = digits.number(_N_VELOCITIES - softest) + softest
    return [velocity, digits.number(_N_TICKS) + _EARLIEST_TICKS]


def _morph(digits: _Digits) -> Fields:
    return {"to": digits.number(_N_TAKES), "amount": digits.scaled(0, 100)}
