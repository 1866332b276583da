"""The code strip: see, hear and swap a beat's code, lock beats, re-roll one or some of them."""

import re

import pytest

from .hearing import is_in_place, note_changes, place
from .page_actions import ACTIVE_TAKE, act, groove, no_answers, state, status, wait_for_condition
from .test_sound import LOUDEST, RECORD, SOUNDING, play

CODES = "PocketStudio.instance.performance.codes"
STRIP = '[data-ps="codes"]'
CHOICES = '[data-ps="code-choices"] [role=option]'
PLAYING = "PocketStudio.instance.transport.playing"
PLAYED = "PocketStudio.instance.transport.source.groove"
PREVIEWED = "PocketStudio.instance.app.player.previewed"


def beat(page, index):
    return page.locator(f"{STRIP} .ps-code").nth(index)


def lock(page, index):
    return page.locator(f"{STRIP} .ps-beat-lock").nth(index)


def take(page):
    return page.evaluate(ACTIVE_TAKE)


def open_beat(page, index):
    beat(page, index).click()
    page.locator(CHOICES).nth(63).wait_for()


def another(page):
    """The likeliest code that would change the notes."""
    present = page.locator(f"{CHOICES}[aria-selected=true]").get_attribute("data-code")
    for choice in page.locator(CHOICES).all():
        words = choice.get_attribute("aria-label")
        if choice.get_attribute("data-code") != present and "changes nothing" not in words:
            return choice
    raise AssertionError("no code changes anything")


