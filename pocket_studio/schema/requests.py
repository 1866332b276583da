"""What may be asked of the server: a record for each call of the page and the endpoints."""

import base64
import binascii
import json
from dataclasses import field
from typing import Annotated, Any, Final

from pydantic import Field

from pocket_studio.errors import InvalidRequestError
from pocket_studio.exporting.files import KINDS, Export
from pocket_studio.midi import DOWNBEATS, GENERAL_MIDI, LEADS, MAX_BARS, MAX_MIDI_BYTES, NoteMap
from pocket_studio.midi.note_maps import MAX_PITCH
from pocket_studio.music.genres import ANY_GENRE
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.shaping import LAYERS
from pocket_studio.performance import Take
from pocket_studio.schema.asked import Asked
from pocket_studio.schema.groove_json import GrooveField, Song
from pocket_studio.schema.link import link_to_project
from pocket_studio.schema.parts import (
    AllCodes,
    AllDetails,
    Edits,
    MorphField,
    RowFeelsField,
    TakeField,
    TakeFields,
)
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project, project_to_json
from pocket_studio.schema.values import (
    N_TAKES,
    Beat,
    Flag,
    Genre,
    Layer,
    Levels,
    MicrotimingAmount,
    Ornaments,
    Program,
    Repeats,
    Seed,
    SoundfontName,
    Swing,
    Template,
    Tempo,
    VelocityAmount,
    Whole,
)
from pocket_studio.schema.words import Form, Named, OneOf, Record, record

MAX_FILE_NAME_LENGTH: Final = 200
MAX_PROJECT_BYTES: Final = 2**20  # a song of 16 full sections has a third of it
_OF_EXPORT: Final = (
    *("kind", "template", "levels", "lead", "note_map"),
    *("tempo_bpm", "genre", "seed", "normalise"),
    *("edits", "layer", "timing_zoom"),
)
_NO_PROJECT: Final = "this is not a Pocket Studio project"


@record(eq=False)
class Played(Asked):
    """What the model is asked, with whose feel and on the way to which take."""

    reference: GrooveField | None = None
    morph: MorphField | None = None

    def arguments(self, take: Take) -> dict[str, Any]:
        """Return `take` and the fields as arguments of `Studio.groove`."""
        return {**self.controls(take), "reference": self.reference, "morph": self.morph}


@record(eq=False)
class GrooveRequest(TakeFields, Played):
    """A groove: what the model is asked, and a take; all but the template may be left out."""


@record(eq=False, kw_only=True)
class TakesRequest(Played):
    """Up to four takes of what the model is asked."""

    takes: Annotated[list[TakeField], Field(max_length=N_TAKES), Named("the takes")]


@record(eq=False, kw_only=True)
class CodeChoicesRequest(Asked):
    """What a beat of a groove could be, whose codes and details are all given."""

    codes: AllCodes
    details: AllDetails
    beat: Annotated[Beat, Named("the beat")]
    seed: Seed = 0


@record()
class CodebookRequest(Record):
    """All codes, in a genre."""

    genre: Genre = ANY_GENRE


@record(eq=False)
class ShapeRequest(Record):
    """What happens to a groove after the model: amounts, feels, edits, a layer, swing and tempo.

    The `seed` says how rows stray that are loose.
    """

    groove: GrooveField
    template: Template | None = None
    velocity_amount: VelocityAmount = 1.0
    microtiming_amount: MicrotimingAmount = 1.0
    row_feels: RowFeelsField = field(default_factory=dict)
    seed: Seed = 0
    edits: Edits = ()
    ornaments: Ornaments | None = None
    layer: Layer = LAYERS[-1]
    swing: Swing | None = None
    tempo_bpm: Tempo | None = None


@record(eq=False)
class PatternsRequest(Record):
    """A groove that is reduced."""

    groove: GrooveField


