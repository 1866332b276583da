"""What the project makes of one hand-written groove does not change unnoticed."""

import json

import pytest

from pocket_studio.midi import groove_to_midi, read_track

from .regenerate import FOLDER, compared, expected, golden_groove

EXPECTED = json.loads((FOLDER / "expected.json").read_text())


@pytest.mark.parametrize("name", ["template", "velocity_pattern", "microtiming_pattern"])
def test_template_and_patterns(name):
    assert expected()[name] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED["metrics"])
def test_metrics(name):
    assert expected()["metrics"][name] == pytest.approx(EXPECTED["metrics"][name], rel=1e-5)


def test_all_expectations_are_checked():
    made = expected()
    assert made.keys() == EXPECTED.keys()
    assert made["metrics"].keys() == EXPECTED["metrics"].keys()
    human, other = compared()
    assert (human[0] != other[0]).any()


def test_midi_bytes():
    assert groove_to_midi(golden_groove()) == (FOLDER / "groove.mid").read_bytes()


def test_midi_is_read_as_the_groove():
    read = read_track(FOLDER / "groove.mid").first_loop()
    written = golden_groove()
    assert (read.note == written.note).all()
    assert read.velocity == pytest.approx(written.velocity, abs=1e-6)
    assert read.microtiming == pytest.approx(written.microtiming, abs=1e-6)
    assert read.tempo_bpm == pytest.approx(written.tempo_bpm, abs=0.001)
