"""Tapping a rhythm into the sketch, by keys and by pads, while the loop goes round."""

import pytest

from .page_actions import act, settle, state
from .test_sound import LOUDEST, RECORD, play

PHASE = "PocketStudio.instance.transport.heardPhase"
HEARD = """() => { window.heard = []; PocketStudio.instance.root.addEventListener(
    'pocket:sound', (event) => event.detail.drum && heard.push(event.detail.drum)); }"""


def toggle(page):
    return page.get_by_role("button", name="Tap in", exact=True)


def pad(page, title):
    return page.locator(".ps-pad", has_text=title)


@pytest.fixture
def tapping(page):
    """An empty sketch, with the pads out."""
    act(page, page.get_by_role("button", name="Clear grid").click)
    page.evaluate(HEARD)
    toggle(page).click()
    return page


def tapped_step(page, drum, tap):
    """Tap, and return the new step of `drum` with those that it may mean."""
    before = page.evaluate(PHASE)
    old = state(page, "template")[drum]
    tap()
    after = page.evaluate(PHASE)
    new = state(page, "template")[drum]
    steps = {step for step in range(32) if new[step] != old[step]}
    first, last = round(before * 32), round((after + (after < before)) * 32)
    return steps, {step % 32 for step in range(first, last + 1)}


def test_a_tap_sounds_at_once_and_lands_on_the_nearest_step(tapping):
    page = tapping
    play(page)
    page.wait_for_function(f"{PHASE} > 0.2")
    steps, meant = tapped_step(page, 1, lambda: page.keyboard.press("s"))
    assert len(steps) == 1
    assert steps <= meant
    assert state(page, "solo") == [], "while the pads are out, their keys are theirs"
    box = pad(page, "Closed hat").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    steps, meant = tapped_step(page, 2, page.mouse.down)
    page.mouse.up()
    assert len(steps) == 1
    assert steps <= meant
    page.wait_for_function(f"{PHASE} > 0.986")
    steps, meant = tapped_step(page, 0, lambda: page.keyboard.press("a"))
    assert len(steps) == 1
    assert steps <= meant
    assert page.evaluate("heard") == ["snare", "closed_hat", "kick"]


def test_with_swing_a_tap_means_the_step_that_sounds_nearest(tapping):
    page = tapping
    act(page, lambda: page.evaluate(
        "PocketStudio.instance.store.setState({swing: 0.75, tempo_bpm: 40})"
    ))  # fmt: skip
    play(page)
    # The second of two sixteenths sounds at 1.5: what is tapped at 0.6 means the first.
    step = page.evaluate(
        """() => new Promise((done) => {
          const look = () => {
            const place = 32 * PocketStudio.instance.transport.heardPhase;
            if (place % 2 < 0.55 || place % 2 > 0.7) return requestAnimationFrame(look);
            document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 's', bubbles: true}));
            done(Math.floor(place));
          };
          look();
        })"""
    )
    assert state(page, "template")[1].index("x") == step


def test_one_undo_takes_back_a_pass(tapping):
    page = tapping
    play(page)
    depth = page.evaluate("PocketStudio.instance.history.nUndo")
    for key in "asd":
        page.keyboard.press(key)
    assert "".join(state(page, "template")).count("x") == 3
    assert page.evaluate("PocketStudio.instance.history.nUndo") == depth + 1
    page.keyboard.press("Control+z")
    assert state(page, "template") == ["." * 32] * 7
    settle(page)


def test_without_the_loop_the_pads_only_sound_and_esc_ends(tapping):
    page = tapping
    page.evaluate(RECORD)
    assert "Press Play" in page.locator("#ps-pads-hint").inner_text()
    page.keyboard.press("f")
    page.wait_for_function(f"{LOUDEST} > 0.02")
    pad(page, "Tom").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("heard.length === 2")
    assert page.evaluate("heard") == ["open_hat", "tom"]
    assert state(page, "template") == ["." * 32] * 7
    page.keyboard.press("Escape")
    assert toggle(page).get_attribute("aria-pressed") == "false"
    assert not pad(page, "Kick").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    page.keyboard.press("s")
    assert state(page, "solo") == ["kick"], "the grid has its keys back"
    page.keyboard.press("i")
    assert pad(page, "Kick").is_visible()


def test_pads_are_for_fingers_too(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.evaluate(HEARD)
    toggle(page).tap()
    size = pad(page, "Crash").bounding_box()
    assert size["width"] >= 60
    assert size["height"] >= 48
    pad(page, "Crash").tap()
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard") == ["crash"]
