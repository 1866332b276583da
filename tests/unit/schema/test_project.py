import json
from pathlib import Path

import numpy as np
import pytest
from handmade import groove_of, plain_template, played_beat

from pocket_studio.errors import InvalidInputError
from pocket_studio.music.feels import RowFeel
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE, TOM
from pocket_studio.music.patterns import rows_to_ornaments
from pocket_studio.music.shaping import Edit, shape
from pocket_studio.performance import MAX_SEED, Take
from pocket_studio.schema.choices import KitChoice, MorphTo, Reference
from pocket_studio.schema.groove_json import groove_to_json, parse_groove
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project, project_to_json

TEMPLATE = plain_template()
ROW = "x..............." * 2
MINIMAL = {"template": {"kick": ROW}}
HATS = tuple(Edit(step, CLOSED_HAT, 90, -6) for step in range(0, 32, 4))


# The value


def test_lists_are_brought_into_order_and_arrays_made_read_only():
    project = Project(
        TEMPLATE,
        locked_beats=(5, 1),
        muted=("tom", "kick"),
        edits=(Edit(9, SNARE, 5), Edit(2, TOM, 5), Edit(2, KICK, 5)),
    )
    assert project.locked_beats == (1, 5)
    assert project.muted == ("kick", "tom")
    assert [(edit.step, edit.drum) for edit in project.edits] == [(2, KICK), (2, TOM), (9, SNARE)]
    for array in (project.template, project.velocity_pattern, project.microtiming_pattern):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_a_pattern_for_every_drum_is_one_for_each():
    classes = np.arange(32) % 3
    project = Project(
        TEMPLATE,
        velocity_pattern=classes,
        microtiming_pattern=np.repeat(classes[:, None], 7, 1),
    )
    assert project.velocity_pattern.shape == (32, 7)
    assert (project.velocity_pattern == classes[:, None]).all()
    assert project == Project(
        TEMPLATE,
        velocity_pattern=np.repeat(classes[:, None], 7, 1),
        microtiming_pattern=classes,
    )
    one = np.full((32, 7), -1)
    one[:, SNARE] = classes
    assert project != Project(TEMPLATE, velocity_pattern=one, microtiming_pattern=classes)


def test_missing_takes_have_seeds_one_two_and_three_away():
    assert [take.seed for take in Project(TEMPLATE, takes=(Take(8),)).takes] == [8, 9, 10, 11]
    assert [take.seed for take in Project(TEMPLATE, takes=(Take(8), Take(3))).takes] == [
        *(8, 3),
        *(10, 11),
    ]
    assert Project(TEMPLATE, takes=(Take(MAX_SEED),)).takes[1].seed == 0


def test_projects_are_compared_by_value():
    assert Project(TEMPLATE) == Project(TEMPLATE.astype(float))
    assert Project(TEMPLATE) != Project(np.zeros_like(TEMPLATE))
    assert Project(TEMPLATE) != Project(TEMPLATE, swing=0.6)
    assert Project(TEMPLATE, density=0) != Project(TEMPLATE)
    for other in ({"guidance": 1}, {"humanity": 0.5}, {"reference_notes": True}):
        assert Project(TEMPLATE, **other) != Project(TEMPLATE)
    assert Project(TEMPLATE) != "project"


@pytest.mark.parametrize(
    "values",
    [
        {"takes": ()},
        {"takes": (Take(),) * 5},
        {"guidance": 4.01},
        {"guidance": None},
        {"density": 65},
        {"density": 1.5},
        {"humanity": -0.01},
        {"reference_notes": 1},
        {"velocity_pattern": np.zeros((32, 6))},
        {"microtiming_pattern": np.full((32, 7), 3)},
        {"levels": (1.0,) * 6},
        {"levels": (1.5,) * 7},
        {"locked_rows": {"kick": HATS}},
        {"locked_rows": {"closed_hat": (Edit(0, CLOSED_HAT, 0),)}},
        {"locked_rows": {"cowbell": ()}},
        {"song": (Section(groove_of()),) * 17},
        {"song": (Section(groove_of(), 1, "a" * 81),)},
    ],
)
def test_wrong_values_are_refused(values):
    with pytest.raises(InvalidInputError):
        Project(TEMPLATE, **values)


