"""A project as a short text for a URL: all of it but the song, the reference and the soundfont.

The text is base64url of a version byte, the CRC-32 of the rest, and the fields, packed in the order
of `_carry`. Any change of that order or of a range there is a new version.
"""

import base64
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, Final

import numpy as np

from pocket_studio.errors import InvalidInputError, InvalidRequestError
from pocket_studio.music.grid import (
    MAX_MICROTIMING_TICKS,
    MAX_SWING,
    MAX_TEMPO_BPM,
    MIN_TEMPO_BPM,
    N_BEATS,
    N_STEPS,
    STRAIGHT,
)
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import AUTO, N_MICROTIMING_CLASSES, N_VELOCITY_CLASSES, Pattern
from pocket_studio.music.shaping import MAX_AMOUNT, MAX_VELOCITY_MIDI, Edit
from pocket_studio.performance import (
    MAX_DENSITY,
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    Take,
)
from pocket_studio.performance.take import Kept
from pocket_studio.schema.choices import KitChoice, MorphTo
from pocket_studio.schema.packing import (
    Carrier,
    Reader,
    Writer,
    carry_bars,
    carry_bool,
    carry_flag,
    carry_optional,
    carry_scaled,
    carry_subset,
)
from pocket_studio.schema.project import Project
from pocket_studio.schema.values import GENRE_CHOICES, MAX_PROGRAM, N_TAKES
from pocket_studio.schema.versions import (
    FIRST_FOR_EACH_DRUM,
    FIRST_TO_KEEP_SKETCH,
    VERSION,
    unsaid_in,
)

MAX_LINK_LENGTH: Final = 2000  # no project needs more, and every browser takes such a URL
_CHECKPOINT_DIGITS: Final = 12
_N_CODES: Final = 64
_N_DETAILS: Final = 4096
_N_FORMER_DETAILS: Final = 64
_CRC_BYTES: Final = 4
_TEXT: Final = re.compile(r"[A-Za-z0-9_-]+")
_DAMAGED: Final = "the share link is damaged or cut off; copy it again"


def project_to_link(project: Project) -> str:
    """Write `project` as URL-safe text.

    Swing is rounded to 1/1000; tempo, temperature, guidance, humanity, amounts, levels and morph
    to 1/100.
    """
    writer = Writer()
    _carry(writer, project, VERSION)
    content = writer.content()
    body = zlib.crc32(content).to_bytes(_CRC_BYTES, "big") + content
    return _bytes_to_text(bytes([VERSION]) + body)


def link_to_project(text: object) -> Project:
    """Read what `project_to_link` wrote.

    Raises
    ------
    InvalidRequestError
        If the text is cut off, changed, of a newer version or no link at all.
    """
    if not isinstance(text, str) or len(text) > MAX_LINK_LENGTH or not _TEXT.fullmatch(text):
        raise InvalidRequestError(_DAMAGED)
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # a length that no bytes have
        raise InvalidRequestError(_DAMAGED) from None
    version, crc, content = packed[0], packed[1 : 1 + _CRC_BYTES], packed[1 + _CRC_BYTES :]
    if version > VERSION:
        raise InvalidRequestError("the share link is from a newer Pocket Studio")
    whole = zlib.crc32(content).to_bytes(_CRC_BYTES, "big") == crc
    if not 1 <= version <= VERSION or not whole or _bytes_to_text(packed) != text:
        raise InvalidRequestError(_DAMAGED)
    reader = Reader(content)
    try:
        project = _carry(reader, Project(template=np.zeros((N_STEPS, N_DRUMS), np.uint8)), version)
    except InvalidInputError:  # a forged one, such as with two edits of one cell
        raise InvalidRequestError(_DAMAGED) from None
    if not reader.is_at_end:
        raise InvalidRequestError(_DAMAGED)
    return project


