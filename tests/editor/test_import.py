"""MIDI files that come in: which bars, and as sketch, feel, groove or contours."""

import json

import mido
import pytest
from handmade import groove_of, midi_of, midi_of_parts, onsets

from pocket_studio.midi import NOTE_MAPS, groove_to_midi, read_track
from pocket_studio.music.kit import CLOSED_HAT, DRUMS, KICK, SNARE
from pocket_studio.music.patterns import (
    microtiming_classes_of,
    microtiming_pattern_to_text,
    template_of,
    template_to_rows,
    velocity_classes_of,
    velocity_pattern_to_text,
)

from .conftest import OPEN_DRAWERS
from .file_actions import download, drop, drop_all, upload
from .page_actions import (
    SETTLED,
    Finger,
    act,
    groove,
    no_answers,
    settle,
    state,
    status,
)
from .test_takes import ALL_SEEN

# Four bars: hats all the way, a kick more in each; hits off the grid and of every loudness.
LONG = midi_of(
    *sorted(
        [(step + 0.2 * ((step + 1) % 3 - 1), 42, 20 + 3 * (step % 32)) for step in range(0, 64, 2)]
        + [
            (16 * bar + 4 * kick + 0.1, 36, 60 + 15 * bar)
            for bar in range(4)
            for kick in range(bar)
        ]
        + [(16 * bar + 4 + 0.3, 38, 110) for bar in range(4)]
    ),
    end=64,
)
LAST_BARS = read_track(LONG).window(32)


def use(page, name):
    act(page, page.get_by_role("button", name=name).click)
    assert not page.locator('[data-ps="import"]').is_visible()


def choose_last_bars(page, name="long.mid"):
    upload(page, name, LONG)
    page.get_by_label("Bars 3 and 4, ").click()
    page.get_by_text("3 and 4 of 4").wait_for()


def undo(page):
    act(page, lambda: page.keyboard.press("Control+z"))


def cells(hits):
    return {
        (hit["step"], hit["drum"], round(hit["velocity"] * 127), round(hit["microtiming"] * 60))
        for hit in hits
    }


def cells_of(groove):
    return {
        (step, DRUMS[drum], round(float(groove.velocity[step, drum]) * 127),
         round(float(groove.microtiming[step, drum]) * 60))
        for step, drum in zip(*groove.note.nonzero(), strict=True)
    }  # fmt: skip


def test_two_bars_of_a_longer_song_become_the_groove_itself(page):
    page.get_by_label("Tempo, beats a minute").fill("90")
    page.keyboard.press("Enter")
    settle(page)
    before = state(page, "template"), groove(page)
    choose_last_bars(page)
    n_hits = (LAST_BARS.note[:16].sum(), LAST_BARS.note[16:].sum())
    label = f"Bars 3 and 4, {n_hits[0]:.0f} and {n_hits[1]:.0f} hits"
    assert page.get_by_label(label, exact=True).is_checked()
    use(page, "As the groove itself")
    assert cells(groove(page)["hits"]) == cells_of(LAST_BARS)
    assert state(page, "tempo_bpm") == 120
    assert state(page, "template") == list(template_to_rows(template_of(LAST_BARS)).values())
    saved = read_track(download(page, "export-midi")[0]).window(0)
    assert cells_of(saved) == cells_of(LAST_BARS)
    undo(page)
    assert state(page, "tempo_bpm") == 90
    assert state(page, "locked_rows") == {}
    assert (state(page, "template"), groove(page)["hits"]) == (before[0], before[1]["hits"])


def test_a_file_becomes_the_sketch(page):
    before = state(page, "template")
    choose_last_bars(page)
    use(page, "As sketch")
    assert state(page, "template") == list(template_to_rows(template_of(LAST_BARS)).values())
    assert state(page, "tempo_bpm") == 120
    assert cells(groove(page)["hits"]) != cells_of(LAST_BARS)
    undo(page)
    assert state(page, "template") == before


