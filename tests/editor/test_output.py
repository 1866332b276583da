"""Editing the groove in its picture, by mouse, finger and keyboard; edits outlive new takes."""

import pytest

from .page_actions import SETTLED, Finger, act, box, drag, settle, state, status
from .test_sound import LOUDEST, RECORD, SILENT, play

N_DRUMS = 7


@pytest.fixture
def page(open_page):
    """A window that is high enough for the whole picture."""
    return open_page(viewport={"width": 1280, "height": 1300})


def hits(page):
    """{(drum, step): hit} of what is seen and heard."""
    shown = page.evaluate("PocketStudio.instance.groove.hits")
    return {(hit["drum"], hit["step"]): hit for hit in shown}


def point(page, drum, step):
    """Where the picture shows a hit; a cell's centre if there is none."""
    found = box(page, "heatmap")
    drums = page.evaluate("PocketStudio.instance.boot.drums")
    hit = hits(page).get((drum, step), {"step": step, "microtiming": 0})
    position = page.evaluate(
        """async (hit) => {
          const {positionOf} = await web('core/shaping.js');
          return positionOf(hit, PocketStudio.instance.groove.swing);
        }""",
        hit,
    )
    x = found["x"] + (position + 0.5) * found["width"] / 32
    name = page.locator('[data-ps="result-names"] > *').nth(N_DRUMS - 1 - drums.index(drum))
    row = name.bounding_box()  # rows without hits are folded
    return x, row["y"] + row["height"] / 2


def velocity_words(hit):
    velocity = round(127 * hit["velocity"])
    return f"velocity {velocity} of 127, {round(100 * velocity / 127)}%"


def cell_text(page):
    return page.locator('[data-ps="cell-text"]').inner_text()


def a_hit(page, drum="snare"):
    """A hit of `drum` with room to all sides."""
    return next(
        hit
        for (name, step), hit in hits(page).items()
        if name == drum
        and 2 < step < 29
        and hit["velocity"] > 0.3
        and abs(hit["microtiming"]) < 0.5
    )


@pytest.fixture
def loop(page):
    """A page whose pictures and sounds are counted."""
    page.evaluate(
        """() => {
          window.sounds = 0;
          PocketStudio.instance.root.addEventListener('pocket:sound', () => { sounds += 1; });
        }"""
    )
    return page


def test_a_drag_sets_loudness_and_then_timing_and_is_one_step_to_undo(loop):
    page = loop
    play(page)
    hit = a_hit(page)
    place = (hit["drum"], hit["step"])
    asked, sounds = page.evaluate("[PocketStudio.instance.channel.counts.sent, sounds]")
    x, y = point(page, *place)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1, y + 30, steps=6)
    softer = hits(page)[place]
    assert softer["velocity"] == pytest.approx(round(127 * hit["velocity"] - 30) / 127, abs=1e-6)
    assert softer["microtiming"] == pytest.approx(hit["microtiming"], abs=0.01)
    tip = page.locator('[data-ps="tip"]')
    assert tip.inner_text() == velocity_words(softer)
    page.mouse.up()
    assert tip.is_hidden()
    page.wait_for_function(f"sounds > {sounds}")
    column = box(page, "heatmap")["width"] / 32
    drag(page, point(page, *place), (x + 0.25 * column, y + 2), steps=5)
    later = hits(page)[place]
    assert later["velocity"] == softer["velocity"]
    assert later["microtiming"] > hit["microtiming"] + 0.3
    assert page.evaluate("PocketStudio.instance.channel.counts.sent") == asked, "without the model"
    page.get_by_role("button", name="Undo").click()
    assert hits(page)[place] == softer
    page.get_by_role("button", name="Undo").click()
    assert hits(page)[place] == hit
    assert state(page, "edits") == {}


