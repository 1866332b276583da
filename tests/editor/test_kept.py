"""An edit of the sketch stays where it is made: the other beats go on saying what they said."""

import pytest

from .page_actions import (
    ACTIVE_TAKE,
    STEP_KICK_2,
    act,
    cell,
    drag,
    groove,
    n_asked,
    no_answers,
    project,
    seed,
    settle,
    state,
    status,
)
from .test_session import LOADED
from .test_takes import ALL_SEEN

HEARD = """(() => { const {codes, details} = PocketStudio.instance.performance;
  return codes.map((code, beat) => [code, details[beat]]); })()"""
KEPT = f"{ACTIVE_TAKE}.kept"
KICK_IN_BEAT_2 = '[role=gridcell][aria-label^="Kick, bar 1, beat 2, and:"]'
MOST_CELLS = 4  # that the decoder, which hears its neighbours, may change in other beats


@pytest.fixture
def page(page):
    """A page whose take says something else in each beat."""
    act(
        page,
        lambda: page.evaluate("""PocketStudio.instance.store.setState(
      {genre: 'jazz', preset: null, temperature: 1.5})"""),
    )
    assert len({code for code, _ in heard(page)}) > 3
    return page


def heard(page):
    return page.evaluate(HEARD)


def kept(page):
    return page.evaluate(KEPT)


def others(values, *beats):
    return [value for beat, value in enumerate(values) if beat not in beats]


