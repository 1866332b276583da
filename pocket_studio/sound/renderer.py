"""Grooves, songs and single hits to sound, on one soundfont.

FluidSynth starts notes on blocks of 64 frames, so a hit is at most 32 frames (0.7 ms) off.
"""

import contextlib
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.music.grid import loop_seconds
from pocket_studio.music.groove import Groove, Section, validate_tempo
from pocket_studio.music.kit import DRUMS, N_DRUMS, drum_to_pitch
from pocket_studio.sound import sampling
from pocket_studio.sound.kits import GENRE_KITS, Voice, click_of, voices_of
from pocket_studio.sound.loop import Pcm, end_block, loop_sound, tails_of, to_pcm
from pocket_studio.sound.playing import (
    loop_hits,
    song_hits,
    validate_levels,
)
from pocket_studio.sound.soundfont import (
    Soundfont,
    install_command,
    is_soundfont,
    skipped_notice,
    soundfonts,
)
from pocket_studio.sound.synth import (
    BLOCK_FRAMES,
    SAMPLE_RATE,
    Hit,
    Kit,
    Synth,
    load_fluidsynth,
)

MAX_SONG_S: Final = 300.0

_HIT_BLOCKS: Final = round(3.0 * SAMPLE_RATE / BLOCK_FRAMES)
_HIT_FADE_S: Final = 0.1
_POOL_SIZE: Final = 2
_PART_BLOCKS: Final = 4096  # about 6 s of a song at a time


