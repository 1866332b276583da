import pytest

from pocket_studio.music.grid import (
    N_BEATS,
    N_STEPS,
    TICKS_PER_BEAT,
    loop_seconds,
    microtiming_to_ticks,
    step_to_position,
    step_to_tick,
    steps_to_seconds,
)


def test_the_loop_is_two_bars_of_sixteenths_at_480_ticks_a_beat():
    assert (N_STEPS, N_BEATS, TICKS_PER_BEAT) == (32, 8, 480)


@pytest.mark.parametrize(
    ("steps", "tempo_bpm", "seconds"), [(4, 120, 0.5), (4, 60, 1.0), (1, 60, 0.25), (0, 90, 0.0)]
)
def test_steps_to_seconds(steps, tempo_bpm, seconds):
    assert steps_to_seconds(steps, tempo_bpm) == pytest.approx(seconds)


def test_two_bars_at_120_bpm_last_four_seconds():
    assert loop_seconds(120.0) == pytest.approx(4.0)
    assert loop_seconds(60.0) == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("microtiming", "ticks"), [(-1.0, -60), (-0.5, -30), (0.0, 0), (0.99, 59), (1.0, 59)]
)
def test_microtiming_to_ticks_stays_within_the_step(microtiming, ticks):
    assert microtiming_to_ticks(microtiming) == ticks


@pytest.mark.parametrize(
    ("step", "swing", "position"),
    [
        (0, 0.75, 0.0),  # an eighth stays where it is
        (2, 0.75, 2.0),
        (1, 0.5, 1.0),
        (1, 2 / 3, 4 / 3),  # triplets
        (31, 0.75, 31.5),
        (-1, 0.75, -0.5),
    ],
)
def test_swing_moves_the_second_sixteenth_of_an_eighth(step, swing, position):
    assert step_to_position(step, 0.0, swing) == pytest.approx(position)
    assert step_to_position(step, 0.5, swing) == pytest.approx(position + 0.25)


@pytest.mark.parametrize("swing", [0.5, 0.55, 2 / 3, 0.7, 0.75])
def test_a_step_lies_on_the_tick_nearest_to_its_position(swing):
    for step in range(64):
        position = step_to_position(step, 0.0, swing)
        assert abs(step_to_tick(step, swing) - 120 * position) <= 0.5 + 1e-9
    assert step_to_tick(7, 0.75) == 7 * 120 + 60
