"""A visitor takes the listening test in a real browser; the answers are really stored."""

import pytest
from handmade import small_corpus, write_cache

from pocket_studio.server.listening.store import AnswerStore

from .conftest import running_app
from .page_actions import conditions, status, wait_for_condition

PLAYING = "PocketStudio.instance.listening.transport.heardPhase !== null"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder in which the app runs; there is no cache in it at first."""
    return tmp_path_factory.mktemp("listening")


@pytest.fixture(scope="module")
def url(folder):
    with running_app(folder, "--data", "data") as url:
        yield url


def open_tab(open_page, url, **options):
    page = open_page(url=url, **options)
    page.get_by_role("tab", name="Listening test").click()
    return page


def disabled(page, name):
    return page.get_by_role("button", name=name, exact=True).is_disabled()


def test_without_a_cache_the_tab_says_how_to_get_it_and_the_rest_works(open_page, url):
    page = open_tab(open_page, url)
    page.get_by_text("The test needs human drummers").wait_for()
    assert page.get_by_role("button", name="Fetch the data set (3 MB)").is_visible()
    assert page.locator(".ps-error, .ps-warning:not(:empty)").count() == 0
    assert disabled(page, "Start Human or AI?")
    page.get_by_text("Results of all listeners").click()
    page.get_by_text("There are no answers yet.").wait_for()
    page.get_by_role("tab", name="Groove").click()
    page.locator('[data-ps="play"]').click()
    page.wait_for_function("PocketStudio.instance.transport.heardPhase !== null")
    assert status(page) == ""


def test_a_preference_test_by_mouse(open_page, url, folder):
    write_cache(small_corpus(), folder / "data" / "groove.npz")
    page = open_tab(open_page, url)
    page.get_by_role("button", name="Start Which do you prefer?").click()
    for number in (1, 2):
        page.get_by_role("heading", name=f"Question {number} of 2").wait_for()
        for name, later in (("the plain beat", "Play A"), ("A", "Play B"), ("B", None)):
            assert disabled(page, "I prefer A")
            assert later is None or disabled(page, later)
            page.get_by_role("button", name=f"Play {name}", exact=True).click()
            page.wait_for_function(PLAYING)
        page.get_by_role("button", name="Stop B").click()
        page.get_by_role("button", name="Play A").click()
        page.get_by_role("button", name="I prefer B").click()
    page.get_by_role("heading", name="Your result").wait_for()
    page.get_by_text("You preferred the human in 1 of 2 questions, the AI in 1.").wait_for()
    assert page.evaluate("PocketStudio.instance.listening.transport.playing") is False
    answers = AnswerStore(folder / "data" / "listening.sqlite3").answers()
    assert [(question.kind, answer) for question, answer in answers] == [("preference", "b")] * 2
    page.get_by_role("row", name="Preferred the AI's groove 50%").wait_for()
    page.get_by_role("img", name="Bar chart").wait_for()


def test_human_or_ai_by_keys_on_a_phone(open_page, url):
    page = open_tab(open_page, url, **PHONE)
    page.get_by_role("button", name="Start Human or AI?").press("Enter")
    for number in (1, 2):
        heading = page.get_by_role("heading", name=f"Question {number} of 2")
        heading.wait_for()
        assert heading.evaluate("node => node === document.activeElement")
        assert disabled(page, "AI")
        page.keyboard.press("Space")
        page.wait_for_function(PLAYING)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.keyboard.press("Space")
        assert page.evaluate("PocketStudio.instance.listening.transport.playing") is False
        page.get_by_role("button", name="AI", exact=True).press("Enter")
    page.get_by_text("You were right about 1 of 2.").wait_for()
    page.get_by_role("row", name="AI clips taken for AI 100%").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_answer_that_does_not_arrive_is_said_and_can_be_given_again(open_page, url):
    page = open_tab(open_page, url, expected_problem="net::ERR_FAILED")
    page.get_by_role("button", name="Start Human or AI?").click()
    page.get_by_role("button", name="Play the beat").click()
    page.wait_for_function(PLAYING)
    page.route("**/api/*", lambda route: route.abort())
    page.get_by_role("button", name="Human", exact=True).click()
    wait_for_condition(page, "server")
    page.get_by_role("heading", name="Question 1 of 2").wait_for()
    page.unroute_all()
    page.get_by_role("button", name="Human", exact=True).click()
    page.get_by_role("heading", name="Question 2 of 2").wait_for()
    assert conditions(page) == []
    page.get_by_role("tab", name="Codebook").click()
    page.get_by_role("tab", name="Listening test").click()
    assert page.get_by_role("heading", name="Question 2 of 2").is_visible()
    page.get_by_role("button", name="Leave the test").click()
    assert page.get_by_role("button", name="Start Human or AI?").is_visible()