# Of its 14 hits a plain beat has no ghost and no tom, and hats on all eighths.
DRESSED = midi_of(
    *sorted(
        [(0, 36, 100), (3, 38, 20), (4, 38, 110), (7, 38, 20), (16, 36, 100), (31, 45, 90)]
        + [(step, 42, 80) for step in range(0, 32, 4)]
    ),
    end=32,
)


def test_a_sketch_says_what_it_leaves_out_and_takes_all_hits_if_asked(page):
    played = read_track(DRESSED).window(0)
    upload(page, "dressed.mid", DRESSED)
    page.get_by_text("14 hits at 120 bpm.").wait_for()
    use(page, "As sketch")
    reduced = "reduced to its plain beat: 3 of its 14 hits left out, 8 filled in."
    assert status(page) == f"The sketch is that of dressed.mid, {reduced} Take all its hits"
    act(page, page.get_by_role("button", name="Take all its hits").click)
    assert status(page) == "The sketch has all hits of dressed.mid."
    assert state(page, "template") == list(template_to_rows(played.note.astype("uint8")).values())
    undo(page)
    assert state(page, "template") == list(template_to_rows(template_of(played)).values())


def test_a_sketch_that_is_all_of_its_file_says_no_more(page):
    upload(page, "plain.mid", midi_of(*((step, 36, 100) for step in range(0, 32, 8)), end=32))
    page.get_by_text("4 hits at 120 bpm").wait_for()
    use(page, "As sketch")
    assert status(page) == "The sketch is that of plain.mid."


def test_a_reference_gives_its_feel_and_its_contours_and_can_be_removed(page):
    plain = groove(page)
    velocity = velocity_pattern_to_text(velocity_classes_of(LAST_BARS))
    timing = microtiming_pattern_to_text(microtiming_classes_of(LAST_BARS))
    assert {"kick", "snare", "closed_hat"} == set(velocity) == set(timing)
    choose_last_bars(page, "feel.mid")
    use(page, "As feel")
    assert page.locator('[data-ps="reference-name"]').inner_text() == "feel.mid"
    assert groove(page)["hits"] != plain["hits"]
    notes = page.get_by_label("Take its notes too")
    assert not notes.is_checked()
    assert state(page, "reference_notes") is False
    act(page, notes.check)
    assert state(page, "reference_notes") is True
    assert page.locator('[data-ps="feel-note"]').is_visible()
    undo(page)
    assert not notes.is_checked()
    assert not page.locator('[data-ps="feel-note"]').is_visible()
    act(page, page.get_by_role("button", name="Take its contours too").click)
    assert (state(page, "velocity_pattern"), state(page, "microtiming_pattern")) == (
        velocity,
        timing,
    )
    undo(page)
    act(page, page.get_by_role("button", name="Remove the reference").click)
    assert not page.locator('[data-ps="reference"]').is_visible()
    assert not page.get_by_role("button", name="Take its contours too").is_visible()
    assert not notes.is_visible()
    assert groove(page) == plain
    choose_last_bars(page)
    use(page, "Contours only")
    assert (state(page, "velocity_pattern"), state(page, "microtiming_pattern")) == (
        velocity,
        timing,
    )
    assert state(page, "reference") is None


def test_nothing_is_used_before_the_chosen_bars_are_read(page):
    upload(page, "long.mid", LONG)
    use_it = page.get_by_role("button", name="As sketch")
    use_it.wait_for()
    assert use_it.is_enabled()
    with no_answers(page):
        page.get_by_label("Bars 3 and 4, ").click()
        assert use_it.is_disabled()
    page.get_by_text("3 and 4 of 4").wait_for()
    assert use_it.is_enabled()


def test_a_reference_of_a_long_name_outlives_the_page_and_gives_its_contours_then(page):
    name = "f" * 79 + "🥁"
    choose_last_bars(page, f"{name}🥁.mid")
    use(page, "As feel")
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    assert state(page, "reference.name") == name
    page.evaluate(OPEN_DRAWERS)
    act(page, page.get_by_role("button", name="Take its contours too").click)
    assert state(page, "velocity_pattern") == velocity_pattern_to_text(
        velocity_classes_of(LAST_BARS)
    )
    timing = microtiming_pattern_to_text(microtiming_classes_of(LAST_BARS))
    assert state(page, "microtiming_pattern") == timing


