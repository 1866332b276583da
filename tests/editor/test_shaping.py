"""The page shapes a groove as the server does: amounts, edits, layers, and places with swing."""

import numpy as np
import pytest

from pocket_studio.music.grid import MAX_SWING, N_STEPS, STRAIGHT, step_to_position
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import template_to_rows
from pocket_studio.music.shaping import LAYERS, MAX_AMOUNT, Edit, shape
from pocket_studio.schema.groove_json import groove_to_json

N_CASES = 100
# Pages and files write 4 decimals: two roundings of nearly the same number.
TOLERANCE = 1.1e-4


def random_case(generator):
    """A groove and everything that may be done to it after the model."""
    note = generator.random((N_STEPS, N_DRUMS)) < generator.uniform(0, 0.6)
    velocity = generator.uniform(0.01, 1, note.shape)
    microtiming = generator.uniform(-1, 1, note.shape)
    groove = Groove(*(np.float32(matrix * note) for matrix in (note, velocity, microtiming)))
    cells = generator.choice(N_STEPS * N_DRUMS, generator.integers(0, 12), replace=False)
    edits = [
        Edit(
            step=int(cell) // N_DRUMS,
            drum=int(cell) % N_DRUMS,
            velocity_midi=int(generator.choice([0, generator.integers(1, 128)])),
            ticks=int(generator.integers(-60, 60)),
        )
        for cell in cells
    ]
    return groove, {
        "velocity_amount": float(generator.uniform(0, MAX_AMOUNT)),
        "microtiming_amount": float(generator.uniform(0, MAX_AMOUNT)),
        "edits": edits,
        "layer": LAYERS[generator.integers(len(LAYERS))],
        "template": np.uint8(generator.random(note.shape) < 0.2),
        "swing": float(generator.uniform(STRAIGHT, MAX_SWING)),
        "tempo_bpm": float(generator.integers(40, 241)),
    }


def page_state(how):
    """The page's state that asks for the same."""
    return {
        "velocityAmount": how["velocity_amount"],
        "timingAmount": how["microtiming_amount"],
        "edits": {
            f"{DRUMS[edit.drum]}:{edit.step}": [edit.velocity_midi, edit.ticks]
            for edit in how["edits"]
        },
        "layer": how["layer"],
        "template": list(template_to_rows(how["template"]).values()),
        "swing": how["swing"],
        "tempo": how["tempo_bpm"],
    }


def test_page_and_server_shape_alike(page):
    generator = np.random.default_rng(6)
    cases = [random_case(generator) for _ in range(N_CASES)]
    shaped = page.evaluate(
        "cases => cases.map(([groove, state]) => "
        "PocketStudio.shape(groove, state, PocketStudio.instance.boot.drums))",
        [[groove_to_json(groove), page_state(how)] for groove, how in cases],
    )
    for (groove, how), found in zip(cases, shaped, strict=True):
        expected = groove_to_json(shape(groove, **how))
        assert (found["tempo_bpm"], found["swing"]) == (expected["tempo_bpm"], expected["swing"])
        cells = [(hit["step"], hit["drum"]) for hit in found["hits"]]
        assert cells == [(hit["step"], hit["drum"]) for hit in expected["hits"]]
        for key in ("velocity", "microtiming"):
            values = [hit[key] for hit in found["hits"]]
            assert values == pytest.approx([hit[key] for hit in expected["hits"]], abs=TOLERANCE)


def test_page_and_server_place_hits_alike(page):
    generator = np.random.default_rng(7)
    cases = [
        (step, float(generator.uniform(-1, 1)), float(generator.uniform(STRAIGHT, MAX_SWING)))
        for step in range(N_STEPS)
    ]
    found = page.evaluate(
        "cases => cases.map(([step, microtiming, swing]) => "
        "PocketStudio.positionOf({step, microtiming}, swing))",
        cases,
    )
    assert found == pytest.approx([step_to_position(*case) for case in cases], abs=1e-9)
