"""What every metric refuses, whatever it scores."""

import numpy as np
import pytest

from pocket_studio.research.metrics import (
    mean_metrical_kl,
    mean_squared_error,
    mean_squared_error_at_hits,
    metrical_kl,
    metrical_means,
    note_exact,
    note_f1,
    note_f1_micro,
    spread_ratio,
)

from .arrays import NOTE, VARYING

OF_NOTES = {note_f1: (NOTE, NOTE), note_f1_micro: (NOTE, NOTE), note_exact: (NOTE, NOTE)}
OF_VALUES = {
    mean_squared_error: (VARYING, VARYING),
    mean_squared_error_at_hits: (VARYING, VARYING, NOTE),
    spread_ratio: (VARYING, VARYING, NOTE, NOTE),
    metrical_means: (VARYING, NOTE),
    metrical_kl: (VARYING, VARYING, NOTE, NOTE),
    mean_metrical_kl: (VARYING, VARYING, NOTE, NOTE),
}
EACH = [
    pytest.param(score, arrays, place, id=f"{score.__name__}-{place}")
    for score, arrays in (OF_NOTES | OF_VALUES).items()
    for place in range(len(arrays))
]


def with_changed(arrays, place, change):
    return [change(array) if at == place else array for at, array in enumerate(arrays)]


@pytest.mark.parametrize(("score", "arrays", "place"), EACH)
def test_arrays_of_different_shapes_are_refused(score, arrays, place):
    with pytest.raises(ValueError, match="one shape"):
        score(*with_changed(arrays, place, lambda array: array[:, :2]))


@pytest.mark.parametrize(("score", "arrays"), (OF_NOTES | OF_VALUES).items())
def test_a_window_alone_is_not_windows(score, arrays):
    with pytest.raises(ValueError, match="one shape"):
        score(*(array[0] for array in arrays))
    with pytest.raises(ValueError, match="at least one window"):
        score(*(array[:0] for array in arrays))


@pytest.mark.parametrize(("score", "arrays", "place"), EACH)
def test_what_is_no_groove_is_refused(score, arrays, place):
    is_note = score in OF_NOTES or place >= (1 if score is metrical_means else 2)
    for wrong in (np.nan, 0.5) if is_note else (np.nan, np.inf):
        with pytest.raises(ValueError, match="0 or 1" if is_note else "finite"):
            score(*with_changed(arrays, place, lambda array, wrong=wrong: array + wrong))