def test_two_bars_need_no_choice_and_closing_changes_nothing(page):
    page.wait_for_function(ALL_SEEN)  # then no take has anything more to keep
    before = page.evaluate("PocketStudio.instance.store.state")
    upload(page, "short.mid", midi_of((0, 36, 90), (4.2, 38, 100), end=32))
    page.get_by_text("2 hits at 120 bpm").wait_for()
    assert not page.locator('[data-ps="import-bars"]').is_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    assert page.evaluate("PocketStudio.instance.store.state") == before


def test_a_dialog_whose_modules_do_not_come_says_so_and_opens_later(open_page):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.route("**/files/importdialog.js", lambda route: route.abort())
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    upload(page, "long.mid", LONG)
    page.get_by_text("This part of the page did not come").wait_for()
    assert not page.locator('[data-ps="import"]').is_visible()
    page.unroute("**/files/importdialog.js")
    upload(page, "long.mid", LONG)
    page.get_by_text("Import long.mid").wait_for()


@pytest.mark.parametrize("content", [b"", b"not midi", b"MThd\x00\x00\x00\x06\x00\x01"])
def test_a_broken_file_is_one_line_and_the_sketch_stays(page, content):
    before = state(page, "template"), groove(page)
    upload(page, "broken.mid", content)
    page.locator(".ps-status.ps-error").wait_for()
    words = status(page)
    assert words.startswith("broken.mid: ")
    assert "\n" not in words
    page.wait_for_function(SETTLED)
    assert not page.locator('[data-ps="import"]').is_visible()
    assert (state(page, "template"), groove(page)) == before


def test_a_file_that_was_refused_while_the_studio_was_away_opens_no_dialog_later(open_page):
    page = open_page("net::ERR_FAILED")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.route("**/api/read_midi", lambda route: route.abort())
    upload(page, "long.mid", LONG)
    page.get_by_text("The studio does not answer").wait_for()
    page.unroute("**/api/read_midi")
    page.clock.run_for(60_000)
    page.wait_for_function(SETTLED)
    assert len([url for url in asked if url.endswith("/read_midi")]) == 1
    assert not page.locator('[data-ps="import"]').is_visible()
    upload(page, "long.mid", LONG)
    page.get_by_text("Import long.mid").wait_for()


def test_a_file_that_is_too_large_is_not_even_sent(page):
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    upload(page, "large.mid", b"MThd" + bytes(5 * 2**20))
    page.locator(".ps-status.ps-error").wait_for()
    assert not any("read_midi" in data for data in sent)
    assert "large.mid is too large" in status(page)


def test_files_dropped_on_the_page_are_opened(page):
    drop(page, "dropped.mid", LONG)
    page.get_by_text("Import dropped.mid").wait_for()
    use(page, "As sketch")
    sketch = state(page, "template")
    project, _ = download(page, "save-project")
    assert json.loads(project)["tempo_bpm"] == 120
    act(page, page.get_by_role("button", name="Clear grid").click)
    drop(page, "mine.pocket.json", project)
    page.get_by_text("Opened mine.pocket.json").wait_for()
    assert state(page, "template") == sketch
    drop(page, "broken.json", b"{}")
    page.locator(".ps-status.ps-error").wait_for()
    assert state(page, "template") == sketch
    assert onsets(download(page, "export-midi")[0])


SWUNG = groove_of(
    *((step, CLOSED_HAT, 0.6, 0.0) for step in range(32)),
    *((step, SNARE, 0.9, 0.5) for step in (4, 12, 20, 28)),
    (0, KICK, 1.0, -0.5), (7, KICK, 0.5, 59 / 60), tempo_bpm=203.457, swing=0.7,
)  # fmt: skip
OURS = groove_to_midi(SWUNG, 2, "count_in", NOTE_MAPS["Addictive Drums 2"])


