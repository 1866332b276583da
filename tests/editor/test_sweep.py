"""The sweep: one sketch in six genres, seen side by side, heard in phase, one of them used."""

from collections import Counter

from handmade import onsets

from .file_actions import add_to_song, download
from .page_actions import act, groove, no_answers, state, status
from .test_sound import LOUDEST, RECORD, SOUNDING

CARDS = '[data-ps="sweep-cards"] li'
PLAYING = "PocketStudio.instance.transport.playing"
PLAYED = "PocketStudio.instance.transport.source.groove"
SWEPT = (
    """!document.querySelector('[data-ps="sweep-note"]').innerText.includes("Playing all six")"""
)


def sweep(page):
    page.get_by_role("button", name="Six genres").click()
    page.locator(CARDS).nth(5).wait_for()


def test_six_genres_are_seen_heard_and_one_is_used(page):
    first = groove(page)
    sweep(page)
    assert page.locator(f"{CARDS} b").all_inner_texts() == [
        "Electronic", "Rock", "Funk", "Jazz", "Blues", "Hip-hop",
    ]  # fmt: skip
    note = page.locator('[data-ps="sweep-note"]').inner_text()
    assert "your sketch decides more than the genre does" in note
    jazz = page.get_by_role("button", name="Play as Jazz")
    jazz.click()
    page.wait_for_function(SOUNDING)
    page.evaluate(RECORD)
    page.wait_for_function(f"{LOUDEST} > 0.02")
    assert jazz.get_attribute("aria-pressed") == "true"
    assert groove(page) != first
    assert state(page, "genre") == "any", "to hear is not to choose"

    page.evaluate(
        f"window.asJazz = {PLAYED}; window.place = PocketStudio.instance.transport.heardPhase"
    )
    page.get_by_role("button", name="Play as Funk").click()
    page.wait_for_function(f"{PLAYED} !== asJazz")
    assert jazz.get_attribute("aria-pressed") == "false"
    moved = page.evaluate("(PocketStudio.instance.transport.heardPhase - place + 1) % 1")
    assert 0 < moved < 0.5, "the other genre goes on where the one before was"

    tried = groove(page)
    act(page, page.get_by_role("button", name="Use Funk").click)
    page.wait_for_function("PocketStudio.instance.app.player.previewed === null")
    assert state(page, "genre") == "funk"
    assert groove(page) == tried
    assert page.evaluate(PLAYING) is True, "what was tried goes on"
    assert page.get_by_role("button", name="Use Funk").is_disabled()
    page.keyboard.press("Space")
    act(page, lambda: page.keyboard.press("Control+z"))
    assert state(page, "genre") == "any"
    assert groove(page) == first


def test_stopping_ends_what_was_tried_and_an_edit_makes_the_sweep_old(page):
    first = groove(page)
    sweep(page)
    page.get_by_role("button", name="Play as Rock").click()
    page.wait_for_function(SOUNDING)
    page.keyboard.press("Space")
    assert page.evaluate(PLAYING) is False
    assert groove(page) == first
    again = page.get_by_role("button", name="Sweep again")
    assert again.is_hidden()
    act(page, page.get_by_role("button", name="Clear grid").click)
    assert again.is_visible()
    again.click()
    page.wait_for_function(SWEPT)
    page.get_by_role("button", name="Play as Rock").click()
    page.wait_for_function(SOUNDING)
    page.get_by_role("button", name="Close", exact=True).first.click()
    assert page.evaluate(PLAYING) is False


def test_what_is_tried_while_a_sweep_is_on_its_way_becomes_the_new_one_and_stops(page):
    sweep(page)
    act(page, page.get_by_role("button", name="Clear grid").click)
    rock = page.get_by_role("button", name="Play as Rock")
    with no_answers(page):
        page.get_by_role("button", name="Sweep again").click()
        rock.click()
        old = groove(page)
        assert page.evaluate(PLAYING) is True
    page.wait_for_function(SWEPT)
    assert rock.get_attribute("aria-pressed") == "true"
    assert groove(page) != old, "the card's new groove is what is tried now"
    page.wait_for_function(SOUNDING)
    page.get_by_role("button", name="Close", exact=True).first.click()
    assert page.evaluate(PLAYING) is False


def test_what_is_only_tried_is_not_edited_locked_added_or_saved(page):
    first = groove(page)
    sweep(page)
    page.get_by_role("button", name="Play as Jazz").click()
    page.wait_for_function(SOUNDING)
    tried = groove(page)
    assert tried != first
    for action in (
        lambda: page.locator('[data-ps="output"]').press("Enter"),
        page.get_by_role("button", name="Lock Kick", exact=True).click,
        page.get_by_role("button", name="Re-roll Kick", exact=True).click,
        lambda: add_to_song(page),
    ):
        page.evaluate("PocketStudio.instance.app.say('')")
        action()
        assert status(page) == "This is only tried out: use it or stop it first."
    assert (state(page, "edits"), state(page, "locked_rows"), state(page, "song")) == ({}, {}, [])
    assert groove(page) == tried
    content, _ = download(page, "export-midi")
    assert groove(page) == first
    saved = Counter(velocity for _, _, velocity, *_ in onsets(content))
    assert saved == Counter(round(127 * hit["velocity"]) for hit in first["hits"])