def _decoded(value: Any, check: Any) -> bytes:
    if isinstance(value, str) and len(value) > MAX_MIDI_BYTES * 4 // 3 + 4:
        raise InvalidRequestError(f"a MIDI file may have {MAX_MIDI_BYTES >> 10} KB at most")
    try:
        return base64.b64decode(check(value), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequestError("the file's content must be base64 text") from None


def _shown(name: str) -> str:
    """Return `name` as it stands in a line of words: of one line, not too long, sayable."""
    words = " ".join(name.encode(errors="replace").decode().split())
    cut = len(words) > MAX_FILE_NAME_LENGTH
    return f"{words[: MAX_FILE_NAME_LENGTH - 1]}…" if cut else words


@record()
class ReadMidiRequest(Record):
    """A MIDI file's content and name, and what of it is meant.

    `bar` is the first of two, None: the first two full bars; `part` an index into the answer's
    `parts`, None: what the studio takes for the drums; `downbeat` says how many sixteenths later
    than the file says its bars begin. A name of any length is cut for display.
    """

    content: Annotated[
        bytes,
        Form(
            Annotated[str, Field(strict=True), Named("the file's content", "base64 text")],
            _decoded,
            lambda content: base64.b64encode(content).decode(),
        ),
    ]
    name: Annotated[str, Field(strict=True), Named("the file's name", "a text")] = ""
    bar: Annotated[Whole, Field(ge=0, le=MAX_BARS), Named("the bar")] | None = None
    part: Annotated[Whole, Field(ge=0, le=MAX_MIDI_BYTES), Named("the part")] | None = None
    downbeat: Annotated[Whole, Field(ge=DOWNBEATS[0], le=DOWNBEATS[1]), Named("the downbeat")] = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _shown(self.name))


def _read_note_map(value: Any, check: Any) -> NoteMap:
    if isinstance(value, tuple):
        return value
    given = check(value)
    return tuple(given.get(drum, pitch) for drum, pitch in zip(DRUMS, GENERAL_MIDI, strict=True))


NoteMapField = Annotated[
    NoteMap,
    Form(
        Annotated[
            dict[
                Annotated[str, OneOf(DRUMS), Named("a name in the note map")],
                Annotated[Whole, Field(ge=0, le=MAX_PITCH), Named("a pitch")],
            ],
            Named("the note map"),
        ],
        _read_note_map,
        lambda pitches: dict(zip(DRUMS, pitches, strict=True)),
    ),
]


@record(eq=False)
class ExportRequest(Record):
    """A file of a groove, or of a song's sections; a drum that the note map lacks has its own.

    The edits and the layer are in the groove already: pictures mark the ones and name the other.
    """

    groove: GrooveField | None = None
    kind: Annotated[str, OneOf(KINDS), Named("the kind of file")] = KINDS[0]
    template: Template | None = None
    kit: Program = 0
    genre: Genre = ANY_GENRE
    seed: Seed | None = None
    repeats: Annotated[Repeats, Named("the repeats")] = 1
    sections: Song | None = None
    soundfont: SoundfontName | None = None
    levels: Levels | None = None
    lead: Annotated[str, OneOf(LEADS), Named("the lead")] = "none"
    note_map: NoteMapField | None = None
    tempo_bpm: Tempo | None = None
    edits: Edits = ()
    layer: Layer = LAYERS[-1]
    timing_zoom: Annotated[Flag, Named("the timing zoom")] = False
    normalise: Annotated[Flag, Named("normalise")] = True

    def __post_init__(self) -> None:
        _ = self.export  # refuses what no file can be made of

    @property
    def export(self) -> Export:
        """The file that is asked for."""
        given = {name: getattr(self, name) for name in _OF_EXPORT}
        return Export(sections=self._sections(), program=self.kit, **given)

    def _sections(self) -> tuple[Section, ...]:
        if self.sections is not None:
            return self.sections
        if self.groove is None:
            raise InvalidRequestError("a groove or the sections of a song must be given")
        return (Section(self.groove, self.repeats),)


def _project_in(value: Any, check: Any) -> Project:
    if isinstance(value, Project):
        return value
    check(value)
    if len(value) > MAX_PROJECT_BYTES:
        raise InvalidRequestError(f"a project file may have {MAX_PROJECT_BYTES >> 10} KB at most")
    try:
        project = json.loads(value)
    except (ValueError, RecursionError):
        raise InvalidRequestError(_NO_PROJECT) from None
    return parse_project(project)


ProjectField = Annotated[
    Project,
    Form(
        Project,
        lambda value, _check: value if isinstance(value, Project) else parse_project(value),
        project_to_json,
    ),
]
_Text = Annotated[str, Field(strict=True), Named("the project file's content", "text")]


@record()
class OpenProjectRequest(Record):
    """The text of a project file."""

    content: Annotated[Project, Form(_Text, _project_in, project_to_json)]


@record()
class ShareRequest(Record):
    """A project that becomes a link."""

    project: ProjectField


@record()
class OpenShareRequest(Record):
    """The text of a share link."""

    text: Annotated[
        Project, Form(str, lambda value, _check: link_to_project(value), project_to_json)
    ]


@record()
class PlayProjectRequest(Record):
    """A project that is played."""

    project: ProjectField
