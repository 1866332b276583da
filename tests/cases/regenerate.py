"""Write the cases anew: `python -m tests.cases.regenerate`, then read the difference.

Inputs are random but for the seed; `shaped`, `position` and `n_beats` are what the package makes of
them: tests/unit/test_cases.py checks that it still does, tests/web that the page's code does too.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from pocket_studio.exporting.hit_shapes import TIMING_ZOOM, hit_shape
from pocket_studio.music.feels import ROW_FEEL_RANGES, RowFeel
from pocket_studio.music.grid import MAX_SWING, N_STEPS, STRAIGHT, step_to_position
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.ornaments import ORNAMENTS, graces_of
from pocket_studio.music.patterns import (
    ornaments_to_rows,
    rows_to_ornaments,
    rows_to_template,
    template_to_rows,
)
from pocket_studio.music.shaping import LAYERS, MAX_AMOUNT, Edit, shape
from pocket_studio.performance.take import MAX_SEED, Morph, Take
from pocket_studio.schema.fields import fields_to_json
from pocket_studio.schema.groove_json import groove_to_json, parse_groove
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import project_to_json

FOLDER = Path(__file__).parent
N_SHAPED = 16
N_EDITS = 6


def shaped(case):
    """Return the JSON of what the server makes of a case's groove."""
    edits = [
        Edit(step, DRUMS.index(drum), velocity_midi, ticks)
        for step, drum, velocity_midi, ticks in case["edits"]
    ]
    groove = shape(
        parse_groove(case["groove"]),
        velocity_amount=case["velocity_amount"],
        microtiming_amount=case["microtiming_amount"],
        row_feels={drum: RowFeel(**feel) for drum, feel in case["row_feels"].items()},
        seed=case["seed"],
        edits=edits,
        ornaments=rows_to_ornaments(case["ornaments"]),
        layer=case["layer"],
        template=rows_to_template(case["template"]),
        swing=case["swing"],
        tempo_bpm=case["tempo_bpm"],
    )
    return groove_to_json(groove)


def shaping_case(generator, number):
    """Return a groove and everything that may be done to it after the model; the first is empty."""
    note = generator.random((N_STEPS, N_DRUMS)) < (0.25 if number else 0)
    velocity = generator.uniform(0.01, 1, note.shape)
    microtiming = generator.uniform(-1, 1, note.shape)
    groove = Groove(*(np.float32(matrix * note) for matrix in (note, velocity, microtiming)))
    cells = generator.choice(N_STEPS * N_DRUMS, N_EDITS if number % 3 else 0, replace=False)
    case = {
        "groove": groove_to_json(groove),
        "template": template_to_rows(
            np.uint8(generator.choice(4, note.shape, p=(0.8, 0.12, 0.04, 0.04)))
        ),
        "velocity_amount": round(float(generator.uniform(0, MAX_AMOUNT)), 3),
        "microtiming_amount": round(float(generator.uniform(0, MAX_AMOUNT)), 3),
        "row_feels": {
            drum: {
                name: round(float(generator.uniform(*limits)), 3)
                for name, limits in ROW_FEEL_RANGES.items()
            }
            for drum in DRUMS[number % 5 :: 2]
        },
        "seed": int(generator.integers(MAX_SEED + 1)),
        "edits": [
            [
                int(cell) // N_DRUMS,
                DRUMS[int(cell) % N_DRUMS],
                int(generator.choice([0, generator.integers(1, 128)])),
                int(generator.integers(-60, 60)),
            ]
            for cell in sorted(cells)
        ],
        "ornaments": ornaments_to_rows(
            np.uint8(generator.choice(3, note.shape, p=(0.7, 0.15, 0.15)))
        ),
        "layer": LAYERS[number % len(LAYERS)],
        "swing": round(float(generator.uniform(STRAIGHT, MAX_SWING)), 3),
        "tempo_bpm": float(generator.integers(40, 241)),
    }
    return {**case, "shaped": shaped(case)}


def position_case(generator, step):
    """Return a hit and where it is played, in steps."""
    microtiming = round(float(generator.uniform(-1, 1)), 4)
    swing = round(float(generator.uniform(STRAIGHT, MAX_SWING)), 4)
    position = step_to_position(step, microtiming, swing)
    return {"step": step, "microtiming": microtiming, "swing": swing, "position": position}


def shape_case(generator, number):
    """Return a hit and how it looks: its line, onset, side, height and outline."""
    case = {
        "step": int(generator.integers(N_STEPS)),
        "velocity": round(float(generator.uniform(0, 1)), 4),
        # A hit on the grid, two at the edge of what is drawn as on it, and others.
        "microtiming": [0.0, 0.0333, -0.0334][number]
        if number < 3
        else round(float(generator.uniform(-1, 1)), 4),
        "swing": round(float(generator.uniform(STRAIGHT, MAX_SWING)), 4),
        "zoom": int(generator.choice([1, TIMING_ZOOM])),
    }
    return {**case, "shape": asdict(hit_shape(**case))}


def morph_case(share):
    """Return a point of a morph and how many beats, from the first, are the other take's."""
    return {"amount": share, "n_beats": Morph(Take(0), share).n_beats}


def graces_case(generator, number):
    """Return a hit with an ornament and its grace notes."""
    ornament, step, drum = number % len(ORNAMENTS), number % N_STEPS, number % N_DRUMS
    matrices = np.zeros((4, N_STEPS, N_DRUMS), np.float32)
    velocity = round(float(generator.uniform(0.05, 1)), 4)
    matrices[:, step, drum] = 1, velocity, 0, ornament
    tempo_bpm = float(generator.integers(40, 241))
    note, velocities, microtiming, ornaments = matrices
    groove = Groove(note, velocities, microtiming, tempo_bpm, ornament=ornaments)
    graces = [grace._asdict() for grace in graces_of(groove, step, drum, tempo_bpm)]
    said = {"velocity": velocity, "ornament": ORNAMENTS[ornament], "tempo_bpm": tempo_bpm}
    return {**said, "graces": graces}


def boot():
    """Return what the server says first of a project: its fields, and one to begin with."""
    template = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    project = Project(template, takes=(Take(8),), tempo_bpm=100.0)
    return {"fields": fields_to_json(Project), "project": project_to_json(project)}


def write(name, cases):
    """Write one case a line."""
    lines = ",\n".join(json.dumps(case) for case in cases)
    (FOLDER / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main():
    """Write all files."""
    generator = np.random.default_rng(6)
    write("shaping.json", [shaping_case(generator, number) for number in range(N_SHAPED)])
    write("morphs.json", [morph_case(n / 32) for n in range(33)])
    (FOLDER / "boot.json").write_text(json.dumps(boot(), indent=1) + "\n", encoding="utf-8")
    write("positions.json", [position_case(generator, step) for step in range(N_STEPS)])
    shapes = np.random.default_rng(7)  # its own, so that no other case moves these
    write("hit_shapes.json", [shape_case(shapes, number) for number in range(N_SHAPED)])
    write("graces.json", [graces_case(generator, number) for number in range(24)])


if __name__ == "__main__":
    main()
