import base64
import re
import zlib
from dataclasses import replace

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
from pocket_studio.schema.versions import VERSION

TEMPLATE = plain_template()
CODES, DETAILS = (5, 12, 5, 40, 5, 12, 5, 63), (3, -1, 17, 2, 3, -1, 17, 2)
# What the models of versions 1 and 2 were played with, which knew nothing else.
FORMERLY = {"guidance": 1.0, "density": None, "humanity": 1.0, "reference_notes": True}


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
        (Project(TEMPLATE), 70),
        (worked_on_project(), 300),
        (full_project(), 1900),
        (heard_project(), 180),
    ],
    ids=["new", "worked on", "full", "heard"],
)
def test_links_are_short_whole_and_fit_for_urls(project, longest):
    link = project_to_link(project)
    print(len(link), "characters")
    assert link_to_project(link) == project
    assert len(link) <= longest
    assert re.fullmatch(r"[\w-]+", link, re.ASCII)
    assert base64.urlsafe_b64decode(link[:4])[0] == VERSION  # it comes first


def test_a_link_leaves_out_what_is_long_and_says_so():
    song = (Section(groove_of((0, 0, 0.5, 0)), 2, "verse"),)
    reference = Reference("beat", song[0].groove)
    project = Project(TEMPLATE, song=song, reference=reference, kit=KitChoice(8, "soft.sf2"))
    assert link_to_project(project_to_link(project)) == Project(TEMPLATE, kit=KitChoice(8))
    assert left_out_of_link(project) == ("the song", "the reference", "the soundfont")
    assert left_out_of_link(worked_on_project()) == ()


def sealed(content, version=1):
    """Return a link of any content with the right checksum."""
    packed = bytes([version]) + zlib.crc32(content).to_bytes(4, "big") + content
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "A",
        "AQ",
        None,
        7,
        project_to_link(worked_on_project())[:-1],
        project_to_link(worked_on_project()) + "A",
        "AV" + project_to_link(worked_on_project())[2:].swapcase(),
        project_to_link(worked_on_project()) + "=",
        "A" * (MAX_LINK_LENGTH + 1),
        sealed(b"\xff" * 1000),
        sealed(b"", version=0),
    ],
)
def test_a_damaged_link_is_refused(link):
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(link)


def test_a_newer_link_is_refused():
    with pytest.raises(InvalidRequestError, match="newer Pocket Studio"):
        link_to_project(sealed(b"", version=VERSION + 1))


def test_painted_drums_cost_a_row_each_and_all_alike_one():
    alike = project_to_link(Project(TEMPLATE, velocity_pattern=np.arange(32) % 5))
    pattern = np.full((32, N_DRUMS), -1)
    pattern[:, SNARE] = np.arange(32) % 5
    project = Project(TEMPLATE, velocity_pattern=pattern)
    assert link_to_project(project_to_link(project)) == project
    assert len(alike) <= len(project_to_link(project)) <= len(alike) + 4


@pytest.mark.parametrize("density", [None, 0, 1, 64])
def test_the_models_controls_are_carried(density):
    project = Project(TEMPLATE, guidance=0.25, density=density, humanity=0.37, reference_notes=True)
    assert link_to_project(project_to_link(project)) == project


# Made by version 1, which had no `keep_sketch`: what was made without it opens without it.
FIRST_LINKS = {
    "AVUKCxoIBiYhAQBoc48BUEJwBkAJwRnAG0NNAAAAYLK7y_WiXFC6I0zkn2_jWQE": Project(
        TEMPLATE, keep_sketch=False, **FORMERLY
    ),
    "AZTfcWdnaPKgiK8JBiYhAQCqIpW2DQvzzC3KQQiKJUdcv57-k84eITAgOyZzQMnVwsFY_bnwrJVCpYU1xBRsftz2rkvI"
    "dZ86twpvp5NTjIhFZkzq8Uia5CF8_8zGHAtr4G_w8ej-BFEX4FHa9p0xMMLzUIswrI8AuKkky1jrYT4rvQv4guuhocmk"
    "eGjBm_4dmuPSsKaYAbnrsP-EAw": replace(worked_on_project(), keep_sketch=False, **FORMERLY),
}
# Made by version 2, which had one pattern for all drums and 64 details.
SECOND_LINKS = {
    "Avzt7ZYRDExCAgDQ5h4DoITgDIASgjOAN4aaAAAAwGR3l-tFuaB0R5jIP9_GswI": Project(
        TEMPLATE, **FORMERLY
    ),
    "AltshlXP0ORBEV8TDExCAgBURSptGxbmmVuUgxAUS464fj39J509QmBAdkzmgJKrhYOx-nPhWSuFSgtriCnY_LjtXZeQ"
    "6z51bhXeTienGBGLzJjU45E0yUP4_pmNORbWwN_g49H9CaIuwKO07TtjYITnoRZhWB8BcFNJlrHWw3xWehfwBddDQ5NJ"
    "8dCCN_07NMelYU0xA3LXYf8JBw": replace(worked_on_project(), **FORMERLY),
    "AstKU-TO0ORBEV8TDExCAgBURSptGxbmmVuUgxAUS464fj39J509QmBAdkzmgJKrhYOx-nPhWSuFSgtriCnY_LjtXZeQ"
    "6z51bhXeTienGBGLzJjU45E0yUP4_pmNORbWwN_g49H9CaIuwKO07TtjYITnoRZhWB8BcFNJlrHWw3xWehfwBddDQ5NJ"
    "8dCCN_07NMelYU0xA3LXYf8JBw": replace(worked_on_project(), keep_sketch=False, **FORMERLY),
}


@pytest.mark.parametrize(
    ("link", "project"),
    [*FIRST_LINKS.items(), *SECOND_LINKS.items()],
    ids=["new, 1", "worked on, 1", "new, 2", "worked on, 2", "worked on without keep_sketch, 2"],
)
def test_links_of_former_versions_still_open(link, project):
    assert link_to_project(link) == project
    assert link_to_project(project_to_link(project)) == project
