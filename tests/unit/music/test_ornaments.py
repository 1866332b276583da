import numpy as np
import pytest
from handmade import groove_of

from pocket_studio.errors import InvalidGrooveError, InvalidPatternError
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import KICK, SNARE
from pocket_studio.music.ornaments import graces_of
from pocket_studio.music.patterns import ornaments_to_rows, rows_to_ornaments, validate_ornaments
from pocket_studio.music.shaping import Edit, shape

ROWS = {"kick": "d..............." * 2, "snare": "....f..........." * 2}
ORNAMENTS = rows_to_ornaments(ROWS)
GROOVE = groove_of((0, KICK, 1.0, 0.2), (4, SNARE, 0.8, 0), (6, SNARE, 0.5, 0))


def milliseconds(graces, tempo_bpm):
    return [grace.before * 15000 / tempo_bpm for grace in graces]


def test_graces_are_soft_and_lie_as_far_before_their_hit_at_any_tempo():
    shaped = shape(GROOVE, ornaments=ORNAMENTS)
    for tempo_bpm in (60, 240):
        (flam,) = graces_of(shaped, 4, SNARE, tempo_bpm)
        drag = graces_of(shaped, 0, KICK, tempo_bpm)
        assert milliseconds([flam], tempo_bpm) == pytest.approx([30])
        assert milliseconds(drag, tempo_bpm) == pytest.approx([62, 31])
        assert flam.velocity == pytest.approx(0.45 * 0.8)
        assert max(grace.velocity for grace in drag) < 0.5
    assert graces_of(shaped, 6, SNARE, 120) == ()


def test_an_ornament_sounds_where_there_is_a_hit_and_in_no_bare_sketch():
    shaped = shape(GROOVE, ornaments=ORNAMENTS, edits=[Edit(4, SNARE, 0), Edit(20, SNARE, 90)])
    assert np.argwhere(shaped.ornament).tolist() == [[0, KICK], [20, SNARE]]
    assert shape(shaped, edits=[Edit(20, SNARE, 0)]).ornament.sum() == 2
    for layer in ("notes", "velocity"):
        assert shape(GROOVE, ornaments=ORNAMENTS, layer=layer).ornament[4, SNARE] == 1
    template = np.ones((32, 7))
    sketch = shape(GROOVE, ornaments=ORNAMENTS, layer="template", template=template)
    assert not sketch.ornament.any()
    assert shape(shaped) == shaped


def test_rows_say_flams_and_drags():
    assert (ORNAMENTS[4, SNARE], ORNAMENTS[16, KICK]) == (1, 2)
    assert ornaments_to_rows(ORNAMENTS) == ROWS
    assert ornaments_to_rows(rows_to_ornaments({})) == {}


@pytest.mark.parametrize(
    "rows", [{"snare": "x" * 32}, {"snare": "f"}, {"bell": "." * 32}, [], None, {"snare": None}]
)
def test_bad_rows_are_refused(rows):
    with pytest.raises(InvalidPatternError, match="the ornament"):
        rows_to_ornaments(rows)


@pytest.mark.parametrize("ornaments", [np.full((32, 7), 3), np.zeros((7, 32)), "f"])
def test_bad_ornaments_are_refused(ornaments):
    with pytest.raises(InvalidPatternError, match="the ornaments"):
        validate_ornaments(ornaments)


@pytest.mark.parametrize("wrong", [np.ones((32, 7)), 3 * GROOVE.note, np.zeros((16, 7))])
def test_a_groove_has_ornaments_at_hits_alone(wrong):
    matrices = (GROOVE.note, GROOVE.velocity, GROOVE.microtiming)
    with pytest.raises(InvalidGrooveError, match="ornament"):
        Groove(*matrices, ornament=wrong)