def test_a_file_of_our_own_becomes_the_groove_that_it_was_with_its_swing(page):
    before = groove(page)["hits"]
    upload(page, "ours.mid", OURS)
    page.get_by_text("38 hits at 203.457 bpm, swing 70%.").wait_for()
    assert notices(page) == ["Its count-in was left out."]
    use(page, "As the groove itself")
    assert cells(groove(page)["hits"]) == cells_of(SWUNG)
    assert (state(page, "swing"), state(page, "tempo_bpm")) == (0.7, 203.457)
    again = read_track(download(page, "export-midi")[0]).window(0)
    assert (cells_of(again), again.swing, again.tempo_bpm) == (cells_of(SWUNG), 0.7, 203.457)
    undo(page)
    assert (state(page, "swing"), groove(page)["hits"]) == (0.5, before)


def test_the_feel_of_a_file_that_says_its_swing_has_it(page):
    upload(page, "ours.mid", OURS)
    use(page, "As feel")
    assert (state(page, "swing"), state(page, "tempo_bpm") == 203.457) == (0.7, False)
    act(page, lambda: page.locator('[data-ps="swing"]').fill("60"))
    choose_last_bars(page)  # does not say it
    use(page, "As feel")
    assert state(page, "swing") == 0.6


def notices(page):
    return page.locator('[data-ps="import-notices"] li').all_inner_texts()


def test_all_that_the_reader_says_is_shown(page):
    changes = [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm), time=time)
        for bpm, time in ((300, 0), (100, 1920))
    ]
    content = midi_of((0, 36, 90), (1, 33, 90), (4, 38, 90), meta=changes)
    upload(page, "odd.mid", content)
    page.get_by_text("hits at 240 bpm.").wait_for()
    assert notices(page) == list(read_track(content).notices)
    assert len(notices(page)) >= 3
    assert page.locator('[data-ps="import-notices"]').is_visible()


def test_files_stay_at_hand_where_they_were_left(page):
    choose_last_bars(page)
    use(page, "As sketch")
    sketch = state(page, "template")
    act(page, page.get_by_role("button", name="Clear grid").click)
    upload(page, "other.mid", midi_of((0, 36, 90), end=32))
    page.get_by_text("1 hit at").wait_for()
    page.get_by_role("button", name="A beat later").click()
    page.get_by_text("Bars begin 4 sixteenths later").wait_for()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Import MIDI…").click()
    page.get_by_text("Import other.mid").wait_for()
    page.get_by_text("Bars begin 4 sixteenths later").wait_for()
    page.get_by_label("Which of the 2 files?").select_option("long.mid")
    page.get_by_text("3 and 4 of 4").wait_for()
    use(page, "As sketch")
    assert state(page, "template") == sketch
    page.get_by_role("button", name="Import MIDI…").click()
    with page.expect_file_chooser():
        page.get_by_role("button", name="Another file…").click()


def test_a_broken_file_does_not_take_the_place_of_one_that_was_read(page):
    upload(page, "good.mid", midi_of((0, 36, 90), end=32))
    page.get_by_text("1 hit at").wait_for()
    page.keyboard.press("Escape")
    upload(page, "broken.mid", b"no")
    page.locator(".ps-status.ps-error").wait_for()
    page.get_by_role("button", name="Import MIDI…").click()
    page.get_by_text("Import good.mid").wait_for()
    assert not page.locator('[data-ps="import-files"]').is_visible()