def test_only_rows_with_a_feel_of_their_own_are_said():
    feels = {"tom": RowFeel(), "snare": RowFeel(8), "kick": {"looseness": 0.5}}
    project = Project(TEMPLATE, row_feels=feels)
    assert list(project.row_feels) == ["kick", "snare"]
    said = project_to_json(project)["row_feels"]
    assert said["kick"] == {"offset_ms": 0.0, "loudness": 1.0, "looseness": 0.5}
    assert parse_project({**MINIMAL, "row_feels": {"tom": {}}}).row_feels == {}


@pytest.mark.parametrize(
    ("feels", "line"),
    [
        ({"snare": {"offset_ms": 31}}, "a row's offset in ms must be a number from -30 to 30"),
        ({"snare": {"loudness": "1"}}, "a row's loudness must be a number from 0 to 2"),
        ({"snare": {"looseness": True}}, "a row's looseness must be a number from 0 to 1"),
        ({"bell": {}}, "a row with a feel must be one of kick, "),
        ([], "the rows' feels must be"),
        ({"snare": 8}, "a row's feel must be an object"),
    ],
)
def test_wrong_feels_are_refused_in_one_line(feels, line):
    with pytest.raises(InvalidInputError, match=line):
        parse_project({**MINIMAL, "row_feels": feels})


def test_mix_mutes_and_solos():
    levels = (0.5, 0.25, 1.0, 1.0, 1.0, 1.0, 0.0)
    assert Project(TEMPLATE, levels=levels).mix() == pytest.approx(levels)
    assert Project(TEMPLATE, levels=levels).mix().dtype == np.float32
    muted = Project(TEMPLATE, levels=levels, muted=("snare",)).mix()
    assert muted == pytest.approx([0.5, 0, 1, 1, 1, 1, 0])
    solo = Project(TEMPLATE, levels=levels, solo=("kick", "snare"), muted=("snare",)).mix()
    assert solo == pytest.approx([0.5, 0, 0, 0, 0, 0, 0])


# Playing it, on the shipped checkpoint


def test_play_is_the_active_take_shaped(studio):
    project = Project(
        TEMPLATE,
        genre="funk",
        takes=(Take(3), Take(4)),
        take=1,
        edits=(Edit(3, SNARE, 20, 12), Edit(0, KICK, 0)),
        velocity_amount=0.8,
        microtiming_amount=0.5,
        row_feels={"snare": RowFeel(8, 0.9, 0.5)},
        ornaments=rows_to_ornaments({"snare": "...d............" * 2}),
        tempo_bpm=97,
        swing=0.6,
    )
    performance, shaped = project.play(studio)
    assert performance.groove == studio.groove(TEMPLATE, genre="funk", seed=4, tempo_bpm=97).groove
    assert shaped == shape(
        performance.groove,
        velocity_amount=0.8,
        microtiming_amount=0.5,
        row_feels=project.row_feels,
        seed=4,
        edits=project.edits,
        ornaments=project.ornaments,
        swing=0.6,
    )
    assert shaped.ornament[3, SNARE] == 2

    assert (shaped.tempo_bpm, shaped.swing) == (97, 0.6)
    assert shaped.note[3, SNARE] == 1
    assert shaped.note[0, KICK] == 0


