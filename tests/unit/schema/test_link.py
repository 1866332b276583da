import base64
import json
import re
import tracemalloc
import zlib
from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pytest
from handmade import groove_of, plain_template

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import CLOSED_HAT, DRUMS, N_DRUMS, SNARE
from pocket_studio.music.shaping import Edit
from pocket_studio.performance import MAX_SEED, Take
from pocket_studio.schema.choices import KitChoice, MorphTo, Reference
from pocket_studio.schema.link import (
    MAX_LINK_LENGTH,
    left_out_of_link,
    link_to_project,
    project_to_link,
)
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project

TEMPLATE = plain_template()
CODES, DETAILS = (5, 12, 5, 40, 5, 12, 5, 63), (3, -1, 17, 2, 3, -1, 17, 2)
FORMAT = 4


def worked_on_project():
    """Return four settled takes, painted patterns, a locked row of eighths, some edits."""
    return Project(
        TEMPLATE,
        velocity_pattern=np.arange(32) % 6 - 1,
        microtiming_pattern=np.arange(32) * 7 % 4 - 1,
        genre="funk",
        takes=tuple(Take(seed, CODES, DETAILS) for seed in (MAX_SEED, 2**30, 2**29 + 1, 8)),
        locked_beats=(0, 4),
        locked_rows={"closed_hat": tuple(Edit(s, CLOSED_HAT, 90, -5) for s in range(0, 32, 2))},
        edits=tuple(Edit(step, SNARE, 30, 12) for step in (3, 7, 9, 15)),
        tempo_bpm=96.5,
        swing=0.667,
        levels=(1, 0.9, 0.75, 1, 1, 1, 1),
        kit=KitChoice(25),
        checkpoint="d7c450793433",
    )


def heard_project():
    """Return a sketch of which all takes have been heard."""
    kept = tuple(zip(CODES, DETAILS, strict=True))
    return Project(TEMPLATE, takes=tuple(Take(seed, kept=kept) for seed in range(8, 12)))


def full_project():
    """Return a project with everything set that a link carries, no bar played twice."""
    return Project(
        np.arange(32 * N_DRUMS).reshape(32, N_DRUMS) % 3 > 0,
        velocity_pattern=np.arange(32 * N_DRUMS).reshape(32, N_DRUMS) % 5,
        microtiming_pattern=np.arange(32 * N_DRUMS).reshape(32, N_DRUMS) % 3,
        genre="hiphop",
        temperature=2,
        guidance=4,
        density=64,
        humanity=1,
        reference_notes=True,
        takes=(Take(MAX_SEED, (63,) * 8, (4095,) * 8, ((63, 4095),) * 8),) * 4,
        take=3,
        locked_beats=tuple(range(8)),
        locked_rows={
            name: tuple(Edit(step, drum, 127, 59) for step in range(31))
            for drum, name in enumerate(DRUMS)
        },
        edits=tuple(Edit(step, drum, 127, 59) for step in range(32) for drum in range(N_DRUMS)),
        morph=MorphTo(3, 1),
        tempo_bpm=240,
        swing=0.75,
        velocity_amount=1.3,
        microtiming_amount=1.3,
        muted=DRUMS,
        solo=DRUMS,
        kit=KitChoice(127),
        checkpoint="f" * 12,
    )


@pytest.mark.parametrize(
    ("project", "longest"),
    [
        (Project(TEMPLATE), 24),
        (worked_on_project(), 307),
        (full_project(), 1300),
        (heard_project(), 90),
    ],
    ids=["new", "worked on", "full", "heard"],
)
def test_links_are_short_whole_and_fit_for_urls(project, longest):
    link = project_to_link(project)
    print(len(link), "characters")
    assert link_to_project(link) == project
    assert len(link) <= longest
    assert re.fullmatch(r"[\w-]+", link, re.ASCII)
    assert base64.urlsafe_b64decode(link[:4])[0] == FORMAT  # it comes first


def test_a_link_leaves_out_what_is_long_and_says_so():
    song = (Section(groove_of((0, 0, 0.5, 0)), 2, "verse"),)
    reference = Reference("beat", song[0].groove)
    project = Project(TEMPLATE, song=song, reference=reference, kit=KitChoice(8, "soft.sf2"))
    assert link_to_project(project_to_link(project)) == Project(TEMPLATE, kit=KitChoice(8))
    assert left_out_of_link(project) == ("the song", "the reference", "the soundfont")
    assert left_out_of_link(worked_on_project()) == ()


def sealed(content, form=FORMAT):
    """Return a link of any content with the right checksum."""
    checksum = zlib.crc32(bytes([form]) + content).to_bytes(4, "big")
    return base64.urlsafe_b64encode(bytes([form]) + checksum + content).decode().rstrip("=")


def forged(text):
    """Return a link of any text in the place of a project's JSON."""
    return sealed(zlib.compress(text.encode(), 9, wbits=-15))