class Renderer:
    """Renders grooves with the first soundfont that loads; may be shared between threads.

    Parameters
    ----------
    candidates : sequence of Soundfont, optional
        The soundfonts to try, best first; by default all that `soundfonts()` finds.

    Attributes
    ----------
    soundfont : Soundfont
        The one in use.
    notices : tuple of str
        One sentence for every soundfont that had to be skipped.

    Raises
    ------
    SoundUnavailableError
        If FluidSynth is missing or no soundfont loads.
    """

    def __init__(self, candidates: Sequence[Soundfont] | None = None) -> None:
        self._fluidsynth = load_fluidsynth()
        self._free: queue.LifoQueue[Synth | None] = queue.LifoQueue()
        self._measured: dict[int, Mapping[str, Voice]] = {}
        self._measuring = threading.Lock()
        notices = []
        for soundfont in soundfonts() if candidates is None else candidates:
            self._tails: dict[tuple[int, int], int] = {}
            if is_soundfont(soundfont.path):
                synth = Synth(self._fluidsynth, soundfont, self._tails)
                if synth.kits:
                    break
                synth.close()
            notices.append(skipped_notice(soundfont))
        else:
            raise SoundUnavailableError(
                f"no sound: no soundfont could be read; run: {install_command()}"
            )
        self.soundfont, self.notices, self._kits = soundfont, tuple(notices), synth.kits
        for spare in (*(None,) * (_POOL_SIZE - 1), synth):
            self._free.put(spare)

    def kits(self) -> list[Kit]:
        """Return the soundfont's drum kits by program number."""
        return list(self._kits)

    def kit_of_genre(self, genre: str) -> int:
        """Return the program of the kit that suits `genre`, or the first there is."""
        programs = [kit.program for kit in self._kits]
        wanted = GENRE_KITS.get(genre, GENRE_KITS["any"])
        return wanted if wanted in programs else programs[0]

    def render_loop(
        self,
        groove: Groove,
        kit: int = 0,
        levels: Sequence[float] | None = None,
        click: bool = False,
    ) -> Pcm:
        """Render two bars as one seamless loop.

        Parameters
        ----------
        groove : Groove
            What to play.
        kit : int
            Program of one of `kits`.
        levels : sequence of 7 float, optional
            How loud each drum is in the mix, 0 (silent, and it chokes nothing) to 1 (as it is).
        click : bool
            Whether a metronome counts the beats: the kit's own, or a side stick where it has none.

        Returns
        -------
        int16 array [n_frames, 2]
            n_frames = round(loop_seconds * 44100); tails and early hits wrap around.

        Raises
        ------
        InvalidRequestError
            If the soundfont has no such kit or a level is out of range.
        """
        self._check_kit(kit)
        mix = validate_levels(levels)
        n_frames = round(loop_seconds(groove.tempo_bpm) * SAMPLE_RATE)
        with self._borrowed() as synth:
            counted = click_of(synth, kit) if click else None
            hits = loop_hits(groove, n_frames, mix, click=counted)
            return to_pcm(loop_sound(synth, hits, kit, n_frames))

    def render_stems(
        self, groove: Groove, kit: int = 0, levels: Sequence[float] | None = None
    ) -> dict[str, Pcm]:
        """Render each drum that sounds as a loop of its own.

        Parameters and errors are as in `render_loop`.

        Returns
        -------
        dict of drum name to int16 array [n_frames, 2]
            Where nothing is louder than 0.8 of full scale their sum is the mix; there is none of a
            drum that is not hit or is at level 0.
        """
        self._check_kit(kit)
        mix = validate_levels(levels)
        n_frames = round(loop_seconds(groove.tempo_bpm) * SAMPLE_RATE)
        sounding = [drum for drum in range(N_DRUMS) if mix[drum] and groove.note[:, drum].any()]
        with self._borrowed() as synth:
            return {
                DRUMS[drum]: to_pcm(
                    loop_sound(synth, loop_hits(groove, n_frames, mix, only=drum), kit, n_frames)
                )
                for drum in sounding
            }

    def render_song(
        self,
        sections: Sequence[Section],
        kit: int = 0,
        levels: Sequence[float] | None = None,
        tempo_bpm: float | None = None,
    ) -> Pcm:
        """Render sections one after the other, once, to the end of the last tail.

        Parameters
        ----------
        sections : sequence of Section
            At least one.
        kit, levels
            As in `render_loop`.
        tempo_bpm : float, optional
            One tempo for all, 40..240; that of the first section if left out.

        Returns
        -------
        int16 array [n_frames, 2]
            It starts on the bar line, or half a sixteenth before if a first hit is early.

        Raises
        ------
        InvalidRequestError
            If there is no section, the song lasts longer than five minutes, the soundfont has no
            such kit or a level is out of range.
        """
        self._check_kit(kit)
        mix = validate_levels(levels)
        if not sections:
            raise InvalidRequestError("a song needs at least one section")
        tempo = validate_tempo(sections[0].groove.tempo_bpm if tempo_bpm is None else tempo_bpm)
        song_s = sum(section.repeats for section in sections) * loop_seconds(tempo)
        if song_s > MAX_SONG_S:
            raise InvalidRequestError(
                f"the song lasts {song_s:.0f} seconds; at most {MAX_SONG_S:.0f} are rendered"
            )
        hits = song_hits(sections, mix, tempo)
        with self._borrowed() as synth:
            end = end_block(hits, tails_of(synth, hits, kit))
            n_frames = max(end * BLOCK_FRAMES, round(song_s * SAMPLE_RATE))
            song = np.zeros((n_frames, 2), np.int16)
            start = 0
            for part in synth.stream(hits, kit, end, _PART_BLOCKS):
                song[start : start + len(part)] = to_pcm(part)
                start += len(part)
        return song

    def render_hit(self, drum: int, kit: int = 0, velocity: float = 0.8) -> Pcm:
        """Render one hit, int16 [n_frames, 2], at most 3 s and faded at the end.

        Raises
        ------
        InvalidRequestError
            If there is no such drum or kit, or `velocity` is not in (0, 1].
        """
        self._check_kit(kit)
        if not 0 <= drum < N_DRUMS or not 0.0 < velocity <= 1.0:
            raise InvalidRequestError(
                f"a hit needs a drum 0 to {N_DRUMS - 1} ({', '.join(DRUMS)}) and a velocity in 0..1"
            )
        with self._borrowed() as synth:
            hit = Hit(0, drum_to_pitch(drum), max(1, round(velocity * 127)))
            n_blocks = min(synth.tail_blocks(kit, hit.pitch), _HIT_BLOCKS)
            sound = synth.render([hit], kit, max(1, n_blocks))
        n_fade = round(_HIT_FADE_S * SAMPLE_RATE)
        sound[-n_fade:] *= np.linspace(1.0, 0.0, len(sound[-n_fade:]), dtype=np.float32)[:, None]
        return to_pcm(sound)

    def voices(self, kit: int) -> Mapping[str, Voice]:
        """Return what a page needs to play `kit` hit by hit (measured once).

        Returns
        -------
        mapping of str to Voice
            One for each drum, and `bar_click` and `beat_click` where the kit can count.

        Raises
        ------
        InvalidRequestError
            If the soundfont has no such kit.
        """
        self._check_kit(kit)
        with self._measuring:
            if kit not in self._measured:
                with self._borrowed() as synth:
                    self._measured[kit] = voices_of(synth, kit)
            return self._measured[kit]

    def render_sound(self, pitch: int, velocity: int, kit: int) -> Pcm:
        """Render one of the sounds that `voices` names, int16 [n_frames, 2] up to full scale.

        Raises
        ------
        InvalidRequestError
            If `voices` does not name it.
        """
        named = {
            (voice.pitch, sound)
            for voice in self.voices(kit).values()
            for sound in voice.hits.sounds
        }
        if (pitch, velocity) not in named:
            raise InvalidRequestError(f"kit {kit} has no sound {pitch}-{velocity}")
        with self._borrowed() as synth:
            return sampling.render(synth, kit, pitch, velocity)

    def _check_kit(self, kit: int) -> None:
        if kit not in (known.program for known in self._kits):
            raise InvalidRequestError(f"{self.soundfont.name} has no drum kit {kit}")

    def _another(self) -> Synth:
        synth = Synth(self._fluidsynth, self.soundfont, self._tails)
        if not synth.kits:
            synth.close()
            raise SoundUnavailableError(f"no sound: {self.soundfont.path.name} can't be read again")
        return synth

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Synth]:
        """Lend a synth to this thread, made on first use; waits while all are lent."""
        synth = self._free.get()
        try:
            if synth is None:
                synth = self._another()
            yield synth
        finally:
            self._free.put(synth)