def test_play_holds_locked_rows_and_follows_given_codes(studio):
    codes, details = tuple(range(8)), (-1,) * 8
    rows = {"closed_hat": HATS, "tom": ()}
    project = Project(TEMPLATE, takes=(Take(1, codes, details),), locked_rows=rows)
    performance, shaped = project.play(studio)
    assert (performance.codes, performance.details) == (codes, details)
    played = [
        (step, CLOSED_HAT, 90 / 127, -0.1) for step in np.flatnonzero(shaped.note[:, CLOSED_HAT])
    ]
    assert [hit[0] for hit in played] == [hit.step for hit in HATS]
    for column in ("note", "velocity", "microtiming"):
        wanted = getattr(groove_of(*played), column)[:, CLOSED_HAT]
        assert getattr(shaped, column)[:, CLOSED_HAT] == pytest.approx(wanted)
    assert not shaped.note[:, TOM].any()


def test_play_asks_for_all_that_the_project_says(studio, monkeypatch):
    asked = {}
    play = studio.groove

    def groove(template, **arguments):
        asked.update(arguments)
        return play(template, **arguments)

    monkeypatch.setattr(studio, "groove", groove)
    pattern = np.full((32, 7), -1)
    pattern[3, TOM] = 2
    said = {"guidance": 3.25, "density": 12, "humanity": 0.4, "reference_notes": True}
    Project(TEMPLATE, velocity_pattern=pattern, **said).play(studio)
    assert {name: asked[name] for name in said} == said
    assert asked["velocity_pattern"].tolist() == pattern.tolist()
    assert asked["reference"] is None


def test_play_morphs_to_another_take_and_follows_a_reference(studio):
    takes = (Take(3), Take(4))
    played = [
        Project(TEMPLATE, takes=takes, morph=MorphTo(1, amount)).play(studio)[0].groove
        for amount in (0, 1)
    ]
    assert played == [studio.groove(TEMPLATE, seed=seed).groove for seed in (3, 4)]
    reference = played_beat(5)
    asked = Project(TEMPLATE, reference=Reference("beat", reference), reference_notes=True)
    transferred = asked.play(studio)[0]
    played = studio.groove(TEMPLATE, reference=reference, reference_notes=True).groove
    assert transferred.groove == played
    assert transferred.codes != Project(TEMPLATE).play(studio)[0].codes


# JSON


def test_all_but_the_template_may_be_left_out():
    template = np.zeros((32, 7))
    template[[0, 16], KICK] = 1
    assert parse_project(MINIMAL) == Project(template)
    nulls = dict.fromkeys(project_to_json(Project(template)))
    assert parse_project({**nulls, "format": "pocket-studio-project", **MINIMAL, "more": 1}) == (
        Project(template)
    )


def test_the_json_is_as_documented():
    groove = groove_of((0, KICK, 0.5, 0.25), tempo_bpm=96.0)
    document = project_to_json(
        Project(
            TEMPLATE,
            takes=(Take(8, (None,) * 7 + (63,), (-1,) * 8, ((3, 4095), *[None] * 7)),),
            locked_rows={"snare": (Edit(4, SNARE, 100, -3),)},
            edits=(Edit(3, TOM, 0, 2),),
            morph=MorphTo(2, 0.5),
            reference=Reference("beat.mid", groove),
            kit=KitChoice(25, "soft.sf2"),
            song=(Section(groove, 2, "verse"),),
            checkpoint="d7c450793433",
        )
    )
    hit = {"step": 0, "drum": "kick", "velocity": 0.5, "microtiming": 0.25}
    groove_json = {"tempo_bpm": 96.0, "swing": 0.5, "hits": [hit]}
    expected = {
        "format": "pocket-studio-project",
        "version": 3,
        "keep_sketch": True,
        "guidance": 3.0,
        "density": None,
        "humanity": 1.0,
        "reference_notes": False,
        "checkpoint": "d7c450793433",
        "velocity_pattern": "." * 32,
        "take": 0,
        "locked_rows": {"snare": [[4, 100, -3]]},
        "edits": [[3, "tom", 0, 2]],
        "morph": {"to": 2, "amount": 0.5},
        "reference": {"name": "beat.mid", "groove": groove_json},
        "kit": {"soundfont": "soft.sf2", "program": 25},
        "song": [{"name": "verse", "repeats": 2, "groove": groove_json}],
    }
    assert {key: document[key] for key in expected} == expected
    assert document["template"]["kick"] == "x......." * 4
    assert document["takes"][0] == {
        "seed": 8,
        "codes": [None] * 7 + [63],
        "details": [-1] * 8,
        "kept": [[3, 4095], *[None] * 7],
    }
    assert document["levels"]["tom"] == 1


