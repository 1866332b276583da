import numpy as np
import pytest
from handmade import groove_of, plain_template, played_beat

from pocket_studio.errors import InvalidGrooveError, InvalidInputError
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.music.shaping import (
    FLAT_VELOCITY,
    LAYERS,
    Edit,
    layer_of,
    shape,
    validate_edits,
    with_amounts,
    with_edits,
)

GROOVE = played_beat(1, 96.0)
HITS = GROOVE.note > 0


def test_full_amounts_leave_a_groove_as_it_is():
    assert with_amounts(GROOVE, 1, 1) == GROOVE


def test_no_amounts_are_flat_and_on_the_grid():
    flat = with_amounts(GROOVE, 0, 0)
    assert np.array_equal(flat.note, GROOVE.note)
    assert flat.velocity[HITS] == pytest.approx(FLAT_VELOCITY)
    assert not flat.microtiming.any()


def test_amounts_scale_around_flat_and_stop_at_the_ends():
    groove = groove_of((0, KICK, 0.5, 0.5), (4, SNARE, 1.0, -0.9), (6, CLOSED_HAT, 0.01, 0.9))
    shaped = with_amounts(groove, 1.3, 1.3)
    assert shaped.velocity[0, KICK] == pytest.approx(FLAT_VELOCITY + 1.3 * (0.5 - FLAT_VELOCITY))
    assert shaped.velocity[4, SNARE] == 1
    assert shaped.velocity[6, CLOSED_HAT] == pytest.approx(1 / 127)
    assert shaped.microtiming[0, KICK] == pytest.approx(0.65)
    assert (shaped.microtiming[4, SNARE], shaped.microtiming[6, CLOSED_HAT]) == (-1, 1)


@pytest.mark.parametrize("amounts", [(-0.01, 1), (1.31, 1), (1, 1.31), (1, float("nan"))])
def test_amounts_out_of_range_are_refused(amounts):
    with pytest.raises(InvalidGrooveError, match="amount"):
        with_amounts(GROOVE, *amounts)


def test_edited_cells_are_what_the_edits_say_and_others_stay():
    groove = groove_of((0, KICK, 0.5, 0.5), (4, SNARE, 0.7, 0.1), (6, CLOSED_HAT, 0.3, 0.2))
    edits = [Edit(0, KICK, 0, 30), Edit(4, SNARE, 127, -60), Edit(5, SNARE, 1, 59)]
    edited = with_edits(groove, edits)
    assert edited == groove_of(
        (4, SNARE, 1.0, -1.0), (5, SNARE, 1 / 127, 59 / 60), (6, CLOSED_HAT, 0.3, 0.2)
    )
    assert groove.n_hits == 3


@pytest.mark.parametrize(
    "values",
    [
        *((-1, 0, 1, 0), (32, 0, 1, 0), (0, 7, 1, 0), (0, 0, 128, 0), (0, 0, -1, 0), (0, 0, 1, 60)),
        *((0, 0, 1, -61), (0, 0, 0.5, 0), (True, 0, 1, 0), ("0", 0, 1, 0)),
    ],
)
def test_an_edit_out_of_range_is_refused(values):
    with pytest.raises(InvalidGrooveError, match="an edit's"):
        Edit(*values)


def test_edits_are_ordered_and_of_one_cell_each():
    first, second = Edit(2, KICK, 5), Edit(2, SNARE, 5)
    assert validate_edits([second, first]) == (first, second)
    with pytest.raises(InvalidGrooveError, match="two edits"):
        with_edits(GROOVE, [first, Edit(2, KICK, 0)])


def test_layers_add_one_thing_each():
    template = plain_template()
    groove = shape(GROOVE, swing=0.6)
    layers = {layer: layer_of(groove, template, layer) for layer in LAYERS}
    assert np.array_equal(layers["template"].note, template)
    assert layers["template"].velocity[template > 0] == pytest.approx(FLAT_VELOCITY)
    assert np.array_equal(layers["notes"].note, groove.note)
    assert layers["notes"].velocity[HITS] == pytest.approx(FLAT_VELOCITY)
    assert np.array_equal(layers["velocity"].velocity, groove.velocity)
    for layer in LAYERS[:3]:
        assert not layers[layer].microtiming.any()
    assert layers["microtiming"] == groove
    assert {(layer.tempo_bpm, layer.swing) for layer in layers.values()} == {(96.0, 0.6)}


def test_a_layer_without_what_it_needs_is_refused():
    for template, layer in ((None, "template"), ([[1]], "template"), (None, "melody")):
        with pytest.raises(InvalidInputError):
            layer_of(GROOVE, template, layer)


def test_shaping_goes_from_amounts_to_edits_to_the_layer():
    edit = Edit(0, KICK, 127, 30)
    shaped = shape(GROOVE, velocity_amount=0, microtiming_amount=0, edits=[edit])
    assert (shaped.velocity[0, KICK], shaped.microtiming[0, KICK]) == (1, 0.5)  # no amount on edits
    on_grid = shape(GROOVE, edits=[edit], layer="velocity")
    assert (on_grid.velocity[0, KICK], on_grid.microtiming[0, KICK]) == (1, 0)  # layer after edits


def test_swing_and_tempo_are_changed_where_given():
    assert shape(GROOVE) == GROOVE
    shaped = shape(GROOVE, swing=0.66, tempo_bpm=180)
    assert (shaped.swing, shaped.tempo_bpm) == (0.66, 180)
    assert np.array_equal(shaped.microtiming, GROOVE.microtiming)
    for wrong in ({"swing": 0.8}, {"tempo_bpm": 20}):
        with pytest.raises(InvalidGrooveError):
            shape(GROOVE, **wrong)