def left_out_of_link(project: Project) -> tuple[str, ...]:
    """Return what of `project` its link does not carry, in words."""
    kit = project.kit
    parts = {
        "the song": bool(project.song),
        "the reference": project.reference is not None,
        "the soundfont": kit is not None and kit.soundfont is not None,
    }
    return tuple(name for name, there in parts.items() if there)


def _carry(carrier: Carrier, project: Project, version: int) -> Project:
    """Carry `project` field by field and return what arrives."""
    return Project(
        **unsaid_in(version),
        **_sketch_kept(carrier, project, version),
        **_controls(carrier, project, version),
        checkpoint=_checkpoint(carrier, project.checkpoint),
        template=np.transpose([carry_bars(carrier, row, 2) for row in project.template.T.tolist()]),
        velocity_pattern=_pattern(carrier, project.velocity_pattern, N_VELOCITY_CLASSES, version),
        microtiming_pattern=_pattern(
            carrier, project.microtiming_pattern, N_MICROTIMING_CLASSES, version
        ),
        genre=_genre(carrier, project.genre),
        temperature=carry_scaled(carrier, project.temperature, MIN_TEMPERATURE, MAX_TEMPERATURE),
        takes=tuple(_take(carrier, take, version) for take in project.takes),
        take=carrier.number(project.take, N_TAKES),
        locked_beats=carry_subset(carrier, project.locked_beats, range(N_BEATS)),
        locked_rows={
            drum: _locked_row(carrier, project.locked_rows.get(drum, ()), DRUMS.index(drum))
            for drum in carry_subset(carrier, tuple(project.locked_rows), DRUMS)
        },
        edits=_edits(carrier, project.edits),
        morph=_morph(carrier, project.morph),
        tempo_bpm=carry_scaled(carrier, project.tempo_bpm, MIN_TEMPO_BPM, MAX_TEMPO_BPM),
        swing=carry_scaled(carrier, project.swing, STRAIGHT, MAX_SWING, per_unit=1000),
        velocity_amount=carry_scaled(carrier, project.velocity_amount, 0, MAX_AMOUNT),
        microtiming_amount=carry_scaled(carrier, project.microtiming_amount, 0, MAX_AMOUNT),
        muted=carry_subset(carrier, project.muted, DRUMS),
        solo=carry_subset(carrier, project.solo, DRUMS),
        levels=tuple(carry_scaled(carrier, level, 0, 1) for level in project.levels),
        kit=_kit(carrier, project.kit),
    )


def _sketch_kept(carrier: Carrier, project: Project, version: int) -> dict[str, Any]:
    if version < FIRST_TO_KEEP_SKETCH:
        return {}
    return {"keep_sketch": carry_bool(carrier, project.keep_sketch)}


def _controls(carrier: Carrier, project: Project, version: int) -> dict[str, Any]:
    if version < FIRST_FOR_EACH_DRUM:
        return {}
    return {
        "guidance": carry_scaled(carrier, project.guidance, 0, MAX_GUIDANCE),
        "density": carry_optional(carrier, project.density, 0, MAX_DENSITY + 1),
        "humanity": carry_scaled(carrier, project.humanity, 0, 1),
        "reference_notes": carry_bool(carrier, project.reference_notes),
    }


def _checkpoint(carrier: Carrier, digest: str) -> str:
    if not carry_flag(carrier, digest or None):
        return ""
    number = carrier.number(int(digest or "0", 16), 16**_CHECKPOINT_DIGITS)
    return f"{number:0{_CHECKPOINT_DIGITS}x}"


def _genre(carrier: Carrier, genre: str) -> str:
    return GENRE_CHOICES[carrier.number(GENRE_CHOICES.index(genre), len(GENRE_CHOICES))]


