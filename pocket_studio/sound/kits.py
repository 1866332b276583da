"""Kits: which suits a genre, and the voices of one, each of which may end others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pocket_studio.music.kit import CLOSED_HAT, DRUMS, OPEN_HAT, drum_to_pitch
from pocket_studio.sound.playing import CLICKS, Click
from pocket_studio.sound.sampling import HitSounds, measure
from pocket_studio.sound.synth import Synth

# Kits whose sound suits a genre; `Renderer.kit_of_genre` falls back where a soundfont lacks one.
GENRE_KITS: Final = {
    "any": 0,
    "electronic": 24,
    "rock": 16,
    "funk": 0,
    "jazz": 32,
    "blues": 8,
    "hiphop": 25,
}

CLICK_VOICES: Final = ("bar_click", "beat_click")


@dataclass(frozen=True)
class Voice:
    """What is hit by one name: its pitch, what that sounds like, whose hits end its ringing.

    Attributes
    ----------
    pitch : int
    velocity : int, optional
        The one velocity, 1..127, that it is hit with; None of a drum.
    hits : HitSounds
    fades : mapping of str to float
        As `HitSounds.fades`, by the drums' names.
    """

    pitch: int
    velocity: int | None
    hits: HitSounds
    fades: Mapping[str, float]


def click_of(synth: Synth, kit: int) -> Click | None:
    """Return the first of `CLICKS` that the kit sounds."""
    for click in CLICKS:
        if all(synth.tail_blocks(kit, pitch) for pitch, _ in click):
            return click
    return None


def voices_of(synth: Synth, kit: int) -> Mapping[str, Voice]:
    """Measure a voice for each drum, and `CLICK_VOICES` where the kit can count."""
    hats = {CLOSED_HAT: OPEN_HAT, OPEN_HAT: CLOSED_HAT}
    voices = {}
    for drum, name in enumerate(DRUMS):
        pitch = drum_to_pitch(drum)
        others = {drum_to_pitch(hats[drum]): DRUMS[hats[drum]]} if drum in hats else {}
        hits = measure(synth, kit, pitch, tuple(others))
        names = {pitch: name, **others}
        fades = {names[other]: seconds for other, seconds in hits.fades.items()}
        voices[name] = Voice(pitch, None, hits, fades)
    click = click_of(synth, kit)
    for name, (pitch, velocity) in zip(CLICK_VOICES, click or (), strict=False):
        voices[name] = Voice(pitch, velocity, measure(synth, kit, pitch, ()), {})
    return voices
