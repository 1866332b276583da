"""Morph: from one take to another, hits beat by beat, loudness and timing gliding."""

from .page_actions import act, groove, state
from .test_sound import play

CODES = "PocketStudio.instance.performance.codes"


def hits_of(page, beats):
    return [(hit["drum"], hit["step"]) for hit in groove(page)["hits"] if hit["step"] // 4 in beats]


def slide(page, percent):
    """Move the slider as a drag does: one input event, and none that ends it."""
    page.locator('[data-ps="morph-amount"]').evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        percent,
    )


def test_a_morph_goes_from_one_take_to_the_other(page):
    first, first_codes = groove(page), page.evaluate(CODES)
    act(page, lambda: page.keyboard.press("4"))
    last, last_codes = groove(page), page.evaluate(CODES)
    act(page, lambda: page.keyboard.press("1"))
    slider = page.get_by_label("How far to morph, percent")
    assert slider.is_disabled()
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("3"))
    assert state(page, "morph") == {"to": 3, "amount": 0.5}
    assert page.evaluate(CODES) == last_codes[:4] + first_codes[4:]
    note = page.locator('[data-ps="morph-note"]').inner_text()
    assert "The first 4 beats have D's hits, the others A's" in note
    half = groove(page)
    act(page, lambda: slide(page, 100))
    assert groove(page) == last
    act(page, lambda: slide(page, 0))
    assert groove(page) == first
    assert half not in (first, last)
    act(page, lambda: slide(page, 3))
    assert hits_of(page, range(8)) == [(hit["drum"], hit["step"]) for hit in first["hits"]]
    assert groove(page) != first, "loudness and timing are on their way already"


def test_a_drag_of_the_slider_is_one_step_and_off_gives_the_take_back(page):
    first = groove(page)
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("1"))
    for percent in (55, 60, 70):
        act(page, lambda percent=percent: slide(page, percent))
    act(page, lambda: page.keyboard.press("Control+z"))
    assert state(page, "morph") == {"to": 1, "amount": 0.5}
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option(""))
    assert state(page, "morph") is None
    assert groove(page) == first


def test_the_take_that_a_morph_leads_to_can_be_chosen(page):
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("1"))
    act(page, lambda: page.keyboard.press("2"))
    assert state(page, "morph") is None
    options = page.get_by_label("Morph to", exact=True).locator("option").all_inner_texts()
    assert options == ["off", "take A", "take C", "take D"]


def test_a_morph_is_heard_in_the_running_loop(page):
    play(page)
    page.evaluate("window.first = PocketStudio.instance.transport.source.groove")
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("3"))
    page.wait_for_function("PocketStudio.instance.transport.source.groove !== first")
    assert page.evaluate("PocketStudio.instance.transport.playing") is True
