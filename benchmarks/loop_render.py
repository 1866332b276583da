"""How long FluidSynth takes for a two-bar loop, per soundfont and beat.

Usage: python -m benchmarks.loop_render [n]
"""

import sys
import time

import numpy as np

from benchmarks.machine import describe_machine, percentiles
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.sound import Renderer
from pocket_studio.sound.soundfont import soundfonts

# One bar each, played twice: plain, as busy as a drummer gets, and a crash on every beat.
BEATS = {
    "rock": (110.0, {"kick": "x.......x.x.....", "snare": "....x.......x...",
                     "closed_hat": "x.x.x.x.x.x.x.x.", "crash": "x..............."}),
    "funk": (96.0, {"kick": "x..x..x...x..x..", "snare": ".x..x..x.x..x..x",
                    "closed_hat": "xxxxxxx.xxxxxxx.", "open_hat": ".......x.......x"}),
    "jazz": (140.0, {"kick": "x.......x.......", "closed_hat": "....x.......x...",
                     "ride": "x...x..xx...x..x", "snare": "......x........."}),
    "crashes": (120.0, {"kick": "x.x.x.x.x.x.x.x.", "snare": "....x.......x...",
                        "ride": "x.x.x.x.x.x.x.x.", "crash": "x...x...x...x..."}),
}  # fmt: skip


def make_groove(tempo_bpm: float, rows: dict[str, str], seed: int) -> Groove:
    """Return the beat with random velocities and microtiming, as a model plays it."""
    note = np.zeros((N_STEPS, N_DRUMS), np.float32)
    for drum, row in rows.items():
        note[:, DRUMS.index(drum)] = [mark == "x" for mark in row + row]
    rng = np.random.default_rng(seed)
    velocity = note * rng.uniform(0.2, 1.0, note.shape).astype(np.float32)
    microtiming = note * rng.uniform(-0.5, 0.5, note.shape).astype(np.float32)
    return Groove(note, velocity, microtiming, tempo_bpm)


def measure(renderer: Renderer, beat: str, n: int) -> list[float]:
    """Return `n` render times in ms; every render is of another groove."""
    times_ms = []
    renderer.render_loop(make_groove(*BEATS[beat], seed=n))
    for seed in range(n):
        groove = make_groove(*BEATS[beat], seed=seed)
        start = time.perf_counter()
        renderer.render_loop(groove)
        times_ms.append((time.perf_counter() - start) * 1000)
    return times_ms


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(f"{describe_machine()}, n = {n}")
    print(f"{'soundfont':<14}{'beat':<10}{'p50 ms':>9}{'p95 ms':>9}")
    for soundfont in soundfonts():
        renderer = Renderer([soundfont])
        for beat in BEATS:
            print(f"{soundfont.name:<14}{beat:<10}{percentiles(measure(renderer, beat, n))}")


if __name__ == "__main__":
    main()