def test_painted_drums_are_written_by_name_and_all_alike_as_one():
    of_snare = {"snare": "5." * 16}
    project = parse_project(
        {**MINIMAL, "velocity_pattern": of_snare, "microtiming_pattern": "<" * 32, "density": 0}
    )
    assert np.argwhere(project.velocity_pattern > -1)[:, 1].tolist() == [SNARE] * 16
    assert (project.microtiming_pattern == 0).all()
    document = project_to_json(project)
    assert document["velocity_pattern"] == of_snare
    assert document["microtiming_pattern"] == "<" * 32
    assert document["density"] == 0
    assert parse_project(document) == project


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("template", None, "the template must be an object"),
        ("format", "song", "this is not a Pocket Studio project"),
        ("version", 4, "newer Pocket Studio"),
        ("velocity_pattern", {"cowbell": "." * 32}, "the rows of the velocity pattern are named"),
        ("velocity_pattern", {"kick": "6" * 32}, "the velocity pattern must be 32 characters"),
        ("microtiming_pattern", ["." * 32], "the microtiming pattern must be 32 characters"),
        ("guidance", 4.5, "the guidance must be a number from 0 to 4"),
        ("density", 65, "the density must be a whole number from 0 to 64"),
        ("density", "auto", "the density must be a whole number from 0 to 64"),
        ("humanity", 1.01, "the humanity must be a number from 0 to 1"),
        ("reference_notes", 1, "reference_notes must be true or false"),
        ("checkpoint", "d7c4", "the checkpoint must be"),
        ("checkpoint", "D7C450793433", "the checkpoint must be"),
        ("takes", [{"seed": 1}] * 5, "the takes must be a list of up to 4"),
        ("takes", [], "1 to 4 takes"),
        ("takes", [{"seed": 2**31}], "the seed must be"),
        ("takes", [{"codes": [0] * 7}], "the codes must be a list of 8, one a beat"),
        ("takes", [{"codes": [0] * 7 + [64]}], "a code must be"),
        ("takes", [{"details": [-2] * 8}], "a detail must be"),
        ("takes", [{"kept": [[0, 0]] * 7}], "the kept codes must be a list of 8, one a beat"),
        ("takes", [{"kept": [[0]] * 8}], "a kept code must be a list of 2"),
        ("takes", [{"kept": [[0, 4096]] * 8}], "a detail must be a whole number from -1 to 4095"),
        ("takes", [{"details": [4096] * 8}], "a detail must be a whole number from -1 to 4095"),
        ("take", 4, "the active take must be"),
        ("take", True, "the active take must be"),
        ("locked_beats", [1, 1], "the locked beats must not name one twice"),
        ("locked_beats", [8], "a locked beat must be"),
        ("locked_rows", {"kick": [[0, 0, 0]]}, "a velocity must be a whole number from 1 to 127"),
        ("locked_rows", {"kick": [[0, 9, 0], [0, 8, 0]]}, "one cell has two edits"),
        ("locked_rows", {"kick": [[0, 9]]}, "a locked hit must be a list of 3"),
        ("edits", [[0, "kick", 1, 60]], "ticks must be a whole number from -60 to 59"),
        ("edits", [[32, "kick", 1, 0]], "a step must be"),
        ("edits", [[0, "cowbell", 1, 0]], "an edit's drum must be"),
        ("edits", [[0, "kick", 1, 0], [0, "kick", 0, 0]], "one cell has two edits"),
        ("edits", [[0, "kick", 1, 0]] * 225, "the edits must be a list of up to 224"),
        ("morph", {"to": 4, "amount": 0}, "the morph's take must be"),
        ("morph", {"to": 1}, "the morph's amount must be"),
        ("reference", {"name": "a"}, "the groove must be an object"),
        ("reference", {"name": "a" * 81, "groove": {"hits": []}}, "the reference's name must be"),
        ("tempo_bpm", 10**400, "the tempo must be"),
        ("swing", 0.49, "the swing must be"),
        ("velocity_amount", float("nan"), "the amount of velocity must be"),
        ("muted", ["kick", "kick"], "the muted drums must not name one twice"),
        ("solo", "kick", "the solo drums must be a list"),
        ("levels", {"kick": 1.01}, "a level must be a number from 0 to 1"),
        ("levels", {"cowbell": 1}, "a level's name must be"),
        ("kit", {"program": 128}, "the kit must be"),
        ("song", [{"groove": {"hits": []}, "repeats": 9}], "a section's repeats must be"),
        ("song", [{"groove": {"hits": []}}] * 17, "the song must be a list of up to 16"),
    ],
)
def test_a_wrong_field_is_refused(field, value, message):
    with pytest.raises(InvalidInputError, match=message):
        parse_project({**MINIMAL, field: value})


