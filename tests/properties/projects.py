"""Projects for hypothesis."""

import numpy as np
from hypothesis import strategies as st

from pocket_studio.music.feels import RowFeel
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import ACCENT, N_MICROTIMING_CLASSES, N_VELOCITY_CLASSES
from pocket_studio.music.shaping import Edit
from pocket_studio.performance import MAX_SEED, Take
from pocket_studio.schema.choices import KitChoice, MorphTo, Reference
from pocket_studio.schema.groove_json import groove_to_json, parse_groove
from pocket_studio.schema.project import Project
from pocket_studio.schema.values import GENRE_CHOICES

from .strategies import drum_patterns, grooves, patterns, templates

_steps = st.integers(0, N_STEPS - 1)
_ticks = st.integers(-60, 59)
_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
_programs = st.none() | st.integers(0, 127)
_drum_sets = st.sets(st.sampled_from(DRUMS)).map(tuple)


def _hundredths(low, high):
    return st.integers(low, high).map(lambda value: value / 100)


def _takes():
    def one_a_beat(lowest, highest):
        values = st.none() | st.integers(lowest, highest)
        return st.none() | st.lists(values, min_size=8, max_size=8).map(tuple)

    pair = st.none() | st.tuples(st.integers(0, 63), st.integers(-1, 4095))
    kept = st.none() | st.lists(pair, min_size=8, max_size=8).map(tuple)
    take = st.builds(Take, st.integers(0, MAX_SEED), one_a_beat(0, 63), one_a_beat(-1, 4095), kept)
    return st.lists(take, min_size=1, max_size=4).map(tuple)


@st.composite
def _locked_rows(draw):
    rows = {}
    for name in draw(_drum_sets):
        drum = DRUMS.index(name)
        hits = st.builds(Edit, _steps, st.just(drum), st.integers(1, 127), _ticks)
        rows[name] = tuple(draw(st.lists(hits, max_size=8, unique_by=lambda hit: hit.step)))
    return rows


def _edits():
    edits = st.builds(Edit, _steps, st.integers(0, N_DRUMS - 1), st.integers(0, 127), _ticks)
    return st.lists(edits, max_size=8, unique_by=lambda edit: (edit.step, edit.drum)).map(tuple)


def _row_feels():
    feels = st.builds(
        RowFeel,
        st.integers(-30, 30).map(float),
        _hundredths(0, 200),
        _hundredths(0, 100),
    )
    return st.dictionaries(st.sampled_from(DRUMS), feels, max_size=3)


def _stored_grooves():
    """Draw grooves whose values have the decimals of a file."""
    return grooves().map(lambda groove: parse_groove(groove_to_json(groove)))


def linked_projects():
    """Draw projects that a link carries whole."""
    return st.builds(Project, **_LINKED)


def projects():
    """Draw any project with grooves of a file's precision."""
    sections = st.builds(Section, _stored_grooves(), st.integers(1, 8), _names)
    return st.builds(
        Project,
        **_LINKED
        | {
            "reference": st.none() | st.builds(Reference, _names, _stored_grooves()),
            "kit": st.none() | st.builds(KitChoice, _programs, st.none() | _names),
            "song": st.lists(sections, max_size=2).map(tuple),
            "temperature": st.floats(0.05, 2),
            "guidance": st.floats(0, 4),
            "humanity": st.floats(0, 1),
            "levels": st.tuples(*[st.floats(0, 1)] * N_DRUMS),
        },
    )


_LINKED = {
    "template": templates(ACCENT) | st.just(np.eye(N_STEPS, N_DRUMS)),
    "velocity_pattern": patterns(N_VELOCITY_CLASSES) | drum_patterns(N_VELOCITY_CLASSES),
    "microtiming_pattern": patterns(N_MICROTIMING_CLASSES) | drum_patterns(N_MICROTIMING_CLASSES),
    "genre": st.sampled_from(GENRE_CHOICES),
    "keep_sketch": st.booleans(),
    "temperature": _hundredths(5, 200),
    "guidance": _hundredths(0, 400),
    "density": st.none() | st.integers(0, 64),
    "humanity": _hundredths(0, 100),
    "reference_notes": st.booleans(),
    "takes": _takes(),
    "take": st.integers(0, 3),
    "locked_beats": st.sets(st.integers(0, 7)).map(tuple),
    "locked_rows": _locked_rows(),
    "edits": _edits(),
    "morph": st.none() | st.builds(MorphTo, st.integers(0, 3), _hundredths(0, 100)),
    "tempo_bpm": _hundredths(4000, 24000),
    "swing": st.integers(500, 750).map(lambda value: value / 1000),
    "velocity_amount": _hundredths(0, 130),
    "microtiming_amount": _hundredths(0, 130),
    "row_feels": _row_feels(),
    "ornaments": templates(2) | st.just(np.eye(N_STEPS, N_DRUMS)),
    "muted": _drum_sets,
    "solo": _drum_sets,
    "levels": st.tuples(*[_hundredths(0, 100)] * N_DRUMS),
    "kit": st.none() | st.builds(KitChoice, _programs),
    "checkpoint": st.just("") | st.text("0123456789abcdef", min_size=12, max_size=12),
}
