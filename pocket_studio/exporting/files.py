"""Grooves and songs as files: MIDI, WAV, one WAV a drum, pictures.

What is made of a request depends on nothing else: the same request gives the same bytes, but for
the WAV files, which differ from render to render below what can be heard (`docs/decisions/0005`).
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.midi import song_to_midi
from pocket_studio.music.grid import N_STEPS, STRAIGHT
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.shaping import LAYERS, Edit
from pocket_studio.sound import (
    Pcm,
    Renderer,
    install_command,
    normalised,
    validate_levels,
    wav_bytes,
)

# The ending and type of each kind of file.
_FILES: Final = {
    "midi": ("mid", "audio/midi"),
    "wav": ("wav", "audio/wav"),
    "stems": ("zip", "application/zip"),
    "png": ("png", "image/png"),
    "svg": ("svg", "image/svg+xml"),
}
KINDS: Final = tuple(_FILES)
OF_SOUND: Final = ("wav", "stems")

_LAYER_TITLES: Final = {
    "template": "sketch",
    "notes": "notes only",
    "velocity": "notes and velocity only",
}

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold
_PERMISSIONS: Final = 0o644 << 16


@dataclass(frozen=True)
class Export:
    """A file that is asked for.

    Attributes
    ----------
    kind : {"midi", "wav", "stems", "png", "svg"}
        "stems" is a ZIP of `NAME-01-kick.wav` and so on, by the ZIP's own name; it and the pictures
        are made of one groove.
    sections : tuple of Section
        One section is a groove: it is a seamless loop in every WAV. More are a song: they are
        played once, to the end of the last tail.
    template : array [32, 7] of 0..3, optional
        What the picture marks changes against.
    edits : tuple of Edit
        Of which cells the picture marks the hits as edited; they are in the groove already.
    layer : str
        As far as which layer of the model the groove goes: the picture says so.
    timing_zoom : bool
        The picture draws timing three times its size, and says so.
    program : int
        The drum kit, for sound.
    levels : tuple of 7 float, optional
        The mix, 0..1. Drums at 0 are left out of the MIDI file too.
    lead, note_map
        As in `midi.groove_to_midi`; they concern MIDI only.
    tempo_bpm : float, optional
        One tempo for all sections; that of the first if left out.
    genre : str
        For the file's name and the picture's title.
    seed : int, optional
        For the file's name.
    normalise : bool
        Whether sound peaks at -1 dB of full scale; stems do as their sum. If not, it is as loud as
        the page plays it.
    """

    kind: str
    sections: tuple[Section, ...]
    template: ArrayLike | None = None
    program: int = 0
    levels: Sequence[float] | None = None
    lead: str = "none"
    note_map: Sequence[int] | None = None
    tempo_bpm: float | None = None
    genre: str = "any"
    seed: int | None = None
    edits: tuple[Edit, ...] = ()
    layer: str = LAYERS[-1]
    timing_zoom: bool = False
    normalise: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidRequestError(f"the kind of file must be one of {', '.join(KINDS)}")
        if not self.sections:
            raise InvalidRequestError("a file needs a groove or at least one section")
        if len(self.sections) > 1 and self.kind not in ("midi", "wav"):
            raise InvalidRequestError("a song is saved as midi or wav")


def export(request: Export, renderer: Renderer | None = None) -> tuple[str, str, bytes]:
    """Make the file: its name, its MIME type and its content.

    Raises
    ------
    SoundUnavailableError
        If sound is asked for and `renderer` is None.
    InvalidInputError
        If the mix, the kit, the lead, the note map or the tempo is out of range, or the song too
        long for sound.
    """
    ending, mime = _FILES[request.kind]
    return f"{_name(request)}.{ending}", mime, _content(request, renderer)


def genre_title(genre: str) -> str:
    """Return `genre` as it is shown to people."""
    return {"hiphop": "Hip-hop"}.get(genre, genre.title())


def _name(request: Export) -> str:
    subject = request.genre if len(request.sections) == 1 else "song"
    seed = "" if request.seed is None else f"-{request.seed}"
    return f"pocket-{subject}-{_tempo(request):.0f}bpm{seed}"


def _tempo(request: Export) -> float:
    first = request.sections[0].groove.tempo_bpm
    return first if request.tempo_bpm is None else request.tempo_bpm


def _content(request: Export, renderer: Renderer | None) -> bytes:
    if request.kind == "midi":
        levels = validate_levels(request.levels)
        heard = [replace(part, groove=_heard(part.groove, levels)) for part in request.sections]
        return song_to_midi(heard, request.lead, request.note_map, _tempo(request))
    if request.kind in ("png", "svg"):
        return _picture(request)
    if renderer is None:
        raise SoundUnavailableError(
            f"no sound: FluidSynth or a soundfont is missing; run: {install_command()}"
        )
    return _stems(request, renderer) if request.kind == "stems" else _wav(request, renderer)


def _heard(groove: Groove, levels: Sequence[float]) -> Groove:
    """Return `groove` without the drums at level 0."""
    heard = np.array(levels) > 0
    return replace(
        groove,
        note=groove.note * heard,
        velocity=groove.velocity * heard,
        microtiming=groove.microtiming * heard,
    )


def _loop(request: Export) -> tuple[Groove, int]:
    """Return the one groove of a request at its tempo, and how often it is repeated."""
    (section,) = request.sections
    return replace(section.groove, tempo_bpm=_tempo(request)), section.repeats


def _wav(request: Export, renderer: Renderer) -> bytes:
    program, levels = request.program, request.levels
    if len(request.sections) > 1:
        song = renderer.render_song(request.sections, program, levels, _tempo(request))
        return wav_bytes(_levelled(request, [song])[0])
    groove, repeats = _loop(request)
    loop = renderer.render_loop(groove, program, levels)
    return wav_bytes(np.tile(_levelled(request, [loop])[0], (repeats, 1)))


def _levelled(request: Export, parts: Sequence[Pcm]) -> Sequence[Pcm]:
    """Return sounds that belong together as loud as they are wanted."""
    return normalised(parts) if request.normalise and parts else parts


def _stems(request: Export, renderer: Renderer) -> bytes:
    groove, repeats = _loop(request)
    stems = renderer.render_stems(groove, request.program, request.levels)
    sounds = _levelled(request, list(stems.values()))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for drum, pcm in zip(stems, sounds, strict=True):
            name = f"{_name(request)}-{DRUMS.index(drum) + 1:02d}-{drum}.wav"
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _PERMISSIONS
            file.writestr(entry, wav_bytes(np.tile(pcm, (repeats, 1))))
    return archive.getvalue()


def _picture(request: Export) -> bytes:
    # Late: matplotlib takes most of a second, and most requests do not need it.
    from pocket_studio.exporting.marks import Marks
    from pocket_studio.exporting.plotting import figure_bytes, groove_figure

    groove, _ = _loop(request)
    title = f"{genre_title(request.genre)}, {groove.tempo_bpm:g} bpm"
    if groove.swing > STRAIGHT:
        title += f", swing {groove.swing:.0%}"
    if request.layer in _LAYER_TITLES:
        title += f" ({_LAYER_TITLES[request.layer]})"
    edited = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    for edit in request.edits if request.layer != "template" else ():
        edited[edit.step, edit.drum] = 1
    played = groove.velocity[groove.note > 0]
    flat = bool(np.all(played == played[:1]))  # then colour would say nothing
    marks = Marks(request.template, edited, flat, request.timing_zoom)
    figure = groove_figure(groove, marks, title)
    return figure_bytes(figure, "png" if request.kind == "png" else "svg")
