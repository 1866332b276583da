"""What the page says goes when it no longer holds; what is unusual stands in one place."""

import pytest

from .page_actions import STEP_KICK_2, act, conditions, settle, status, wait_for_condition

MINUTE_MS = 60_000
FILL = """() => { for (let size = 2 ** 22; size >= 1; size /= 2) for (;;) {
    try { localStorage.setItem(`filler-${size}-${Math.random()}`, 'x'.repeat(size)); }
    catch { break; } } }"""


def test_a_line_goes_with_the_next_change(page):
    act(page, page.locator(STEP_KICK_2).click)
    page.keyboard.press("Control+z")
    assert "Undid a change" in status(page)
    act(page, page.locator(STEP_KICK_2).click)
    assert status(page) == ""


def test_a_line_goes_by_itself_and_an_error_stays_twice_as_long(open_page):
    page = open_page()
    page.clock.install()
    say = "(isError) => PocketStudio.instance.app.say('x'.repeat(100), isError)"
    page.evaluate(say, arg=False)
    page.clock.run_for(6_000)  # the clock goes on meanwhile, too
    assert status(page)
    page.clock.run_for(8_000)
    assert status(page) == ""
    page.evaluate(say, arg=True)
    page.clock.run_for(14_000)
    assert status(page)
    page.clock.run_for(13_000)
    assert status(page) == ""
    assert page.locator(".ps-status.ps-error").count() == 0


def test_a_line_with_a_way_out_and_one_that_stays_do_not_go_by_themselves(open_page):
    page = open_page()
    page.clock.install()
    page.evaluate(
        """() => PocketStudio.instance.app.say('Held.', false,
            {remedy: {text: 'Release', run() { window.released = true; }}})"""
    )
    page.clock.run_for(MINUTE_MS)
    page.get_by_role("button", name="Release", exact=True).click()
    assert page.evaluate("released")
    page.evaluate("PocketStudio.instance.app.say('Making it…', false, {stays: true})")
    page.clock.run_for(MINUTE_MS)
    assert status(page) == "Making it…"
    page.evaluate("PocketStudio.instance.app.say('Saved.')")
    page.clock.run_for(MINUTE_MS)
    assert status(page) == ""


def test_a_studio_that_is_away_is_said_until_it_is_back_though_nothing_else_is_asked(open_page):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.clock.install()
    page.route("**/api/*", lambda route: route.abort())
    page.locator('[data-ps="share"]').click()
    wait_for_condition(page, "server")
    assert status(page) == "", "in one place"
    page.unroute("**/api/*")
    assert len(conditions(page)) == 1
    page.clock.run_for(MINUTE_MS)
    page.wait_for_function("!document.querySelector('.ps-condition')")


def test_try_now_asks_at_once(open_page):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.clock.install()  # nothing is asked by itself
    page.route("**/api/*", lambda route: route.abort())
    page.locator('[data-ps="share"]').click()
    wait_for_condition(page, "server")
    page.unroute("**/api/*")
    page.get_by_role("button", name="Try now").click()
    page.wait_for_function("!document.querySelector('.ps-condition')")


def test_storage_that_is_free_again_is_said_no_more(page):
    page.evaluate(FILL)
    act(page, page.locator(STEP_KICK_2).click)
    wait_for_condition(page, "storage")
    page.evaluate("localStorage.clear()")
    act(page, page.locator(STEP_KICK_2).click)
    page.wait_for_function("!document.querySelector('.ps-condition')")


def test_paused_sound_is_said_no_more_when_it_is_stopped(page):
    page.keyboard.press("Space")
    page.wait_for_function("PocketStudio.instance.transport.heardPhase !== null")
    page.evaluate(
        """() => { const {context} = PocketStudio.instance.transport;
            context.resume = () => new Promise(() => {}); context.suspend(); }"""
    )
    wait_for_condition(page, "paused")
    page.keyboard.press("Space")
    page.wait_for_function("!document.querySelector('.ps-condition')")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (844, 390)])
def test_conditions_stay_in_sight_under_the_console_and_hide_nothing_of_it(open_page, size):
    page = open_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.evaluate(
        """() => { const {app} = PocketStudio.instance;
          app.condition('one', 'Something lasts, and takes a whole line to say what it is.',
            {text: 'Mend it', run() { app.condition('one', null); }}); }"""
    )
    page.evaluate("scrollTo(0, 400)")
    page.wait_for_function("scrollY > 0")
    settle(page)
    found = page.get_by_role("button", name="Mend it").bounding_box()
    assert 0 <= found["y"] <= size[1] - found["height"]
    assert page.get_by_role("alert").count() == 1
    page.get_by_role("button", name="Mend it").click()
    assert conditions(page) == []