def test_a_browsers_whole_numbers_are_as_good():
    project = parse_project(
        {
            **MINIMAL,
            "take": 1.0,
            "locked_beats": [2.0],
            "edits": [[3.0, "kick", 9.0, -1.0]],
            "morph": {"to": 2.0, "amount": 1},
            "kit": {"program": 8.0},
        }
    )
    assert (project.take, project.locked_beats, project.edits) == (1, (2,), (Edit(3, KICK, 9, -1),))
    assert [type(number) for number in (project.take, project.morph.to, project.kit.program)] == [
        int
    ] * 3


def test_a_grooves_swing_is_written_and_may_be_left_out():
    groove = shape(groove_of((1, KICK, 0.5, 0)), swing=0.66)
    assert parse_groove(groove_to_json(groove)) == groove
    assert parse_groove({"hits": []}).swing == 0.5
    with pytest.raises(InvalidInputError, match="the swing must be"):
        parse_groove({"hits": [], "swing": 0.76})


FORMER = json.loads((Path(__file__).parent / "project-version-2.json").read_text())


def test_what_former_versions_had_no_word_for_is_as_it_was_played():
    """What is saved must not change: models before knew none of it, or left out what they liked."""
    formerly = {"guidance": 1.0, "density": None, "humanity": 1.0, "reference_notes": True}
    first = parse_project({**MINIMAL, "version": 1})
    assert first == Project(first.template, keep_sketch=False, **formerly)
    second = parse_project({**MINIMAL, "version": 2})
    assert second == Project(first.template, **formerly)
    assert parse_project({**MINIMAL, "version": 3}) == Project(first.template)
    assert parse_project(MINIMAL) == Project(first.template)


@pytest.mark.parametrize("version", [1, 2])
def test_a_project_that_a_former_version_saved_opens_whole(version):
    project = parse_project({**FORMER, "version": version})
    assert project.checkpoint == "d7c450793433"
    assert project.takes[1].details == (3, -1, 17, 2, 3, -1, 17, 2)
    assert project.locked_rows["closed_hat"][1] == Edit(2, CLOSED_HAT, 90, -5)
    assert (project.velocity_pattern == (np.arange(32) % 6 - 1)[:, None]).all()
    document = project_to_json(project)
    new = ("version", "guidance", "density", "humanity", "reference_notes")
    new = (*new, "row_feels", "ornaments")
    said = {key: value for key, value in document.items() if key not in new}
    takes = [{**take, "kept": None} for take in FORMER["takes"]]
    former = {key: value for key, value in FORMER.items() if key != "version"}
    assert said == {**former, "takes": takes}
    assert parse_project(document) == project
