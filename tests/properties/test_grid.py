import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_studio.music.grid import (
    loop_seconds,
    step_to_position,
    steps_to_seconds,
)

from .strategies import few


@few
@given(st.floats(0, 1000), st.floats(40, 240))
def test_seconds_grow_with_steps_and_shrink_with_tempo(steps, tempo_bpm):
    assert steps_to_seconds(steps, tempo_bpm) == pytest.approx(steps / 32 * loop_seconds(tempo_bpm))
    assert steps_to_seconds(steps, tempo_bpm) == pytest.approx(
        2 * steps_to_seconds(steps, 2 * tempo_bpm)
    )


@few
@given(st.integers(0, 31), st.floats(-1, 1), st.floats(0.5, 0.75))
def test_swing_only_delays_and_keeps_the_order_of_steps_played_alike(step, microtiming, swing):
    straight = step_to_position(step, microtiming)
    swung = step_to_position(step, microtiming, swing)
    assert straight <= swung <= straight + 0.5
    assert swung < step_to_position(step + 1, microtiming, swing)
    eighth = step - step % 2
    assert step_to_position(eighth, microtiming, swing) == step_to_position(eighth, microtiming)
