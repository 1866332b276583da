"""The four takes: choose one by mouse or key while it plays, roll four new ones, see them all."""

from .hearing import is_in_place, note_changes, place
from .page_actions import SETTLED, act, groove, project, settle, state, status
from .test_sound import SOUNDING, play

PREVIEWED = "PocketStudio.instance.app.player.previewed"
CARDS = '[data-ps="take-list"] [role=radio]'
ALL_SEEN = f"document.querySelectorAll('{CARDS}:not(.ps-stale)').length === 4"
PICTURES = f"[...document.querySelectorAll('{CARDS} canvas')].map((one) => one.toDataURL())"


def chosen(page):
    return page.locator(f"{CARDS}[aria-checked=true]").get_attribute("aria-label")


def test_the_pictures_of_all_takes_come_by_themselves_and_follow_the_sketch(page):
    page.wait_for_function(ALL_SEEN)
    before = page.evaluate(PICTURES)
    assert len(set(before)) == 4
    act(page, page.get_by_role("button", name="Clear grid").click)
    page.wait_for_function(ALL_SEEN)
    after = page.evaluate(PICTURES)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_a_take_is_chosen_by_click_digit_and_arrow_and_undone(page):
    assert chosen(page) == "Take A, seed 4"
    first = groove(page)
    act(page, page.locator(CARDS).nth(2).click)
    assert state(page, "take") == 2
    assert groove(page) != first
    act(page, lambda: page.keyboard.press("4"))
    assert chosen(page) == "Take D, seed 7"
    page.locator(CARDS).nth(3).focus()
    act(page, lambda: page.keyboard.press("ArrowRight"))
    assert chosen(page) == "Take A, seed 4"
    assert page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
    assert groove(page) == first
    act(page, lambda: page.keyboard.press("Control+z"))
    assert state(page, "take") == 3


def test_four_new_takes_are_one_step_to_undo(page):
    seeds = "PocketStudio.instance.store.state.takes.map(({seed}) => seed)"
    before = page.evaluate(seeds)
    act(page, page.get_by_role("button", name="Four new takes").click)
    after = page.evaluate(seeds)
    assert all(new != old for new, old in zip(after, before, strict=True))
    assert len(set(after)) == 4
    act(page, lambda: page.keyboard.press("Control+z"))
    assert page.evaluate(seeds) == before


def test_another_take_is_heard_at_the_same_place_of_the_loop(page):
    play(page)
    note_changes(page)
    before = place(page)
    first = page.evaluate("PocketStudio.instance.transport.source.groove")
    act(page, lambda: page.keyboard.press("4"))
    page.wait_for_function("changes.length > 0")
    assert is_in_place(page, before, page.evaluate("changes.at(-1)"))
    assert page.evaluate("PocketStudio.instance.transport.playing") is True
    assert page.evaluate("PocketStudio.instance.transport.source.groove") != first


def test_pictures_wait_until_nothing_changes_and_come_one_at_a_time(open_page):
    page = open_page()
    page.wait_for_function(ALL_SEEN)
    asked = page.evaluate(
        """async () => {
          const {app, store} = PocketStudio.instance;
          const real = app.server.takes;
          let inFlight = 0;
          const seen = {most: 0, sizes: [], busy: 0};
          app.server.takes = async (request) => {
            if (app.player.channel.busy) seen.busy += 1;
            inFlight += 1;
            seen.most = Math.max(seen.most, inFlight);
            seen.sizes.push(request.takes.length);
            const answer = await real(request);
            inFlight -= 1;
            return answer;
          };
          const pause = (ms) => new Promise((done) => setTimeout(done, ms));
          for (let n = 0; n < 8; n += 1) {
            store.setState({temperature: 0.5 + n / 100});
            await pause(60);
          }
          const during = seen.sizes.length;
          while (document.querySelectorAll('[role=radio].ps-take:not(.ps-stale)').length < 4)
            await pause(50);
          return {during, ...seen};
        }"""
    )
    assert asked == {"during": 0, "most": 1, "sizes": [1, 1, 1], "busy": 0}
    page.wait_for_function(SETTLED)


def test_on_a_phone_a_take_is_tapped(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.wait_for_function(ALL_SEEN)


def test_by_touch_a_tap_is_heard_and_a_second_chooses(open_page):
    page = open_page(viewport={"width": 820, "height": 1180}, has_touch=True)
    first, before = groove(page), project(page)
    page.locator(CARDS).nth(1).tap()
    page.wait_for_function(f"{PREVIEWED} !== null")
    page.wait_for_function(SOUNDING)
    assert status(page) == "Take B: tap again to choose it."
    assert (state(page, "take"), project(page)) == (0, before), "to hear is not to choose"
    assert groove(page) != first
    page.locator(CARDS).nth(2).tap()
    page.wait_for_function(f"{PREVIEWED}?.seed === {state(page, 'takes')[2]['seed']}")
    heard = groove(page)
    page.locator(CARDS).nth(2).tap()
    page.wait_for_function(f"{PREVIEWED} === null")
    settle(page)
    assert state(page, "take") == 2
    assert groove(page) == heard
    page.locator(CARDS).nth(0).tap()
    page.wait_for_function(f"{PREVIEWED} !== null")
    page.locator('[data-ps="status"]').tap()
    page.wait_for_function(f"{PREVIEWED} === null")
    page.locator(CARDS).nth(0).tap()
    page.wait_for_function(f"{PREVIEWED} !== null")
    assert state(page, "take") == 2, "what was left is heard anew first"
