"""How the preset beats come out, beside what people play in their genre.

Usage: python -m benchmarks.presets [takes] [--choose]

For each preset, played in its genre as the page plays it: how like its sketch is to the nearest
one of people (hits in both / hits in either); the share of its hits that the model plays of
itself; then of the preset's own take and of others (seeds 0, 1, ...; medians) how like the notes
are to the nearest that people play, hits added, the longest run of snare hits on consecutive
sixteenths (of the others the worst), and the spread of velocity and of microtiming. The last
column is the seed to choose: that of the take that is most like people's among those without a
run of more than three; --choose writes it into presets.toml, as each new checkpoint asks for.

Of people: each window beside other tracks, medians, and the run that one window in twenty reaches.
They are from all parts of the data, for the validation part has no electronic track and no blues.
"""

import argparse
import re
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pocket_studio.files import write_atomically
from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import SNARE
from pocket_studio.performance import Studio
from pocket_studio.research.corpus import CACHE_PATH, Corpus, load
from pocket_studio.server import presets as written
from pocket_studio.server.presets import PRESETS, Preset

N_TAKES: Final = 8
MAX_RUN: Final = 3
MAX_WINDOWS: Final = 400  # of a genre, evenly spread: enough for medians
COMMON: Final = 0.95
_COLUMNS: Final = ("like", "added", "run", "velocity", "timing")

Flat = NDArray[np.float32]
"""Sketches or notes [n, 32 * 7] of {0, 1}."""


@dataclass(frozen=True)
class Figures:
    """What is measured of a groove that was made of a sketch.

    Attributes
    ----------
    like : float
        0..1 to the nearest that people play.
    added : float
        Hits where the sketch has none.
    run : float
        The longest run of snare hits on consecutive sixteenths, around the loop.
    velocity, microtiming : float
        Their standard deviations, in MIDI steps and in percent of half a sixteenth.
    """

    like: float
    added: float
    run: float
    velocity: float
    microtiming: float


def figures_of(groove: Groove, template: NDArray[np.uint8], like: float) -> Figures:
    """Measure a groove."""
    hits = groove.note > 0
    return Figures(
        like,
        float((hits & ~(template > 0)).sum()),
        float(longest_run(hits[:, SNARE])),
        127 * float(groove.velocity[hits].std()),
        100 * float(groove.microtiming[hits].std()),
    )


def longest_run(hits: NDArray[np.bool_]) -> int:
    """Return the longest run of True in `hits`, whose end leads into its beginning."""
    gaps = np.flatnonzero(~hits)
    if not len(gaps):
        return len(hits)
    return int(np.diff(np.append(gaps, gaps[0] + len(hits))).max()) - 1


def flat(windows: NDArray[Any]) -> Flat:
    """Return sketches or notes [n, 32, 7] as rows."""
    rows: Flat = (windows.reshape(len(windows), -1) > 0).astype(np.float32)
    return rows


def overlaps(some: Flat, others: Flat) -> NDArray[np.float32]:
    """Return how like each of `some` is to each of `others` [n, m], 0..1."""
    both = some @ others.T
    shares: NDArray[np.float32] = both / (some.sum(axis=1)[:, None] + others.sum(axis=1) - both)
    return shares


def of_genre(corpus: Corpus, genre: str) -> NDArray[np.intp]:
    """Return the windows of a genre, for `any` all."""
    if genre == ANY_GENRE:
        return np.arange(len(corpus))
    return np.flatnonzero(corpus.genre == GENRES.index(genre))


