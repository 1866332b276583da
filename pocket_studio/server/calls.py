"""What can be asked of the studio: for each call its function, its line and its largest request."""

from collections.abc import Mapping
from typing import Final

from pocket_studio.midi import MAX_MIDI_BYTES
from pocket_studio.schema.requests import MAX_PROJECT_BYTES
from pocket_studio.server.call import Answer, Call
from pocket_studio.server.line import Line
from pocket_studio.server.service import EditorService
from pocket_studio.server.workshop import FarCall, Workshop

MAX_BYTES: Final = 64 * 1024
"""Of a request whose call is not one of `LARGER`; the fullest takes half of it."""

LARGER: Final[Mapping[str, int]] = {
    # As base64, and its name.
    "read_midi": MAX_MIDI_BYTES * 4 // 3 + 4096,
    # A text inside JSON: each quote takes two bytes.
    "open_project": 2 * MAX_PROJECT_BYTES,
    "share": MAX_PROJECT_BYTES,
    "play_project": MAX_PROJECT_BYTES,
    # All sections of a song.
    "export": MAX_PROJECT_BYTES,
}
"""The largest request of the calls that take files, in bytes."""


def calls_of(service: EditorService, workshop: Workshop) -> dict[str, Call]:
    """Return all calls by their names, each kind of work in a line of its own."""
    sound, files, listening = service.sound, service.files, service.listening
    lines: tuple[tuple[Line, tuple[Answer, ...]], ...] = (
        (
            Line("edits", at_once=1, waiting=32),
            (
                *(service.groove, service.takes, service.genre_sweep, service.code_choices),
                *(service.codebook, files.play_project),
            ),
        ),
        (
            Line("quick", at_once=2, waiting=32),
            (
                *(service.shape, service.patterns, sound.sounds),
                *(files.open_project, files.share, files.open_share),
                *(listening.listening_notice, listening.listening_fetch),
                *(listening.listening_start,),
                *(listening.listening_answer, listening.listening_results),
            ),
        ),
        (
            Line("sound", at_once=2, waiting=16),
            (service.kits.kit, sound.render, sound.audition, listening.listening_clip),
        ),
        (Line("midi", at_once=1, waiting=8), (files.read_midi,)),
    )
    exports = Line("exports", at_once=1, waiting=8, patience_s=30)
    calls = [Call(answer, line) for line, answers in lines for answer in answers]
    calls.append(FarCall(service.exports.export, exports, workshop))
    return {call.name: call for call in calls}
