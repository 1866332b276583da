"""The cases that the page's code is tested with are what the package makes of them."""

import json
from dataclasses import asdict, replace

import pytest
from cases.regenerate import FOLDER, boot, shaped
from handmade import groove_of

from pocket_studio.exporting.hit_shapes import hit_shape
from pocket_studio.music.grid import step_to_position
from pocket_studio.music.ornaments import ORNAMENTS, graces_of
from pocket_studio.performance.take import Morph, Take


def cases(name):
    found = json.loads((FOLDER / name).read_text())
    assert len(found) > 10
    return found


def test_grooves_are_shaped_as_written():
    for case in cases("shaping.json"):
        assert shaped(case) == case["shaped"]


def test_hits_lie_where_written():
    for case in cases("positions.json"):
        place = step_to_position(case["step"], case["microtiming"], case["swing"])
        assert place == pytest.approx(case["position"], abs=1e-12)


def test_hits_look_as_written():
    for case in cases("hit_shapes.json"):
        wanted = case.pop("shape")
        assert json.loads(json.dumps(asdict(hit_shape(**case)))) == wanted


def test_as_many_beats_are_morphed_as_written():
    for case in cases("morphs.json"):
        assert Morph(Take(0), case["amount"]).n_beats == case["n_beats"]


def test_grace_notes_are_as_written():
    for case in cases("graces.json"):
        note = groove_of((0, 0, case["velocity"], 0))
        groove = replace(note, ornament=ORNAMENTS.index(case["ornament"]) * note.note)
        graces = graces_of(groove, 0, 0, case["tempo_bpm"])
        for grace, written in zip(graces, case["graces"], strict=True):
            assert grace._asdict() == pytest.approx(written)


def test_the_server_says_of_a_project_what_is_written():
    assert boot() == json.loads((FOLDER / "boot.json").read_text())