def people(corpus: Corpus, among: NDArray[np.intp]) -> tuple[float, Figures]:
    """Return how like people's sketches are to those of other tracks, and their figures."""
    some = among[:: max(1, len(among) // MAX_WINDOWS)]
    same_track = corpus.track[some][:, None] == corpus.track[among]

    def nearest(windows: NDArray[Any]) -> list[float]:
        likes = overlaps(flat(windows[some]), flat(windows[among]))
        return list(np.where(same_track, 0, likes).max(axis=1))

    measured = [
        figures_of(corpus.groove(index), corpus.template[index], like)
        for index, like in zip(some, nearest(corpus.note), strict=True)
    ]
    run = float(np.quantile([each.run for each in measured], COMMON))
    return float(np.median(nearest(corpus.template))), replace(medians(measured), run=run)


def medians(measured: list[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(*np.median([astuple(each) for each in measured], axis=0))


def play(studio: Studio, preset: Preset, seed: int, *, keep_sketch: bool = True) -> Groove:
    """Play a preset with the page's defaults."""
    return studio.groove(
        preset.template(),
        genre=preset.genre,
        tempo_bpm=preset.tempo_bpm,
        seed=seed,
        keep_sketch=keep_sketch,
    ).groove


def measure(studio: Studio, played: Flat, preset: Preset, seed: int) -> Figures:
    """Play a preset and measure it beside what people played."""
    groove = play(studio, preset, seed)
    like = float(overlaps(flat(groove.note[None]), played).max())
    return figures_of(groove, preset.template(), like)


def believed(studio: Studio, preset: Preset, n_takes: int) -> float:
    """Return the share of the sketched hits that the model plays of itself."""
    sketched = preset.template() > 0
    notes = [play(studio, preset, seed, keep_sketch=False).note for seed in range(n_takes)]
    return float(np.mean([(note[sketched] > 0).mean() for note in notes]))


def best(takes: list[Figures]) -> int:
    """Return the seed to choose; with runs in all takes, that of the shortest."""
    return min(range(len(takes)), key=lambda at: (max(MAX_RUN, takes[at].run), -takes[at].like))


def row(name: str, like: float, believes: str, figures: list[Figures], last: str = "") -> str:
    """Return a line of the table."""
    likes = "/".join(f"{each.like:.2f}" for each in figures)
    pairs = zip(*(astuple(each)[1:] for each in figures), strict=True)
    columns = ["/".join(f"{value:.0f}" for value in pair) for pair in pairs]
    return (
        f"{name:<22}{like:6.2f}{believes:>8}{likes:>11}"
        + "".join(f"{column:>10}" for column in columns)
        + f"{last:>6}"
    )


def write(seeds: dict[str, int]) -> None:
    """Write the seed of each preset, by name, into `presets.toml`."""
    path = Path(written.__file__).with_suffix(".toml")
    text = path.read_text("utf-8")
    for name, seed in seeds.items():
        text = re.sub(rf'(name = "{name}"\n(?:\w+ = [\d.]+\n)*?seed = )\d+', rf"\g<1>{seed}", text)
    write_atomically(path, text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presets")
    parser.add_argument("takes", nargs="?", type=int, default=N_TAKES)
    parser.add_argument("--choose", action="store_true")
    options = parser.parse_args()
    n_takes, seeds = options.takes, {}
    studio, corpus = Studio.load(), load(CACHE_PATH)
    print(f"checkpoint {studio.checkpoint.digest}; own take / {n_takes} others")
    columns = "".join(f"{column:>10}" for column in _COLUMNS[1:])
    print(f"{'preset':<22}{'sketch':>6}{'played':>8}{_COLUMNS[0]:>11}{columns}{'seed':>6}")
    for genre, presets in PRESETS.items():
        among = of_genre(corpus, genre)
        sketches, played = flat(corpus.template[among]), flat(corpus.note[among])
        like, theirs = people(corpus, among)
        print(row(f"people in {genre}", like, "", [theirs]))
        for preset in presets:
            figures = partial(measure, studio, played, preset)
            takes = [figures(seed) for seed in range(n_takes)]
            worst = replace(medians(takes), run=max(take.run for take in takes))
            like = float(overlaps(flat(preset.template()[None]), sketches).max())
            share = f"{believed(studio, preset, n_takes):.0%}"
            own = figures(preset.seed)
            seeds[preset.name] = best(takes)
            print(row(preset.name, like, share, [own, worst], str(best(takes))), flush=True)
    if options.choose:
        write(seeds)


if __name__ == "__main__":
    main()
