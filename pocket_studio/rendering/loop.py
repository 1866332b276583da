"""Grooves and single hits to sound; a loop repeats without a seam (`docs/decisions/0005`).

FluidSynth starts notes on blocks of 64 frames, so a hit is at most 32 frames (0.7 ms) off.
"""

import contextlib
import queue
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.grid import loop_seconds, steps_to_seconds
from pocket_studio.groove import Groove
from pocket_studio.kit import CLOSED_HAT, DRUMS, N_DRUMS, OPEN_HAT
from pocket_studio.rendering.soundfont import (
    Soundfont,
    install_command,
    is_soundfont,
    soundfonts,
)
from pocket_studio.rendering.synth import (
    BLOCK_FRAMES,
    SAMPLE_RATE,
    Hit,
    Kit,
    Sound,
    Synth,
    load_fluidsynth,
)

Pcm = NDArray[np.int16]

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

_HATS: Final = (CLOSED_HAT, OPEN_HAT)
_KNEE: Final = 0.8  # of full scale
_HIT_S: Final = 3.0
_HIT_FADE_S: Final = 0.1
_POOL_SIZE: Final = 2


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
        notices = []
        for soundfont in soundfonts() if candidates is None else candidates:
            self._tails: dict[int, tuple[int, ...]] = {}
            if is_soundfont(soundfont.path):
                synth = Synth(self._fluidsynth, soundfont, self._tails)
                if synth.kits:
                    break
                synth.close()
            notices.append(f"skipped {soundfont.path.name}: no drum kit could be read from it.")
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

    def render_loop(self, groove: Groove, kit: int = 0) -> Pcm:
        """Render two bars as one seamless loop.

        Parameters
        ----------
        groove : Groove
            What to play.
        kit : int
            Program of one of `kits`.

        Returns
        -------
        int16 array [n_frames, 2]
            n_frames = round(loop_seconds * 44100); tails and early hits wrap around.

        Raises
        ------
        InvalidRequestError
            If the soundfont has no such kit.
        """
        self._check_kit(kit)
        n_frames = round(loop_seconds(groove.tempo_bpm) * SAMPLE_RATE)
        hits = _hits_of(groove, n_frames)
        n_blocks = -(-n_frames // BLOCK_FRAMES)
        with self._borrowed() as synth:
            tail_blocks = synth.tail_blocks(kit)
            after = _next_pass(hits, n_frames, tail_blocks)
            ends = [hit.block + tail_blocks[hit.drum] for hit in hits]
            sound = synth.render([*hits, *after], kit, max(ends, default=n_blocks))
            if after:
                # Only what they do to the tails is wanted, so their own sound is taken out again.
                sound -= synth.render(after, kit, len(sound) // BLOCK_FRAMES)
        return _to_pcm(_fold(sound, n_frames))

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
            n_blocks = min(synth.tail_blocks(kit)[drum], round(_HIT_S * SAMPLE_RATE / BLOCK_FRAMES))
            sound = synth.render([Hit(0, drum, max(1, round(velocity * 127)))], kit, n_blocks)
        n_fade = round(_HIT_FADE_S * SAMPLE_RATE)
        sound[-n_fade:] *= np.linspace(1.0, 0.0, len(sound[-n_fade:]), dtype=np.float32)[:, None]
        return _to_pcm(sound)

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


def _hits_of(groove: Groove, n_frames: int) -> list[Hit]:
    """Return the groove's hits in playing order; one pushed before the start wraps to the end."""
    hits = []
    for step, drum in np.argwhere(groove.note > 0).tolist():
        position = groove.position(step, drum)
        frame = round(steps_to_seconds(position, groove.tempo_bpm) * SAMPLE_RATE) % n_frames
        velocity = max(1, round(float(groove.velocity[step, drum]) * 127))
        hits.append(Hit(round(frame / BLOCK_FRAMES), drum, velocity))
    return sorted(hits)


def _next_pass(hits: Sequence[Hit], n_frames: int, tail_blocks: Sequence[int]) -> list[Hit]:
    """Return the loop's next-pass hits that cut off a tail of this pass: one a drum at most.

    A hit ends the ringing of its own drum and, where the soundfont says so, that of the other hat.
    It does so at any velocity; at the softest it costs the least, as it is taken out again.
    """
    first = {hit.drum: hit for hit in reversed(hits)}
    last = {hit.drum: hit for hit in hits}
    end_blocks = {drum: hit.block + tail_blocks[drum] for drum, hit in last.items()}
    hats_end = max((end_blocks[hat] for hat in _HATS if hat in last), default=0)
    end_blocks.update((hat, hats_end) for hat in _HATS if hat in last)
    again = (
        Hit(round((hit.block * BLOCK_FRAMES + n_frames) / BLOCK_FRAMES), hit.drum, velocity=1)
        for hit in first.values()
    )
    return sorted(hit for hit in again if hit.block < end_blocks[hit.drum])


def _fold(sound: Sound, n_frames: int) -> Sound:
    """Add what lies beyond `n_frames` onto the start, as often as it takes."""
    loop = np.zeros((n_frames, 2), np.float32)
    for start in range(0, len(sound), n_frames):
        part = sound[start : start + n_frames]
        loop[: len(part)] += part
    return loop


def _to_pcm(sound: Sound) -> Pcm:
    """Convert to int16, bending what exceeds 0.8 so that nothing wraps or clips hard.

    Only the loudest kits at full velocity get there; a fixed curve, unlike normalising a loop,
    keeps the level of one edit comparable with the next.
    """
    peak = np.abs(sound).max(initial=0.0)
    if peak > _KNEE:
        over = np.maximum(np.abs(sound) - _KNEE, 0.0) / (1.0 - _KNEE)
        bent = _KNEE + (1.0 - _KNEE) * np.tanh(over)
        sound = np.where(over > 0.0, np.copysign(bent, sound), sound)
    pcm: Pcm = np.rint(sound * 32767.0).astype(np.int16)
    return pcm