def test_timing_stays_within_half_a_sixteenth_and_is_said_in_plain_words(page):
    hit = a_hit(page)
    x, y = point(page, hit["drum"], hit["step"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y, steps=5)
    # 59 of 120 ticks at 96 bpm, where a sixteenth lasts 156 ms
    assert state(page, "tempo_bpm") == 96
    tip = page.locator('[data-ps="tip"]').inner_text()
    assert tip == "late by 77 ms, 49% of a step"
    page.mouse.move(x - 200, y, steps=5)
    page.mouse.up()
    assert state(page, "edits") == {
        f"{hit['drum']}:{hit['step']}": [round(127 * hit["velocity"]), -60]
    }


def test_a_click_adds_a_hit_and_two_clicks_remove_it(page):
    x, y = point(page, "tom", 5)
    page.mouse.click(x, y)
    assert state(page, "edits") == {"tom:5": [90, 0]}
    assert hits(page)["tom", 5]["velocity"] == pytest.approx(90 / 127)
    words = "Tom, bar 1, beat 2, e: velocity 90 of 127, 71%; on the grid; added by you"
    assert cell_text(page) == words
    page.mouse.dblclick(x, y)
    assert state(page, "edits") == {}, "a hit that only an edit had made leaves nothing behind"
    snare = a_hit(page)
    page.mouse.dblclick(*point(page, "snare", snare["step"]))
    assert state(page, "edits") == {f"snare:{snare['step']}": [0, 0]}
    assert ("snare", snare["step"]) not in hits(page)
    kick = a_hit(page, "kick")
    page.mouse.click(*point(page, "kick", kick["step"]), button="right")
    assert ("kick", kick["step"]) not in hits(page)


def test_edits_stay_through_a_new_take_until_they_are_released(page):
    page.mouse.click(*point(page, "tom", 5))
    snare = a_hit(page)
    page.mouse.click(*point(page, "snare", snare["step"]))
    page.get_by_role("button", name="Remove hit").click()
    act(page, lambda: page.keyboard.press("n"))
    assert hits(page)["tom", 5]["velocity"] == pytest.approx(90 / 127)
    assert ("snare", snare["step"]) not in hits(page)
    page.get_by_role("button", name="Release hit").click()
    assert list(state(page, "edits")) == ["tom:5"]
    page.get_by_role("button", name="Release all edits (1)").click()
    assert state(page, "edits") == {}
    assert page.get_by_role("button", name="Release all edits").count() == 0
    assert ("tom", 5) not in hits(page)


def test_the_picture_goes_by_keys(page):
    page.get_by_role("application", name="Hits of the groove").focus()
    assert cell_text(page).startswith("Kick, bar 1, beat 1:")
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    assert cell_text(page) == "Open hat, bar 1, beat 1, e: no hit"
    page.keyboard.press("Enter")
    assert state(page, "edits") == {"open_hat:1": [90, 0]}
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    words = "velocity 94 of 127, 74%; late by 10 ms, 7% of a step; added by you"
    assert cell_text(page) == f"Open hat, bar 1, beat 1, e: {words}"
    for key in ("Alt+ArrowDown", "Alt+ArrowLeft"):
        page.keyboard.press(key)
    assert state(page, "edits") == {"open_hat:1": [93, 7]}
    page.keyboard.press("r")
    assert state(page, "edits") == {}
    page.keyboard.press("Home")
    assert cell_text(page).startswith("Open hat, bar 1, beat 1:")
    snare = a_hit(page)
    page.mouse.click(*point(page, "snare", snare["step"]))
    page.keyboard.press("Delete")
    assert cell_text(page).endswith("no hit, removed by you")
    page.keyboard.press("Space")
    page.wait_for_function("PocketStudio.instance.transport.playing")


def test_an_added_hit_is_heard_at_once_and_gone_when_it_is_released(page):
    page.evaluate("PocketStudio.instance.store.setState({solo: ['tom']})")
    assert not [drum for drum, _ in hits(page) if drum == "tom"]
    play(page)
    page.evaluate(RECORD)
    page.wait_for_function("captured.length > 20")
    assert page.evaluate(LOUDEST) == 0
    for step in (0, 8, 16, 24):
        page.mouse.click(*point(page, "tom", step))
    page.wait_for_function(f"{LOUDEST} > 0.02")
    page.get_by_role("button", name="Release all edits (4)").click()
    page.wait_for_function(SETTLED)
    page.wait_for_function(SILENT)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("Sketch", "This is the sketch"),
        ("+ notes", "This is + notes only"),
        ("+ velocity", "This is + velocity only"),
    ],
)
def test_only_the_groove_itself_is_edited_and_locked(page, shown, words):
    page.get_by_role("radio", name=shown).check(force=True)
    page.mouse.click(*point(page, "tom", 5))
    assert state(page, "edits") == {}
    assert status(page) == f"{words}: choose Groove to edit or lock hits."
    page.evaluate("PocketStudio.instance.app.say('')")
    page.get_by_role("button", name="Lock Snare").click()
    assert state(page, "locked_rows") == {}
    assert status(page) == f"{words}: choose Groove to edit or lock hits."


def test_a_finger_edits_a_hit_and_scrolls_beside_it(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.evaluate("PocketStudio.instance.store.setState({side: 'played'})")
    names = page.locator('[data-ps="result-names"]')
    names.evaluate("node => node.scrollIntoView({block: 'center'})")
    shown = hits(page).items()
    hit = next(hit for (drum, step), hit in shown if drum == "closed_hat" and 1 < step < 8)
    x, y = point(page, hit["drum"], hit["step"])
    finger = Finger(page)
    finger.swipe((x, y), (x, y - 6), (x, y - 20), (x, y - 40))
    settle(page)
    [value] = state(page, "edits").values()
    assert value[0] == min(127, round(127 * hit["velocity"]) + 40)
    scrolled = "document.querySelector('[data-ps=scroller]').scrollLeft"
    assert page.evaluate(scrolled) == 0
    page.evaluate("PocketStudio.instance.store.setState({edits: {}})")
    page.touchscreen.tap(*point(page, "tom", 3))
    assert state(page, "edits") == {"tom:3": [90, 0]}
    x, y = point(page, "crash", 8)
    finger.swipe(*((x - 16 * index, y) for index in range(12)))
    page.wait_for_function(f"{scrolled} > 60")
    assert list(state(page, "edits")) == ["tom:3"], "who scrolls edits nothing"
