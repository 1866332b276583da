"""MIDI files that come in: which bars, and as sketch, feel, groove or contours."""

import json

import pytest
from handmade import midi_of, onsets

from pocket_studio.midi import read_track
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import (
    microtiming_classes_of,
    microtiming_pattern_to_text,
    template_of,
    template_to_rows,
    velocity_classes_of,
    velocity_pattern_to_text,
)

from .file_actions import download, drop, upload
from .page_actions import SETTLED, act, groove, no_answers, settle, state, status
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
