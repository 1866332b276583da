"""An edit stays where it is made: the other beats say what they said, whatever is sketched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pocket_studio.music.genres import ANY_GENRE, GENRES
from pocket_studio.performance import Studio, Take, after_edit
from pocket_studio.schema.link import link_to_project, project_to_link
from pocket_studio.schema.project import Project

from .strategies import few

sketches = arrays(np.uint8, (32, 7), elements=st.integers(0, 1), fill=st.just(0))
edits = st.sets(st.tuples(st.integers(0, 31), st.integers(0, 6)), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def studio():
    return Studio.load()


@few
@given(
    sketches,
    edits,
    st.integers(0, 2**31 - 1),
    st.sampled_from((ANY_GENRE, *GENRES)),
)
def test_beats_without_an_edit_keep_what_they_say(studio, template, cells, seed, genre):
    edited = template.copy()
    for cell in cells:
        edited[cell] = 1 - edited[cell]
    same = [beat for beat in range(8) if all(step // 4 != beat for step, _ in cells)]
    before, groove = Project(template, genre=genre, takes=(Take(seed),)).play(studio)
    said = Take(seed, before.codes, before.details)
    take = after_edit(Take(seed), said, template, edited)
    project = Project(edited, genre=genre, takes=(take,))
    after, _ = project.play(studio)
    for name in ("codes", "details"):
        one, other = getattr(before, name), getattr(after, name)
        assert [one[beat] for beat in same] == [other[beat] for beat in same]
    # Shared, it is the groove that was heard; without the edit, the one before.
    assert link_to_project(project_to_link(project)).play(studio)[0].groove == after.groove
    back = after_edit(Take(seed), said, template, template)
    assert Project(template, genre=genre, takes=(back,)).play(studio)[1] == groove


@few
@given(sketches, st.integers(0, 7), st.integers(0, 2**31 - 1))
def test_a_beat_that_is_opened_again_says_the_same_again(studio, template, beat, seed):
    before = studio.groove(template, seed=seed)
    pairs = list(zip(before.codes, before.details, strict=True))
    pairs[beat] = None
    codes, details = Take(seed, kept=pairs).given
    assert studio.groove(template, seed=seed, codes=codes, details=details).codes == before.codes