def test_the_bars_are_heard_before_they_are_chosen(page):
    upload(page, "long.mid", LONG)
    play = page.get_by_role("button", name="Play the two bars")
    play.click()
    wait_for_heard(page, "import:0")
    assert play.get_attribute("aria-pressed") == "true"
    first = page.evaluate("PocketStudio.instance.transport.source.groove")
    page.get_by_label("Bars 3 and 4, ").click()
    page.get_by_text("3 and 4 of 4").wait_for()
    page.wait_for_function("(first) => PocketStudio.instance.transport.source.groove.hits.length"
                           " !== first", arg=len(first["hits"]))  # fmt: skip
    hits = page.evaluate("PocketStudio.instance.transport.source.groove.hits")
    assert cells(hits) == cells_of(LAST_BARS)
    assert heard(page) == "import:0"
    page.get_by_role("button", name="Half the tempo").click()
    assert page.evaluate("PocketStudio.instance.transport.source.groove.tempo_bpm") == 60
    page.keyboard.press("Escape")
    wait_for_heard(page, None)
    page.get_by_role("button", name="Import MIDI…").click()
    page.get_by_text("at 60 bpm.").wait_for()
    assert play.get_attribute("aria-pressed") == "false"


def test_a_tempo_that_the_file_does_not_say_is_said_and_can_be_set(page):
    guess = "The file says no tempo: 120 bpm is a guess. Tap it or type it."
    upload(page, "long.mid", LONG)
    page.get_by_text("at 120 bpm.").wait_for()
    assert guess in notices(page)
    page.get_by_role("button", name="Twice the tempo").click()
    page.get_by_text("at 240 bpm.").wait_for()
    assert guess not in notices(page)
    assert page.get_by_role("button", name="Twice the tempo").is_disabled()
    page.get_by_role("button", name="Half the tempo").click()
    page.get_by_label("Tempo of the file, beats a minute").fill("93.5")
    page.keyboard.press("Enter")
    page.get_by_text("at 93.5 bpm.").wait_for()
    page.get_by_label("Bars 2 and 3, ").click()
    page.get_by_text("2 and 3 of 4").wait_for()
    page.get_by_text("at 93.5 bpm.").wait_for()
    use(page, "As sketch")
    assert state(page, "tempo_bpm") == 93.5


def test_the_tempo_can_be_tapped(page):
    upload(page, "long.mid", LONG)
    tap = page.locator('[data-ps="import-tap"]')
    tap.wait_for()
    page.evaluate(
        """() => {
          const tap = document.querySelector('[data-ps="import-tap"]');
          for (const at of [1000, 1400, 1800]) {
            const event = new PointerEvent('pointerdown');
            Object.defineProperty(event, 'timeStamp', {value: at});
            tap.dispatchEvent(event);
          }
        }"""
    )
    page.get_by_text("at 150 bpm.").wait_for()


def test_a_file_that_says_its_tempo_is_believed(page):
    tempo = mido.MetaMessage("set_tempo", tempo=600_000)
    upload(page, "said.mid", midi_of((0, 36, 90), end=32, meta=[tempo]))
    page.get_by_text("1 hit at 100 bpm.").wait_for()
    assert notices(page) == []


def test_the_downbeat_can_be_moved(page):
    late = midi_of(*((step + 3, 36 if step % 8 == 0 else 38, 90) for step in range(0, 60, 4)))
    upload(page, "late.mid", late)
    page.get_by_text("Bars begin as in the file").wait_for()
    for words in ("1 sixteenth later", "2 sixteenths later", "3 sixteenths later"):
        page.get_by_role("button", name="A sixteenth later").click()
        page.get_by_text(f"Bars begin {words}").wait_for()
    page.get_by_label("Bars 3 and 4, ").click()
    page.get_by_text("3 and 4 of 4").wait_for()
    use(page, "As the groove itself")
    expected = read_track(late, downbeat=3).window(32)
    assert cells(groove(page)["hits"]) == cells_of(expected)
    assert {hit["step"] % 4 for hit in groove(page)["hits"]} == {0}


LATE = midi_of(*((step + 2, 36 if step % 8 == 0 else 38, 90) for step in range(0, 32, 4)), end=32)


def across_picture(page, n_steps):
    """Five points over the picture of the two bars, by so many sixteenths from its centre."""
    found = page.locator('[data-ps="import-map"]').bounding_box()
    x, y = found["x"] + found["width"] / 2, found["y"] + found["height"] / 2
    return [(x + part / 4 * n_steps * found["width"] / 32, y) for part in range(5)]


