"""How long `studio.groove` takes on one thread: new takes, transfers, and edits of one beat.

Usage: python -m benchmarks.groove_latency [n]
"""

import sys
import time

from benchmarks.machine import describe_machine, percentiles
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.patterns import rows_to_template
from pocket_studio.performance import Studio

TEMPLATE = rows_to_template(
    {
        "kick": "x.......x.x.....x.......x.x.....",
        "snare": "....x.......x.......x.......x...",
        "closed_hat": "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.",
    }
)
WARM_UP = 10


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    studio = Studio.load()
    played = studio.groove(TEMPLATE, genre="funk")
    one_beat = {
        "codes": (*played.codes[:3], None, *played.codes[4:]),
        "details": (*played.details[:3], None, *played.details[4:]),
    }
    print(f"{describe_machine()}, n = {n}")
    print(f"{'groove':<14}{'p50 ms':>9}{'p95 ms':>9}")
    for name, asked in (
        ("new take", {}),
        ("edited beat", one_beat),
        ("transfer", {"reference": played.groove}),
    ):
        times_ms = []
        for seed in range(n + WARM_UP):
            genre = (ANY_GENRE, *GENRES)[seed % (len(GENRES) + 1)]
            start = time.perf_counter()
            studio.groove(TEMPLATE, genre=genre, seed=seed, **asked)
            times_ms.append((time.perf_counter() - start) * 1000)
        print(f"{name:<14}{percentiles(times_ms[WARM_UP:])}")


if __name__ == "__main__":
    main()
