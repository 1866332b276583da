import numpy as np
from handmade import groove_of

from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE
from pocket_studio.music.patterns import (
    ACCENT,
    AUTO,
    GHOST,
    HIT,
    hits_of,
    rows_to_template,
    stressed,
    template_to_rows,
    validate_template,
    velocity_to_class,
    with_stresses,
    without_stressed,
)
from pocket_studio.music.shaping import FLAT_VELOCITY, layer_of

ROWS = {"kick": "x...X...g......." * 2, "snare": "....X.g........." * 2}
TEMPLATE = rows_to_template(ROWS)
UNPAINTED = np.full((32, 7), AUTO, np.int8)


def test_rows_say_ghosts_and_accents():
    assert TEMPLATE[[0, 4, 8], KICK].tolist() == [HIT, ACCENT, GHOST]
    assert np.array_equal(validate_template(TEMPLATE), TEMPLATE)
    rows = template_to_rows(TEMPLATE)
    assert {name: rows[name] for name in ROWS} == ROWS


def test_a_hit_is_a_hit_whatever_its_stress():
    plain = {name: row.replace("g", "x").replace("X", "x") for name, row in ROWS.items()}
    assert np.array_equal(hits_of(TEMPLATE), rows_to_template(plain))
    assert stressed(TEMPLATE).sum() == 8
    assert not stressed(hits_of(TEMPLATE)).any()


def test_a_stress_wishes_for_its_hit_alone_and_above_what_is_painted():
    assert np.array_equal(with_stresses(UNPAINTED, hits_of(TEMPLATE)), UNPAINTED)
    wished = with_stresses(UNPAINTED, TEMPLATE)
    assert np.array_equal(wished != AUTO, stressed(TEMPLATE))
    painted = np.full((32, 7), 2, np.int8)
    both = with_stresses(painted, TEMPLATE)
    assert (both[4, KICK], both[6, SNARE], both[0, KICK], both[0, CLOSED_HAT]) == (4, 1, 2, 2)
    assert np.array_equal(without_stressed(painted, TEMPLATE) == AUTO, stressed(TEMPLATE))


def test_the_template_layer_plays_what_the_model_is_wished():
    heard = layer_of(groove_of(), TEMPLATE, "template").velocity
    assert heard[0, KICK] == np.float32(FLAT_VELOCITY)
    wished = with_stresses(UNPAINTED, TEMPLATE)
    for step, drum in np.argwhere(stressed(TEMPLATE)):
        assert velocity_to_class(heard[step, drum]) == wished[step, drum]