def _pattern(carrier: Carrier, pattern: Pattern, n_classes: int, version: int) -> Pattern:
    columns = pattern.T - AUTO
    same = version < FIRST_FOR_EACH_DRUM or carry_bool(carrier, bool((columns == columns[0]).all()))
    rows = [
        carry_bars(carrier, column.tolist(), n_classes + 1)
        for column in columns[: 1 if same else None]
    ]
    return np.transpose(rows * (N_DRUMS // len(rows))).astype(np.int8) + np.int8(AUTO)


def _take(carrier: Carrier, take: Take, version: int) -> Take:
    n_details = _N_FORMER_DETAILS if version < FIRST_FOR_EACH_DRUM else _N_DETAILS
    return Take(
        carrier.number(take.seed, MAX_SEED + 1),
        _one_a_beat(carrier, take.codes, 0, _N_CODES),
        _one_a_beat(carrier, take.details, -1, n_details),
        None if version < FIRST_FOR_EACH_DRUM else _kept(carrier, take.kept),
    )


def _one_a_beat(
    carrier: Carrier, values: tuple[int | None, ...] | None, low: int, end: int
) -> tuple[int | None, ...] | None:
    """Carry 8 of `low`..`end` - 1 or None, or none at all."""
    if not carry_flag(carrier, values):
        return None
    return tuple(carry_optional(carrier, value, low, end) for value in values or (None,) * N_BEATS)


def _kept(carrier: Carrier, kept: Kept | None) -> Kept | None:
    """Carry 8 pairs of code and detail or None, or none at all."""
    if not carry_flag(carrier, kept):
        return None
    return tuple(_pair(carrier, pair) for pair in kept or (None,) * N_BEATS)


def _pair(carrier: Carrier, pair: tuple[int, int] | None) -> tuple[int, int] | None:
    code = carry_optional(carrier, pair[0] if pair else None, 0, _N_CODES)
    if code is None:
        return None
    detail = carrier.number(pair[1] + 1 if pair else 0, _N_DETAILS + 1) - 1
    return code, detail


def _locked_row(carrier: Carrier, hits: Sequence[Edit], drum: int) -> tuple[Edit, ...]:
    by_step = {hit.step: hit for hit in hits}
    row = carry_bars(carrier, [int(step in by_step) for step in range(N_STEPS)], 2)
    return tuple(
        _hit(carrier, by_step.get(step, Edit(step, drum, 1)), softest=1)
        for step in range(N_STEPS)
        if row[step]
    )


def _edits(carrier: Carrier, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    n_edits = carrier.number(len(edits), N_STEPS * N_DRUMS + 1)
    blanks = repeat(Edit(0, 0, 0), n_edits - len(edits))
    return tuple(_edit(carrier, edit) for edit in chain(edits, blanks))


def _edit(carrier: Carrier, edit: Edit) -> Edit:
    step, drum = carrier.number(edit.step, N_STEPS), carrier.number(edit.drum, N_DRUMS)
    return _hit(carrier, replace(edit, step=step, drum=drum), softest=0)


def _hit(carrier: Carrier, edit: Edit, softest: int) -> Edit:
    """Carry the velocity and the ticks of `edit`."""
    n_velocities = MAX_VELOCITY_MIDI - softest + 1
    velocity = carrier.number(edit.velocity_midi - softest, n_velocities) + softest
    ticks = carrier.number(edit.ticks + MAX_MICROTIMING_TICKS, 2 * MAX_MICROTIMING_TICKS)
    return replace(edit, velocity_midi=velocity, ticks=ticks - MAX_MICROTIMING_TICKS)


def _morph(carrier: Carrier, morph: MorphTo | None) -> MorphTo | None:
    if not carry_flag(carrier, morph):
        return None
    to, amount = (morph.to, morph.amount) if morph else (0, 0.0)
    return MorphTo(carrier.number(to, N_TAKES), carry_scaled(carrier, amount, 0, 1))


def _kit(carrier: Carrier, kit: KitChoice | None) -> KitChoice | None:
    if not carry_flag(carrier, kit):
        return None
    return KitChoice(carry_optional(carrier, kit.program if kit else None, 0, MAX_PROGRAM + 1))


def _bytes_to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