def cells_in(found, *beats):
    return {(h["drum"], h["step"]) for h in found["hits"] if h["step"] // 4 not in beats}


def paint(page):
    act(page, page.locator(KICK_IN_BEAT_2).click)


def test_a_painted_kick_leaves_the_other_beats(page):
    first, said = groove(page), heard(page)
    assert kept(page) == said
    strip = page.locator('[data-ps="codes"] .ps-code').evaluate_all(
        "all => all.map((code) => code.ariaLabel)"
    )
    paint(page)
    assert others(heard(page), 1) == others(said, 1)
    assert kept(page) == heard(page)
    after = page.locator('[data-ps="codes"] .ps-code').evaluate_all(
        "all => all.map((code) => code.ariaLabel)"
    )
    assert others(after, 1) == others(strip, 1)
    assert page.locator('[data-ps="codes"] .ps-fixed').count() == 0, "nobody chose them"
    assert len(cells_in(first, 1) ^ cells_in(groove(page), 1)) <= MOST_CELLS
    assert ("kick", 6) in cells_in(groove(page))
    edited = groove(page)
    page.keyboard.press("Control+z")
    settle(page)
    assert status(page) == "Undid a change of the sketch."
    assert (groove(page), heard(page)) == (first, said)
    assert page.evaluate("PocketStudio.instance.history.nUndo") == 1, "to keep is no step"
    act(page, lambda: page.keyboard.press("Control+y"))
    assert groove(page) == edited


def test_erasing_what_was_painted_is_as_good_as_undo(page):
    first = groove(page)
    paint(page)
    paint(page)
    assert groove(page) == first


def test_many_edits_play_after_a_reload_and_from_a_link_as_they_were_heard(page, open_page):
    paint(page)
    act(page, page.locator(STEP_KICK_2).click)
    edited, said = groove(page), heard(page)
    fresh = page.evaluate(
        """async () => { const {store, boot, app} = PocketStudio.instance;
          const request = (await web('core/project.js')).grooveRequest(store.state, boot);
          return app.server.groove({...request, kept: null}); }"""
    )
    alone = zip(fresh["codes"], fresh["details"], strict=True)
    assert [list(pair) for pair in alone] != said, "it is not what the seed alone says"
    page.get_by_role("button", name="Share").click()
    page.wait_for_function("location.hash.length > 20")
    other = open_page(url=page.url)
    assert (groove(other), heard(other)) == (edited, said)
    page.evaluate("history.replaceState(null, '', location.pathname)")
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_function(LOADED)
    assert (groove(page), heard(page)) == (edited, said)


@pytest.mark.parametrize(
    "patch",
    [
        "{genre: 'funk', preset: null}",
        "{temperature: 1.7}",
        "{guidance: 0.5}",
        "{density: 40}",
        "{reference: {name: 'a', groove: {hits: []}}, reference_notes: true}",
    ],
)
def test_who_asks_for_other_notes_gets_them(page, patch):
    page.wait_for_function(ALL_SEEN)
    said = heard(page)
    change = f"PocketStudio.instance.store.setState({patch})"
    with no_answers(page):
        page.evaluate(change)
        takes = page.evaluate("PocketStudio.instance.store.state.takes.map(({kept}) => kept)")
        assert takes == [[None] * 8] * 4
    settle(page)
    assert kept(page) == heard(page) != said
    act(page, lambda: page.keyboard.press("Control+z"))
    assert heard(page) == said


def test_what_only_changes_the_playing_keeps_the_notes(page):
    said = heard(page)
    for patch in (
        "{humanity: 0.2}",
        "{velocity_pattern: '5....'.repeat(6) + '..'}",
        "{keep_sketch: false}",
        "{reference: {name: 'a', groove: {hits: []}}}",
    ):
        act(
            page,
            lambda patch=patch: page.evaluate(f"PocketStudio.instance.store.setState({patch})"),
        )
        assert heard(page) == said
    page.evaluate("PocketStudio.instance.store.setState({tempo_bpm: 170})")
    paint(page)
    assert others(heard(page), 1) == others(said, 1)


def test_all_takes_keep_their_beats(page):
    page.wait_for_function(ALL_SEEN)
    before = page.evaluate("PocketStudio.instance.store.state.takes.map(({kept}) => kept)")
    assert len({str(pairs) for pairs in before}) == 4
    paint(page)
    act(page, lambda: page.keyboard.press("3"))
    assert others(heard(page), 1) == others(before[2], 1)


def test_new_takes_and_released_codes_start_anew(page):
    paint(page)
    act(page, page.locator(STEP_KICK_2).click)
    said, own = heard(page), seed(page)
    page.locator('[data-ps="codes"] .ps-code').nth(4).click()
    act(page, page.get_by_role("button", name="Release codes").click)
    assert seed(page) == own
    assert kept(page) == heard(page) != said
    act(page, lambda: page.keyboard.press("Control+z"))
    assert heard(page) == said
    act(page, lambda: page.keyboard.press("n"))
    assert others(heard(page), 0, 1) != others(said, 0, 1)


def test_a_lock_keeps_what_the_other_beats_keep(page):
    said = heard(page)
    act(page, page.locator('[data-ps="codes"] .ps-beat-lock').nth(5).click)
    assert kept(page) == said
    paint(page)
    assert others(heard(page), 1) == others(said, 1)
    assert page.locator('[data-ps="codes"] .ps-fixed').count() == 1


def test_a_drag_that_is_answered_on_its_way_keeps_the_last_sketch_only(page):
    first, said = groove(page), heard(page)
    drag(page, cell(page, 6, 5), cell(page, 6, 14), steps=40)
    settle(page)
    assert kept(page) == heard(page)
    assert others(heard(page), 1, 2, 3) == others(said, 1, 2, 3)
    page.keyboard.press("Control+z")
    settle(page)
    assert groove(page) == first


def test_an_answer_to_a_former_sketch_is_not_kept(page):
    said = heard(page)
    with no_answers(page):
        n = n_asked(page)
        page.locator(KICK_IN_BEAT_2).click()
        page.wait_for_function(f"PocketStudio.instance.channel.counts.sent > {n}")
        page.locator(STEP_KICK_2).click()
        assert kept(page) == [None, None, *said[2:]]
        page.evaluate(
            """() => PocketStudio.instance.root.addEventListener('pocket:picture', () => {
              const {performance, store} = PocketStudio.instance;
              (window.seen ||= []).push(store.state.takes[store.state.take].kept);
            })"""
        )
    page.wait_for_function("window.seen?.length === 2")
    settle(page)
    seen = page.evaluate("seen")
    assert seen[0] == [None, None, *said[2:]]
    assert seen[1] == heard(page)


def test_a_morph_leaves_the_beats_of_the_other_take_alone(page):
    said = heard(page)
    act(page, lambda: page.get_by_label("Morph to", exact=True).select_option("3"))
    assert heard(page) != said
    assert kept(page) == said


def test_the_sweep_plays_what_a_genre_would(page):
    paint(page)
    before = project(page)
    page.get_by_role("button", name="Six genres").click()
    page.locator('[data-ps="sweep-cards"] li').nth(5).wait_for()
    page.get_by_role("button", name="Play as Funk").click()
    tried = groove(page)
    act(page, page.get_by_role("button", name="Use Funk").click)
    page.wait_for_function("PocketStudio.instance.app.player.previewed === null")
    assert groove(page) == tried
    assert page.locator('[data-ps="sweep-again"]').is_hidden()
    assert project(page)["template"] == before["template"]
    assert state(page, "genre") == "funk"