GOOD = json.dumps({"template": {"kick": "x..............." * 2}})
LINK = project_to_link(worked_on_project())


def test_a_link_is_the_projects_json():
    expected = parse_project(json.loads(GOOD))
    assert link_to_project(forged(GOOD)) == expected
    assert link_to_project(forged(GOOD[:-1] + ', "unheard of": [1]}')) == expected


@pytest.mark.parametrize(
    "link",
    [
        "",
        "A",
        "B",
        "BA",
        None,
        7,
        LINK[:-1],
        LINK + "A",
        LINK[:2] + LINK[2:].swapcase(),
        LINK[:40] + "." + LINK[41:],
        "#groove=",
        sealed(b"", form=5)[:-1] + "A",
        "z" + LINK[1:],
        "A" * (MAX_LINK_LENGTH + 1),
        sealed(b"", form=0),
        sealed(b""),
        sealed(b"\xff" * 1000),
        sealed(zlib.compress(GOOD.encode(), wbits=-15)[:-1]),
        sealed(zlib.compress(GOOD.encode(), wbits=-15) + b"more"),
        sealed(zlib.compress(GOOD.encode())),
    ],
)
def test_a_damaged_link_is_refused(link):
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(link)


@pytest.mark.parametrize(
    "after", [".", ")", ").", "]", '"', "'", "”", ">", ",", "!", " ", "\n", "=", " is how it goes"]
)
def test_a_link_is_found_in_its_address_whatever_follows(after):
    expected = link_to_project(LINK)
    for before in ("", " ", "#groove=", "https://studio.example/?a=b#groove=", "see /#groove= "):
        assert link_to_project(before + LINK + after) == expected
        assert link_to_project(before + LINK + quote(after)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        GOOD[:-1],
        GOOD[:-1] + ', "genre": "polka"}',
        GOOD[:-1] + ', "version": "3"}',
        GOOD[:-1] + ', "version": null, "format": "other"}',
        GOOD[:-1] + ', "edits": [[0, "kick", 0, 0], [0, "kick", 0, 0]]}',
        GOOD[:-1] + ', "tempo_bpm": 1e999}',
        GOOD[:-1] + ', "tempo_bpm": NaN}',
        GOOD[:-1] + f', "tempo_bpm": {"9" * 5000}}}',
        GOOD[:-1] + f', "edits": {"[" * 50_000}',
        GOOD + " " * 70_000,
        " " * 1_000_000,
    ],
)
def test_a_forged_link_is_refused(text):
    assert len(forged(text)) <= MAX_LINK_LENGTH
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(forged(text))


def test_a_bomb_is_not_inflated():
    bomb = forged(" " * 1_000_000)
    tracemalloc.start()
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300_000


@pytest.mark.parametrize(
    "link",
    [sealed(b"", form=FORMAT + 1), sealed(b"", form=255), forged('{"version": 99, "notes": {}}')],
    ids=["next format", "last format", "next project"],
)
def test_a_newer_link_is_refused(link):
    with pytest.raises(InvalidRequestError, match="newer Pocket Studio"):
        link_to_project(link)


@pytest.mark.parametrize("form", [1, 2, 3, 5])
def test_a_link_of_another_format_is_not_taken_for_one_of_this(form):
    packed = base64.urlsafe_b64decode(LINK + "=" * (-len(LINK) % 4))
    other = base64.urlsafe_b64encode(bytes([form]) + packed[1:]).decode().rstrip("=")
    with pytest.raises(InvalidRequestError):
        link_to_project(other)


def test_a_project_that_fits_in_no_link_is_told_so():
    random = np.random.default_rng(0)
    edits = [
        Edit(step, drum, int(random.integers(128)), int(random.integers(-60, 60)))
        for step in range(32)
        for drum in range(N_DRUMS)
    ]
    assert link_to_project(project_to_link(Project(TEMPLATE, edits=edits[:200]))).edits
    with pytest.raises(
        InvalidRequestError, match=r"too much in it for a link .* save it as a file"
    ):
        project_to_link(
            replace(full_project(), edits=tuple(edits), locked_rows=random_rows(random))
        )


def random_rows(random):
    return {
        name: tuple(Edit(step, drum, int(random.integers(1, 128)), 0) for step in range(32))
        for drum, name in enumerate(DRUMS)
    }


def test_numbers_are_carried_as_they_are():
    project = Project(TEMPLATE, temperature=1 / 3, tempo_bpm=100.123456, levels=(0.123456,) * 7)
    assert link_to_project(project_to_link(project)) == project


@pytest.mark.parametrize("density", [None, 0, 1, 64])
def test_the_models_controls_are_carried(density):
    project = Project(TEMPLATE, guidance=0.25, density=density, humanity=0.37, reference_notes=True)
    assert link_to_project(project_to_link(project)) == project
