"""What is sketched sounds, whatever is sketched and asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.performance import Held, Studio

templates = arrays(np.uint8, (32, 7), elements=st.integers(0, 1), fill=st.just(0))
controls = st.fixed_dictionaries(
    {
        "genre": st.sampled_from((ANY_GENRE, *GENRES)),
        "seed": st.integers(0, 2**31 - 1),
        "temperature": st.floats(0.05, 2),
        "velocity_pattern": arrays(np.int8, 32, elements=st.integers(-1, 4)),
    }
)


@pytest.fixture(scope="module")
def studio():
    return Studio.load()


@settings(max_examples=60, deadline=None)
@given(template=templates, asked=controls)
def test_every_sketched_hit_sounds(studio, template, asked):
    groove = studio.groove(template, **asked).groove
    sketched = template > 0
    assert (groove.note[sketched] == 1).all()
    assert (groove.velocity[sketched] > 0).all()
    # What the model adds is the same with and without; so are the codes.
    free = studio.groove(template, **asked, keep_sketch=False)
    assert ((free.groove.note > 0) | sketched == (groove.note > 0)).all()


@settings(max_examples=30, deadline=None)
@given(template=templates, cells=arrays(np.bool_, (32, 7)), seed=st.integers(0, 100))
def test_held_cells_stay_as_they_are_all_the_same(studio, template, cells, seed):
    before = studio.groove(np.zeros((32, 7), np.uint8), seed=seed).groove
    groove = studio.groove(template, seed=seed, held=Held(before, cells)).groove
    for name in ("note", "velocity", "microtiming"):
        assert (getattr(groove, name)[cells] == getattr(before, name)[cells]).all()
    assert (groove.note[(template > 0) & ~cells] == 1).all()


def test_a_choice_of_codes_keeps_the_sketch_too(studio):
    template = np.zeros((32, 7), np.uint8)
    template[::3, 5] = template[::5, 6] = 1
    take = studio.groove(template, seed=1)
    asked = (template, take.codes, take.details, 2)
    choices = studio.code_choices(*asked)
    assert all((choice.note[template > 0] == 1).all() for choice in choices)
    present = next(choice for choice in choices if choice.code == take.codes[2])
    if present.detail == take.details[2]:
        assert (present.note == take.groove.note).all()
    free = studio.code_choices(*asked, keep_sketch=False)
    assert any((choice.note[template > 0] == 0).any() for choice in free)