def test_the_picture_is_dragged_to_where_its_bars_begin(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    asked = []
    upload(page, "late.mid", LATE)
    page.get_by_text("Bars begin as in the file").wait_for()
    page.on("request", lambda request: "read_midi" in request.url and asked.append(request))
    picture = page.locator('[data-ps="import-map"]')
    before = picture.evaluate("(canvas) => canvas.toDataURL()")
    start, *_, end = across_picture(page, -2)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.get_by_text("Bars begin 2 sixteenths later").wait_for()
    dragged = picture.evaluate("(canvas) => canvas.toDataURL()")
    assert dragged != before
    assert asked == []
    page.mouse.up()
    page.wait_for_function("!document.querySelector('[data-ps=import-groove]').disabled")
    assert picture.evaluate("(canvas) => canvas.toDataURL()") == dragged, "a loop is turned round"
    finger = Finger(page)
    start, *points = across_picture(page, 12)
    finger.down(start)
    finger.move(*points)
    page.get_by_text("Bars begin 8 sixteenths earlier").wait_for()
    finger.cancel()
    page.get_by_text("Bars begin 2 sixteenths later").wait_for()
    assert picture.evaluate("(canvas) => canvas.toDataURL()") == dragged
    assert len(asked) == 1
    finger.swipe(*across_picture(page, 1))
    page.get_by_text("Bars begin 1 sixteenth later").wait_for()
    page.wait_for_function("!document.querySelector('[data-ps=import-groove]').disabled")
    assert len(asked) == 2
    use(page, "As the groove itself")
    assert cells(groove(page)["hits"]) == cells_of(read_track(LATE, downbeat=1).first_loop())


def test_bars_that_are_no_more_when_they_begin_elsewhere_give_way_to_the_first(page):
    content = midi_of(*((step, 36, 90) for step in range(0, 49, 4)))
    upload(page, "short.mid", content)
    page.get_by_label("Bars 2 and 3, ").click()
    page.get_by_text("2 and 3 of").wait_for()
    bars = read_track(content).n_bars, read_track(content, downbeat=4).n_bars
    last = page.locator('[name="ps-import-bar"]').last
    last.click()
    page.get_by_text(f"{bars[0] - 1} and {bars[0]} of {bars[0]}").wait_for()
    page.get_by_role("button", name="A beat later").click()
    page.get_by_text("Bars begin 4 sixteenths later").wait_for()
    assert page.locator('[name="ps-import-bar"]:checked').count() == (bars[1] > 2)
    assert page.get_by_role("button", name="As sketch").is_enabled()


def test_what_is_held_does_not_take_on_a_feel_and_is_released_in_one_click(page):
    choose_last_bars(page)
    use(page, "As the groove itself")
    page.get_by_role("button", name="Import MIDI…").click()
    page.get_by_text("3 and 4 of 4").wait_for()
    page.get_by_role("button", name="As feel").click()
    assert "It does not reach what you hold: 7 locked rows." in status(page)
    act(page, page.get_by_role("button", name="Release them").click)
    assert (state(page, "locked_rows"), state(page, "edits")) == ({}, {})
    assert cells(groove(page)["hits"]) != cells_of(LAST_BARS)
    undo(page)
    assert len(state(page, "locked_rows")) == 7


BEAT = [(0, 36, 100), (4, 38, 90), (16, 36, 100), (20, 38, 90)]
BRUSHES = [(step, 38, 50) for step in range(0, 32, 2)]
PERCUSSION = [(step, 64, 80) for step in range(0, 32, 4)]
SOME_PARTS = midi_of_parts(
    ("Drums", 9, BEAT),
    ("Brushes", 0, BRUSHES),
    ("العود", 3, PERCUSSION),
    ("Whistle", 4, [(0, 71, 9)]),
)
MELODY = [(step, 60 + 7 * (step % 5), 90) for step in range(0, 32, 2)]
UNTOLD = midi_of_parts(("Lead", 0, MELODY), ("Other", 15, [*BEAT, (24, 100, 1)]))


def part_names(page):
    return page.locator('[data-ps="import-part-list"] label').all_inner_texts()


def test_one_of_several_parts_is_chosen_by_mouse_or_keyboard(page):
    upload(page, "parts.mid", SOME_PARTS)
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    assert part_names(page) == [
        "Drums track 2, channel 10, 4 hits",
        "Brushes track 3, channel 1, 16 hits",
        "العود track 4, channel 4, 8 hits",
        "Whistle track 5, channel 5, no drums",
    ]
    first = page.get_by_role("radio", name="Drums track 2, channel 10, 4 hits")
    assert first.is_checked()
    page.get_by_role("radio", name="Brushes").check()
    page.get_by_text("16 hits at 120 bpm.").wait_for()
    page.get_by_role("radio", name="Brushes").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text("8 hits at 120 bpm.").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator('[data-ps="import-note"].ps-error').wait_for()
    assert page.get_by_role("button", name="As sketch").is_disabled()
    page.get_by_role("radio", name="Brushes").check()
    page.get_by_text("16 hits at 120 bpm.").wait_for()
    use(page, "As the groove itself")
    assert {hit["drum"] for hit in groove(page)["hits"]} == {"snare"}


def test_drums_in_several_parts_are_taken_together_unless_one_is_chosen(page):
    upload(page, "two.mid", midi_of_parts(("Kick", 9, BEAT[::2]), ("Snare", 9, BEAT[1::2])))
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    together = page.get_by_role("radio", name="All drums together")
    assert together.is_checked()
    page.get_by_role("radio", name="Snare").check()
    page.get_by_text("2 hits at 120 bpm.").wait_for()
    together.check()
    page.get_by_text("4 hits at 120 bpm.").wait_for()


def test_where_no_drums_can_be_told_the_reason_is_said_and_a_part_is_to_be_chosen(page):
    upload(page, "untold.mid", UNTOLD)
    page.locator('[data-ps="import-note"].ps-error').wait_for()
    uses = [page.locator(f'[data-ps="import-{name}"]') for name in
            ("sketch", "feel", "groove", "contours")]  # fmt: skip
    assert all(button.is_disabled() for button in uses)
    assert not page.locator('[data-ps="import-map"]').is_visible()
    assert page.locator('[name="ps-import-part"]:checked').count() == 0
    assert page.locator('[data-ps="import-note"]').inner_text()
    page.get_by_role("radio", name="Other").check()
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    assert all(button.is_enabled() for button in uses)


def heard(page):
    return page.evaluate(
        """() => { const {transport} = PocketStudio.instance;
          return transport.heardPhase !== null ? transport.sourceKey : null; }"""
    )


def wait_for_heard(page, key):
    page.wait_for_function(
        """(key) => { const {transport} = PocketStudio.instance;
          return (transport.heardPhase !== null ? transport.sourceKey : null) === key; }""",
        arg=key,
    )


def test_each_part_can_be_heard_and_what_played_goes_on(page):
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_heard(page, "sketch")
    upload(page, "parts.mid", SOME_PARTS)
    brushes = page.get_by_role("button", name="Play Brushes")
    drums = page.get_by_role("button", name="Play Drums")
    brushes.click()
    wait_for_heard(page, "import:1")
    assert brushes.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("radio", name="Drums track").is_checked(), "to hear is not to choose"
    seconds = 480 / page.evaluate("PocketStudio.instance.transport.source.groove.tempo_bpm")
    assert seconds == pytest.approx(4, abs=0.01)
    drums.click()
    wait_for_heard(page, "import:0")
    assert [each.get_attribute("aria-pressed") for each in (brushes, drums)] == ["false", "true"]
    drums.click()
    wait_for_heard(page, "sketch")
    brushes.click()
    wait_for_heard(page, "import:1")
    page.keyboard.press("Escape")
    wait_for_heard(page, "sketch")


def test_a_part_that_was_heard_falls_silent_with_the_dialog(page):
    upload(page, "parts.mid", SOME_PARTS)
    page.get_by_role("button", name="Play Brushes").click()
    wait_for_heard(page, "import:1")
    use(page, "As sketch")
    wait_for_heard(page, None)
    upload(page, "parts.mid", SOME_PARTS)
    whistle = page.get_by_role("button", name="Play Whistle")
    whistle.click()
    page.locator('[data-ps="import-note"].ps-error').wait_for()
    assert whistle.get_attribute("aria-pressed") == "false"
    assert heard(page) is None


def test_bars_in_another_meter_are_marked_and_cannot_be_chosen(page):
    three_four = mido.MetaMessage("time_signature", numerator=3, denominator=4, time=2 * 1920)
    four_four = mido.MetaMessage("time_signature", numerator=4, denominator=4, time=1440)
    notes = [(step, 36, 90) for step in range(0, 92, 4)]
    content = midi_of_parts(("Drums", 9, notes), meta=[three_four, four_four], end=92)
    upload(page, "meters.mid", content)
    page.get_by_role("radio", name="Bars 1 and 2, ").wait_for()
    enabled = [
        page.locator(f'[name="ps-import-bar"][value="{bar}"]').is_enabled() for bar in range(5)
    ]
    assert enabled == [True, False, False, True, True]
    assert page.get_by_label("Bars 2 and 3, 4 and 3 hits; bar 3 is in 3/4").is_disabled()
    assert page.locator(".ps-bar-meter").all_inner_texts() == ["3/4"]


def test_of_several_files_one_after_the_other_can_be_looked_at(page):
    drop_all(page, {"broken.mid": b"no", "parts.mid": SOME_PARTS, "long.mid": LONG})
    which = page.get_by_label("Which of the 3 files?")
    which.wait_for()
    assert which.locator("option").all_inner_texts() == ["broken.mid", "parts.mid", "long.mid"]
    page.get_by_text("broken.mid: this is not a MIDI file").wait_for()
    assert page.get_by_role("button", name="As sketch").is_disabled()
    which.select_option("parts.mid")
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    assert page.get_by_role("radio", name="Brushes").is_visible()
    page.get_by_role("radio", name="Brushes").check()
    which.select_option("long.mid")
    page.get_by_text("1 and 2 of 4").wait_for()
    assert page.get_by_text("Import long.mid").is_visible()
    assert not page.get_by_role("radio", name="Brushes").is_visible()
    which.select_option("broken.mid")
    page.get_by_text("broken.mid: this is not a MIDI file").wait_for()
    which.select_option("long.mid")
    page.get_by_text("1 and 2 of 4").wait_for()
    use(page, "As sketch")
    upload(page, "short.mid", midi_of(*BEAT, end=32))
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    names = page.locator('[data-ps="import-which"] option').all_inner_texts()
    assert names == ["short.mid", "parts.mid", "long.mid"], "what cannot be read is not kept"


def test_a_project_among_several_files_replaces_nothing(page):
    project, _ = download(page, "save-project")
    before = state(page, "template")
    drop_all(page, {"long.mid": LONG, "mine.pocket.json": project})
    page.locator(".ps-status.ps-error").wait_for()
    assert status(page) == "A project replaces what is here: drop it by itself."
    assert not page.locator('[data-ps="import"]').is_visible()
    assert state(page, "template") == before


@pytest.mark.parametrize("name", ["x" * 250, "ضرب " * 60, "鼓" * 84, "a b" * 80])
def test_a_name_of_any_length_and_script_is_shown_in_three_lines_and_read(open_page, name):
    page = open_page(viewport={"width": 390, "height": 800})
    upload(page, f"{name}.mid", midi_of(*BEAT, end=32))
    page.get_by_text("4 hits at 120 bpm.").wait_for()
    dialog = page.locator('[data-ps="import"]')
    assert dialog.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.get_by_role("button", name="Close", exact=True).bounding_box()["x"] < 390
    title = page.locator('[data-ps="import-name"]')
    assert title.text_content() == title.get_attribute("title") == f"{name}.mid"
    assert page.locator("#ps-import-title").bounding_box()["height"] < 100
