import pytest

from pocket_studio.research.metrics import mean_squared_error

from .arrays import VARYING, array


def test_it_is_over_all_cells():
    truth = array((0, 0, 0, 0.5), (0, 1, 0, 1.0))
    value = array((0, 0, 0, 0.7), (0, 1, 0, 0.6), (0, 3, 1, 0.8))
    assert mean_squared_error(truth, value) == pytest.approx((0.04 + 0.16 + 0.64) / 8)
    assert mean_squared_error(VARYING, VARYING) == 0
