"""Flams and drags of the groove's hits: by key and button, heard, saved, undone."""

import pytest

from .file_actions import add_to_song
from .page_actions import act, groove, n_asked, project, settle, state, status
from .test_accessibility import serious

SCORE = """async () => {
  const {scoreOf} = await web("sound/transport.js");
  const {app} = PocketStudio.instance;
  return scoreOf(app.player.sketch()).events.filter(({voice}) => voice === "snare");
}"""


def focus_on(page, drum, step):
    """Move the cursor of the groove's picture to a cell."""
    page.locator('[data-ps="output"]').focus()
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    for _ in range(drum):
        page.keyboard.press("ArrowUp")
    for _ in range(step):
        page.keyboard.press("ArrowRight")


def ornament(page):
    """That of the snare on two."""
    hits = [hit for hit in groove(page)["hits"] if (hit["drum"], hit["step"]) == ("snare", 4)]
    return hits[0].get("ornament")


def test_a_key_goes_through_flam_and_drag_without_the_model(page):
    asked, plain = n_asked(page), len(page.evaluate(SCORE))
    picture = "document.querySelector('[data-ps=heatmap]').toDataURL()"
    before = page.evaluate(picture)
    focus_on(page, 1, 4)
    page.keyboard.press("f")
    assert ornament(page) == "flam"
    assert len(page.evaluate(SCORE)) == plain + 1
    assert page.evaluate(picture) != before
    button = page.get_by_role("button", name="Flam: one", exact=True)
    assert button.get_attribute("aria-pressed") == "true"
    assert serious(page) == []
    button.click()
    assert ornament(page) == "drag"
    assert len(page.evaluate(SCORE)) == plain + 2
    assert project(page)["ornaments"] == {"snare": "....d" + "." * 27}
    page.keyboard.press("f")
    assert ornament(page) is None
    assert page.evaluate(picture) == before
    page.keyboard.press("Control+z")
    settle(page)
    assert ornament(page) == "drag"
    assert n_asked(page) == asked


def test_an_ornament_stays_with_its_cell_through_takes_and_needs_a_hit(page):
    focus_on(page, 1, 4)
    page.keyboard.press("f")
    act(page, lambda: page.keyboard.press("n"))
    assert ornament(page) == "flam"
    focus_on(page, 6, 1)
    assert not any(hit["drum"] == "tom" for hit in groove(page)["hits"])
    assert page.locator('[data-ps="cell-ornament"]').is_hidden()
    page.keyboard.press("f")
    assert state(page, "ornaments") == {"snare": "....f" + "." * 27}
    page.evaluate("PocketStudio.instance.store.setState({layer: 'template'})")
    assert ornament(page) is None


@pytest.mark.parametrize(
    ("patch", "shown"),
    [
        ({"layer": "template"}, "the sketch"),
        ({"layer": "notes"}, "+ notes only"),
        ({"layer": "velocity"}, "+ velocity only"),
        ({"compare": "previous"}, "the take before"),
    ],
)
def test_only_the_groove_itself_takes_ornaments(page, patch, shown):
    act(page, lambda: page.keyboard.press("n"))  # there is a take before
    page.evaluate("(patch) => PocketStudio.instance.store.setState(patch)", patch)
    focus_on(page, 1, 4)
    assert any((hit["drum"], hit["step"]) == ("snare", 4) for hit in groove(page)["hits"])
    page.keyboard.press("f")
    assert status(page) == f"This is {shown}: choose Groove to edit or lock hits."
    assert state(page, "ornaments") == {}
    assert page.locator('[data-ps="cell-ornament"]').is_hidden()
    page.evaluate("PocketStudio.instance.store.setState({layer: 'microtiming', compare: null})")
    page.keyboard.press("f")
    assert ornament(page) == "flam"


def test_a_section_of_the_song_keeps_its_flams(page):
    focus_on(page, 1, 4)
    page.keyboard.press("f")
    add_to_song(page)
    for _ in ("drag", "none"):
        focus_on(page, 1, 4)
        page.keyboard.press("f")
    assert ornament(page) is None
    hits = state(page, "song[0].groove.hits")
    assert [(hit["drum"], hit["step"]) for hit in hits if "ornament" in hit] == [("snare", 4)]
    page.get_by_role("tab", name="Song").click()
    act(page, page.get_by_role("button", name="Open section 1", exact=True).click)
    assert ornament(page) == "flam"
