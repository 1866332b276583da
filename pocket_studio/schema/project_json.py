"""A project as JSON, which is also the project file."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import N_BEATS
from pocket_studio.music.groove import MAX_REPEATS, Section
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import (
    microtiming_pattern_to_text,
    rows_to_template,
    template_to_rows,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    velocity_pattern_to_text,
)
from pocket_studio.performance import Take
from pocket_studio.schema.choices import MAX_NAME_LENGTH, N_TAKES, KitChoice, MorphTo, Reference
from pocket_studio.schema.fields import (
    Json,
    read_integer,
    read_list,
    read_object,
    read_optional,
    read_text,
)
from pocket_studio.schema.groove_json import groove_to_json, parse_groove
from pocket_studio.schema.parts import (
    edits_to_json,
    locked_rows_to_json,
    parse_drums,
    parse_edits,
    parse_levels,
    parse_locked_rows,
    parse_take,
    take_to_json,
)
from pocket_studio.schema.project import MAX_SECTIONS, Project
from pocket_studio.schema.versions import VERSION, unsaid_in

FORMAT: Final = "pocket-studio-project"

# Fields whose JSON is the value itself, which Project checks.
_PLAIN: Final = (
    "checkpoint",
    "genre",
    "keep_sketch",
    "temperature",
    "guidance",
    "density",
    "humanity",
    "reference_notes",
    "take",
    "tempo_bpm",
    "swing",
    "velocity_amount",
    "microtiming_amount",
)


def parse_project(data: object) -> Project:
    """Read a project; all but the template may be left out, unknown fields are ignored.

    Raises
    ------
    InvalidInputError
        If it is no project, of a newer version, or a field has the wrong type or range.
    """
    fields = read_object(data, "the project")
    if fields.get("format", FORMAT) != FORMAT:
        raise InvalidRequestError("this is not a Pocket Studio project")
    version = read_optional(fields, "version", _version, VERSION)
    if version > VERSION:
        raise InvalidRequestError(
            f"the project is of version {version}, from a newer Pocket Studio; this one reads up "
            f"to {VERSION}"
        )
    template = rows_to_template(read_object(fields.get("template"), "the template"))
    given = {
        key: parse(fields[key]) for key, parse in _PARSERS.items() if fields.get(key) is not None
    }
    return Project(template, **{**unsaid_in(version), **given})


def project_to_json(project: Project) -> Json:
    """Write a project as `parse_project` reads it."""
    plain = {key: getattr(project, key) for key in _PLAIN}
    morph, reference, kit = project.morph, project.reference, project.kit
    return {
        "format": FORMAT,
        "version": VERSION,
        **plain,
        "template": template_to_rows(project.template),
        "velocity_pattern": velocity_pattern_to_text(project.velocity_pattern),
        "microtiming_pattern": microtiming_pattern_to_text(project.microtiming_pattern),
        "takes": [take_to_json(take) for take in project.takes],
        "locked_beats": list(project.locked_beats),
        "locked_rows": locked_rows_to_json(project.locked_rows),
        "edits": edits_to_json(project.edits),
        "morph": morph and {"to": morph.to, "amount": morph.amount},
        "reference": reference
        and {"name": reference.name, "groove": groove_to_json(reference.groove)},
        "muted": list(project.muted),
        "solo": list(project.solo),
        "levels": dict(zip(DRUMS, project.levels, strict=True)),
        "kit": kit and {"soundfont": kit.soundfont, "program": kit.program},
        "song": [_section_to_json(section) for section in project.song],
    }


def _unchecked(value: object) -> Any:
    """Return `value`, which whoever takes it checks, as what it should be."""
    return value


def _version(value: object) -> int:
    return read_integer(value, "the project's version", 1, 1_000_000)


def _takes(value: object) -> tuple[Take, ...]:
    return tuple(parse_take(take) for take in read_list(value, "the takes", N_TAKES))


def _beats(value: object) -> tuple[int, ...]:
    return tuple(read_list(value, "the locked beats", N_BEATS))


def _morph(value: object) -> MorphTo:
    fields = read_object(value, "the morph")
    return MorphTo(_unchecked(fields.get("to")), _unchecked(fields.get("amount")))


def _reference(value: object) -> Reference:
    fields = read_object(value, "the reference")
    return Reference(fields.get("name", ""), parse_groove(fields.get("groove")))


def _kit(value: object) -> KitChoice:
    fields = read_object(value, "the kit")
    return KitChoice(fields.get("program"), fields.get("soundfont"))


def parse_song(value: object) -> tuple[Section, ...]:
    """Read `[{"name", "repeats", "groove"}, ...]`."""
    return tuple(_section(each) for each in read_list(value, "the song", MAX_SECTIONS))


def _section(value: object) -> Section:
    fields = read_object(value, "a section")
    repeats = read_integer(fields.get("repeats", 1), "a section's repeats", 1, MAX_REPEATS)
    name = read_text(fields.get("name", ""), "a section's name", MAX_NAME_LENGTH)
    return Section(parse_groove(fields.get("groove")), repeats, name)


def _section_to_json(section: Section) -> Json:
    groove = groove_to_json(section.groove)
    return {"name": section.name, "repeats": section.repeats, "groove": groove}


_PARSERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_PLAIN, _unchecked),
    "velocity_pattern": text_to_velocity_pattern,
    "microtiming_pattern": text_to_microtiming_pattern,
    "takes": _takes,
    "locked_beats": _beats,
    "locked_rows": parse_locked_rows,
    "edits": parse_edits,
    "morph": _morph,
    "reference": _reference,
    "muted": partial(parse_drums, name="the muted drums"),
    "solo": partial(parse_drums, name="the solo drums"),
    "levels": parse_levels,
    "kit": _kit,
    "song": parse_song,
}
