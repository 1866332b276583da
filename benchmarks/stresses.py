"""What ghosts and accents do: `python -m benchmarks.stresses [--seeds N]`.

In each preset of the page every third hit of a row is made a ghost and every third an accent. The
table has the mean MIDI velocity of the hits that are played there, by drum and stress; below it
stands how many accents are louder, and ghosts softer, than the mean plain hit of their row.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from pocket_studio.model.choosing import Array
from pocket_studio.music.kit import DRUM_TITLES, N_DRUMS
from pocket_studio.music.patterns import ACCENT, GHOST, HIT, Template
from pocket_studio.performance import Studio
from pocket_studio.server.presets import PRESETS

STRESSES = {"ghost": GHOST, "plain": HIT, "accent": ACCENT}


def with_turns(template: Template, first: int) -> Template:
    """Return `template` with plain hit, ghost and accent in turn in each row, from `first` on."""
    marks = template.copy()
    for drum in range(N_DRUMS):
        steps = np.flatnonzero(template[:, drum])
        marks[steps, drum] = np.array([HIT, GHOST, ACCENT])[(np.arange(len(steps)) + first) % 3]
    return marks


def played(studio: Studio, n_seeds: int) -> Iterator[tuple[Template, Array]]:
    """Yield the marks and MIDI velocities [32, 7] of each preset, in its genre and tempo."""
    for genre, presets in PRESETS.items():
        for preset in presets:
            for seed in range(n_seeds):
                marks = with_turns(preset.template(), seed)
                groove = studio.groove(
                    marks, genre=genre, seed=seed, tempo_bpm=preset.tempo_bpm
                ).groove
                yield marks, 127 * groove.velocity


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=12)
    grooves = list(played(Studio.load(), parser.parse_args().seeds))
    marks, velocities = (np.stack(each) for each in zip(*grooves, strict=True))
    print(f"| {len(grooves)} grooves | {' | '.join(STRESSES)} |\n|---|---|---|---|")
    for drum, title in enumerate(DRUM_TITLES):
        cells = [velocities[..., drum][marks[..., drum] == mark] for mark in STRESSES.values()]
        means = (f"{hits.mean():.0f} ({len(hits)})" if len(hits) else "" for hits in cells)
        print(f"| {title} | {' | '.join(means)} |")
    means = (f"{velocities[marks == mark].mean():.0f}" for mark in STRESSES.values())
    print(f"| all | {' | '.join(means)} |")
    n_plain = (marks == HIT).sum(1, keepdims=True)
    usual = (velocities * (marks == HIT)).sum(1, keepdims=True) / np.maximum(n_plain, 1)
    compared = n_plain > 0
    louder = (velocities > usual)[compared & (marks == ACCENT)].mean()
    softer = (velocities < usual)[compared & (marks == GHOST)].mean()
    print(f"{louder:.1%} of accents are louder, {softer:.1%} of ghosts softer")


if __name__ == "__main__":
    main()
