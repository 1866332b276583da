"""Requests for files: MIDI that is read, exports, projects and share links."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pocket_studio.errors import InvalidRequestError
from pocket_studio.export.exporting import KINDS, Export
from pocket_studio.midi import GENERAL_MIDI, LEADS, MAX_BARS, MAX_MIDI_BYTES, NoteMap
from pocket_studio.midi.note_maps import MAX_PITCH
from pocket_studio.music.genres import ANY_GENRE
from pocket_studio.music.groove import MAX_REPEATS, Section
from pocket_studio.music.kit import DRUMS
from pocket_studio.schema.fields import (
    read_choice,
    read_integer,
    read_object,
    read_optional,
    read_text,
)
from pocket_studio.schema.groove_json import parse_groove, read_tempo
from pocket_studio.schema.link import link_to_project
from pocket_studio.schema.parts import parse_levels, read_seed
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project, parse_song
from pocket_studio.server.protocol.playing import parse_genre, parse_template
from pocket_studio.server.protocol.sound import read_program, read_soundfont

MAX_FILE_NAME_LENGTH: Final = 200
MAX_PROJECT_BYTES: Final = 2**20  # a song of 16 full sections has a third of it


@dataclass(frozen=True)
class UploadRequest:
    """A MIDI file's name and content; two bars from `bar` are meant, None: the first that sound."""

    name: str
    content: bytes
    bar: int | None


def parse_upload(data: object) -> UploadRequest:
    """Read an uploaded MIDI file."""
    fields = read_object(data, "the request")
    name = read_text(fields.get("name", ""), "the file's name", MAX_FILE_NAME_LENGTH)
    name = " ".join(name.split())  # it may stand in a line of words
    content = fields.get("content")
    if not isinstance(content, str):
        raise InvalidRequestError("the file's content must be base64 text")
    if len(content) > MAX_MIDI_BYTES * 4 // 3 + 4:
        raise InvalidRequestError(f"a MIDI file may have {MAX_MIDI_BYTES >> 10} KB at most")
    try:
        decoded = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequestError("the file's content must be base64 text") from None
    return UploadRequest(name, decoded, read_optional(fields, "bar", _bar, None))


def parse_export_request(data: object) -> tuple[Export, str | None]:
    """Read a request for a file of a groove or a song; also the soundfont's name, for sound."""
    fields = read_object(data, "the request")
    export = Export(
        kind=read_choice(fields.get("kind"), KINDS, "the kind of file"),
        sections=_sections(fields),
        template=read_optional(fields, "template", parse_template, None),
        program=read_program(fields),
        levels=read_optional(fields, "levels", parse_levels, None),
        lead=read_optional(fields, "lead", _lead, "none"),
        note_map=read_optional(fields, "note_map", _note_map, None),
        tempo_bpm=read_optional(fields, "tempo_bpm", read_tempo, None),
        genre=read_optional(fields, "genre", parse_genre, ANY_GENRE),
        seed=read_optional(fields, "seed", read_seed, None),
    )
    return export, read_soundfont(fields)


def parse_project_file(data: object) -> Project:
    """Read the text of a project file, `{content}`."""
    content = read_object(data, "the request").get("content")
    if not isinstance(content, str):
        raise InvalidRequestError("the project file's content must be text")
    if len(content) > MAX_PROJECT_BYTES:
        raise InvalidRequestError(f"a project file may have {MAX_PROJECT_BYTES >> 10} KB at most")
    try:
        project = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidRequestError("this is not a Pocket Studio project") from None
    return parse_project(project)


def parse_project_request(data: object) -> Project:
    """Read a request that holds a project, `{project}`."""
    return parse_project(read_object(data, "the request").get("project"))


def parse_share_request(data: object) -> Project:
    """Read the text of a share link, `{text}`."""
    return link_to_project(read_object(data, "the request").get("text"))


def bytes_to_text(content: bytes) -> str:
    """Return `content` as base64 text."""
    return base64.b64encode(content).decode("ascii")


def _sections(fields: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the song in `sections`, or the one groove with its `repeats`."""
    if fields.get("sections") is not None:
        return parse_song(fields["sections"])
    repeats = read_optional(fields, "repeats", _repeats, 1)
    return (Section(parse_groove(fields.get("groove")), repeats),)


def _note_map(value: object) -> NoteMap:
    """Read `{drum: pitch}`; a drum that is left out has its General MIDI pitch."""
    fields = read_object(value, "the note map")
    for name in fields:
        read_choice(name, DRUMS, "a name in the note map")
    return tuple(
        read_integer(fields.get(drum, pitch), f"the pitch of {drum}", 0, MAX_PITCH)
        for drum, pitch in zip(DRUMS, GENERAL_MIDI, strict=True)
    )


def _bar(value: object) -> int:
    return read_integer(value, "the bar", 0, MAX_BARS)


def _repeats(value: object) -> int:
    return read_integer(value, "the repeats", 1, MAX_REPEATS)


def _lead(value: object) -> str:
    return read_choice(value, LEADS, "the lead")