def hits_in(answer, beats):
    return {(h["drum"], h["step"]) for h in answer["hits"] if h["step"] // 4 in beats}


def test_the_codes_stand_under_their_beats(page):
    codes = page.evaluate(CODES)
    labels = [beat(page, i).get_attribute("aria-label") for i in range(8)]
    assert labels[0] == f"Code {codes[0]} in bar 1, beat 1"
    assert labels[7] == f"Code {codes[7]} in bar 2, beat 4"
    drums = page.evaluate("PocketStudio.instance.boot.drums")
    for index in range(8):
        played = {
            hit["drum"] for hit in groove(page)["hits"] if hit["step"] // 4 == index
        }  # nothing is edited: what is seen is what the codes play
        rows = (
            beat(page, index)
            .locator("svg path")
            .evaluate_all("paths => paths.map((path) => path.style.fill)")
        )
        assert rows == [f"var(--ps-drum-{n})" for n, drum in enumerate(drums) if drum in played]
        assert beat(page, index).inner_text() == ""
        assert f"Code {codes[index]} plays" in beat(page, index).get_attribute("title")
    cells = page.locator("[role=row]").first.locator("[role=gridcell]")
    for index in (0, 5):
        first = cells.nth(4 * index).bounding_box()
        place = page.locator(".ps-code-beat").nth(index).bounding_box()
        assert place["x"] == pytest.approx(first["x"], abs=1.5)


def test_the_choices_are_sorted_and_say_what_they_would_do(page):
    open_beat(page, 2)
    words = [one.get_attribute("aria-label") for one in page.locator(CHOICES).all()]
    shares = [float(re.search(r"\(<?([\d.]+)%\)", line)[1]) for line in words]
    assert len(words) == 64
    assert shares == sorted(shares, reverse=True)
    assert 95 < sum(shares) < 110
    present = [line for line in words if "the present one" in line]
    assert len(present) == 1
    assert f"Code {page.evaluate(CODES)[2]}," in present[0]
    assert "changes nothing" in present[0]
    marked = [line for line in words if "a favourite of " in line]
    favourites = page.evaluate("Object.values(PocketStudio.instance.boot.favourites).flat()")
    assert len(marked) == len(set(favourites))
    another(page).hover()
    total = r"changes \d+ cells? in this beat, \d+ in the beat before, \d+ in the beat after"
    assert re.search(total, page.locator('[data-ps="chooser-detail"]').inner_text())
    assert page.locator(".ps-code-mark:not(:empty)").count() > 0
    names = page.locator(CHOICES).first.locator(".ps-drum-names").inner_text().split("\n")
    titles = page.evaluate("PocketStudio.instance.boot.drum_titles")
    assert set(filter(None, names)) <= set(titles)
    assert any(names)
    assert "given the beats before" in page.locator('[data-ps="chooser"]').inner_text()


def test_pointing_is_heard_leaving_ends_it_and_a_click_swaps(page):
    first, codes, seed = groove(page), page.evaluate(CODES), take(page)["seed"]
    details = page.evaluate("PocketStudio.instance.performance.details")
    open_beat(page, 2)
    choice = another(page)
    code = int(choice.get_attribute("data-code"))
    choice.hover()
    page.wait_for_function(f"{PREVIEWED}?.codes[2] === {code}")
    page.wait_for_function(SOUNDING)
    page.evaluate(RECORD)
    page.wait_for_function(f"{LOUDEST} > 0.02")
    tried = groove(page)
    assert tried != first
    assert page.evaluate(CODES) == codes, "to hear is not to choose"
    page.mouse.move(2, 2)
    page.wait_for_function(f"{PREVIEWED} === null")
    assert page.evaluate(PLAYING) is False
    assert groove(page) == first

    act(page, choice.click)
    kept = take(page)
    assert kept["codes"] == [*codes[:2], code, *codes[3:]]
    assert kept["details"][:2] + kept["details"][3:] == details[:2] + details[3:]
    assert kept["seed"] == seed
    page.mouse.move(2, 2)
    page.wait_for_function(f"{PREVIEWED} === null")
    assert groove(page) == tried, "what was heard is what one gets"
    page.keyboard.press("Escape")
    assert page.locator('[data-ps="chooser"]').is_hidden()
    act(page, lambda: page.keyboard.press("Control+z"))
    assert groove(page) == first


def test_pointing_while_it_plays_changes_the_sound_in_phase_and_back(page):
    play(page)
    open_beat(page, 2)
    note_changes(page)
    before = place(page)
    own = page.evaluate(PLAYED)
    another(page).hover()
    page.wait_for_function("changes.length > 0")
    assert page.evaluate(PLAYED) != own
    n_changes = page.evaluate("changes.length")
    page.mouse.move(2, 2)
    page.wait_for_function(f"changes.length > {n_changes}")
    assert all(is_in_place(page, before, one) for one in page.evaluate("changes"))
    assert page.evaluate(PLAYING) is True
    assert page.evaluate(PLAYED) == own, "the sketch's own sound is back"


def test_a_locked_beat_keeps_its_code_in_every_take(page):
    codes = page.evaluate(CODES)
    act(page, lock(page, 1).click)
    assert state(page, "locked_beats") == [1]
    assert lock(page, 1).get_attribute("aria-pressed") == "true"
    assert page.evaluate(CODES) == codes, "to lock changes nothing that is heard"
    for _ in range(2):
        act(page, lambda: page.keyboard.press("n"))
        assert page.evaluate(CODES)[1] == codes[1]
    act(page, page.get_by_role("button", name="Four new takes").click)
    others = set()
    for key in "4321":
        act(page, lambda key=key: page.keyboard.press(key))
        assert page.evaluate(CODES)[1] == codes[1]
        others.add(tuple(page.evaluate(CODES)))
    assert others != {tuple(codes)}
    lock(page, 1).click()
    assert state(page, "locked_beats") == []
    act(page, lambda: page.keyboard.press("n"))
    assert take(page)["codes"] is None


def test_rerolling_a_beat_or_a_range_leaves_the_others_and_the_feel(page):
    unsure = "{genre: 'jazz', preset: null, temperature: 2}"  # or it may well say the same again
    act(page, lambda: page.evaluate(f"PocketStudio.instance.store.setState({unsure})"))
    codes, seed = page.evaluate(CODES), take(page)["seed"]
    open_beat(page, 3)
    page.get_by_role("button", name="Re-roll this beat").click()
    page.wait_for_function(f"{ACTIVE_TAKE}.codes")
    one = take(page)["codes"]
    assert one[:3] + one[4:] == codes[:3] + codes[4:]
    assert take(page)["seed"] == seed

    act(page, lock(page, 5).click)
    beat(page, 6).click(modifiers=["Shift"])
    assert page.get_by_role("button", name="Re-roll 4 beats").is_visible()
    assert page.locator('[data-ps="code-choices"]').is_hidden()
    changed = set()
    for _ in range(3):
        act(page, page.get_by_role("button", name="Re-roll 4 beats").click)
        now = take(page)["codes"]
        assert now[:3] == one[:3]
        assert (now[5], now[7]) == (one[5], one[7])
        changed |= {index for index in range(8) if now[index] != one[index]}
    assert changed
    assert changed <= {3, 4, 6}
    act(page, lambda: page.keyboard.press("Control+z"))
    act(page, page.get_by_role("button", name="Release codes").click)
    assert take(page)["codes"] == [*[None] * 5, one[5], None, None]


def test_a_beat_that_comes_from_a_morph_cannot_be_swapped(page):
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("3"))
    before = take(page)
    beat(page, 1).click()
    detail = page.locator('[data-ps="chooser-detail"]')
    assert "comes from the other take" in detail.inner_text()
    page.get_by_role("button", name="Re-roll this beat").click()
    assert "Nothing to re-roll" in status(page)
    assert take(page) == before
    open_beat(page, 6)
    act(page, another(page).click)
    assert take(page)["codes"][:4] == [None] * 4, "the morph's beats stay the take's own"
    assert None not in take(page)["codes"][4:]


def test_by_keyboard(page):
    beat(page, 0).focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert "bar 1, beat 3" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.activeElement.matches('{CHOICES}')")
    focused = "document.activeElement.getAttribute('aria-selected')"
    assert page.evaluate(focused) == "true", "the present code has the focus"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    code = int(page.evaluate("document.activeElement.dataset.code"))
    page.wait_for_function(f"{PREVIEWED}?.codes[2] === {code}")
    act(page, lambda: page.keyboard.press("Enter"))
    assert page.evaluate(CODES)[2] == code
    page.wait_for_function(f"document.activeElement.dataset.code === '{code}'")
    page.keyboard.press("Escape")
    assert page.locator('[data-ps="chooser"]').is_hidden()
    assert "bar 1, beat 3" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.wait_for_function(f"{PREVIEWED} === null")
    assert page.evaluate(PLAYING) is False


def test_a_code_that_was_taken_is_heard_until_the_pointer_leaves(page):
    open_beat(page, 2)
    choice = another(page)
    code = choice.get_attribute("data-code")
    choice.hover()
    page.wait_for_function(f"{PREVIEWED} !== null")
    with no_answers(page):
        choice.click()
        place = choice.bounding_box()
        page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.locator(f"{CHOICES}[data-code='{code}'][aria-selected=true]").wait_for()
    page.wait_for_function(f"{PREVIEWED} !== null")
    page.mouse.move(2, 2)
    page.wait_for_function(f"{PREVIEWED} === null")
    assert page.evaluate(PLAYING) is False


def test_what_waits_for_a_groove_that_never_came_is_not_done_to_another(open_page):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.route("**/api/*", lambda route: route.abort())
    page.keyboard.press("n")
    wait_for_condition(page, "server")
    lock(page, 1).click()
    page.unroute("**/api/*")
    act(page, lambda: page.keyboard.press("n"))
    assert state(page, "locked_beats") == []
    with no_answers(page):
        page.keyboard.press("n")
        lock(page, 1).click()
        assert state(page, "locked_beats") == []
    page.wait_for_function("PocketStudio.instance.store.state.locked_beats.length === 1")


def test_by_touch_a_tap_is_heard_and_a_second_takes(open_page):
    page = open_page(viewport={"width": 820, "height": 1180}, has_touch=True)
    first, codes = groove(page), page.evaluate(CODES)
    beat(page, 2).tap()
    page.locator(CHOICES).nth(63).wait_for()
    choice = another(page)
    code = int(choice.get_attribute("data-code"))
    choice.tap()
    page.wait_for_function(f"{PREVIEWED}?.codes[2] === {code}")
    page.wait_for_function(SOUNDING)
    assert page.evaluate(CODES) == codes, "to hear is not to take"
    page.locator('[data-ps="status"]').tap()
    page.wait_for_function(f"{PREVIEWED} === null")
    assert groove(page) == first
    choice.tap()
    page.wait_for_function(f"{PREVIEWED}?.codes[2] === {code}")
    act(page, choice.tap)
    page.wait_for_function(f"{PREVIEWED} === null")
    assert page.evaluate(CODES)[2] == code
