"""Downloads: what is heard, with options that are remembered, and MIDI dragged out of the page."""

import base64
import io
import wave
import zipfile
from contextlib import contextmanager

import numpy as np
import pytest
from handmade import midi_of, onsets

from pocket_studio.midi import read_track
from pocket_studio.music.kit import DRUMS

from .file_actions import add_to_song, download, upload
from .page_actions import SETTLED, act, groove, settle, status


def set_state(page, patch):
    page.evaluate("(patch) => PocketStudio.instance.store.setState(patch)", patch)
    page.wait_for_function(SETTLED)


def set_option(page, label, value):
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def samples(content):
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels()) == (44100, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def peak(pcm):
    return int(np.abs(pcm.astype(int)).max())


def test_the_midi_download_is_the_groove_that_is_heard(page):
    set_state(page, {"muted": ["kick"], "swing": 0.66, "tempo_bpm": 101, "microtiming_amount": 0.5})
    content, name = download(page, "export-midi")
    assert name == "pocket-any-101bpm-4.mid"
    heard = [hit for hit in groove(page)["hits"] if hit["drum"] != "kick"]
    # A hit before the first beat stands at the end of a loop; swing moves every second sixteenth.
    ticks = sorted(
        round(120 * (hit["step"] + hit["step"] % 2 * 0.32) + 60 * hit["microtiming"]) % 3840
        for hit in heard
    )
    found = onsets(content)
    assert [tick for tick, *_ in found] == pytest.approx(ticks, abs=1)
    assert 36 not in {pitch for _, pitch, *_ in found}
    assert read_track(content).tempo_bpm == pytest.approx(101, abs=0.01)


def test_sound_is_two_bars_and_its_drums_add_up_to_it(page):
    set_state(page, {"muted": ["snare"], "tempo_bpm": 120})
    content, name = download(page, "export-wav")
    assert name == "pocket-any-120bpm-4.wav"
    mix = samples(content)
    assert len(mix) == 4 * 44100
    content, name = download(page, "export-stems")
    assert name == "pocket-any-120bpm-4.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stems = {name: samples(archive.read(name)) for name in archive.namelist()}
    drums = {hit["drum"] for hit in groove(page)["hits"]} - {"snare"}
    assert set(stems) == {
        f"pocket-any-120bpm-4-{DRUMS.index(drum) + 1:02d}-{drum}.wav" for drum in drums
    }
    together = sum(stem.astype(float) for stem in stems.values())
    assert np.std(together - mix) < 0.02 * np.std(mix)


def test_pictures_are_what_they_say(page):
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        content, name = download(page, f"export-{kind}")
        assert name.endswith(f".{kind}")
        assert content.startswith(start)


def test_options_are_used_and_remembered(page):
    early = midi_of((15.75, 38, 99), (24, 36, 80), (31.75, 36, 120), end=32)
    upload(page, "early.mid", early)
    act(page, page.get_by_role("button", name="As the groove itself").click)
    page.get_by_text("Export options").click()
    set_option(page, "Repeats", "2")
    page.get_by_label("Lead").select_option("pre_roll")
    assert peak(samples(download(page, "export-wav")[0])) == pytest.approx(29204, rel=0.01)
    page.get_by_label("Normalise WAV").uncheck()
    page.get_by_label("Note map").select_option("Pads from C1 (MPC)")
    assert page.get_by_label("Snare", exact=True).input_value() == "37"
    set_option(page, "Snare", "50")
    assert page.get_by_label("Note map").input_value() == "Custom"
    expected = [
        (round(120 * (16 + position + loop * 32)), pitch, velocity, 9)
        for loop in (0, 1)
        for position, pitch, velocity in ((-0.25, 36, 120), (15.75, 50, 99), (24, 36, 80))
    ]
    assert onsets(download(page, "export-midi")[0]) == expected
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    page.get_by_text("Import and export").click()
    page.get_by_text("Export options (2 repeats, pre-roll, not normalised, other notes)").click()
    assert page.get_by_label("Note map").input_value() == "Custom"
    assert onsets(download(page, "export-midi")[0]) == expected
    assert not page.get_by_label("Normalise WAV").is_checked()
    sound = samples(download(page, "export-wav")[0])
    assert len(sound) == 2 * 4 * 44100
    assert peak(sound) < 20000, "as loud as the page plays it"


def test_an_early_first_beat_is_said_to_stand_at_the_end_unless_a_lead_is_before_it(page):
    def save(ticks):
        """Save a kick on one, so early, and nothing else; return where it is and what is said."""
        rows = {drum: [] for drum in DRUMS} | {"kick": [[0, 100, ticks]]}
        set_state(page, {"locked_rows": rows})
        content, name = download(page, "export-midi")
        page.get_by_text(f"Saved {name}.").wait_for()
        return onsets(content)[-1][0], status(page).removeprefix(f"Saved {name}.")

    assert save(-1) == (3839, ""), "nobody hears less than two ticks"
    where = "Its first beat is early and stands at the loop's end"
    remedy = "a lead (Export options) keeps it in front"
    assert save(-10) == (3830, f" {where}; {remedy}.")
    page.locator('[data-ps="export-summary"]').click()
    page.get_by_label("Lead").select_option("pre_roll")
    assert save(-11) == (1909, "")


def test_the_midi_can_be_dragged_out_of_the_page(page):
    page.evaluate(
        """() => addEventListener('dragstart', (event) => {
          window.dragged = [event.defaultPrevented,
            event.dataTransfer.getData('DownloadURL'), event.dataTransfer.getData('text/uri-list')];
        })"""
    )
    name = download(page, "drag-midi")[1]
    set_state(page, {"tempo_bpm": 111})
    settle(page)
    place = page.locator('[data-ps="drag-midi"]').bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y + 300)
    with page.expect_response(lambda response: "/api/" in response.url):
        page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.move(x + 60, y - 60, steps=6)
    page.wait_for_function("window.dragged")
    prevented, target, uri = page.evaluate("window.dragged")
    page.mouse.up()
    assert prevented is False
    mime, filename, url = target.split(":", 2)
    assert (mime, filename) == ("audio/midi", name.replace("96bpm", "111bpm"))
    assert url == uri
    dragged = base64.b64decode(url.removeprefix("data:audio/midi;base64,"))
    assert onsets(dragged) == onsets(download(page, "export-midi")[0])
    assert read_track(dragged).tempo_bpm == pytest.approx(111, abs=0.01)


def test_an_older_midi_that_comes_later_does_not_take_the_place_of_the_present_one(page):
    page.evaluate(
        """() => addEventListener('dragstart', (event) => {
          window.dragged = [event.defaultPrevented, event.dataTransfer.getData('DownloadURL')];
        })"""
    )
    handle = page.locator('[data-ps="drag-midi"]')
    handle.scroll_into_view_if_needed()
    place = handle.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    older = []
    page.route("**/api/export", lambda route: route.continue_() if older else older.append(route))
    page.mouse.move(x, y - 300)
    with page.expect_request("**/api/export"):
        page.mouse.move(x, y)
    page.mouse.move(x, y - 300)
    set_state(page, {"tempo_bpm": 111})
    with page.expect_event("requestfinished", lambda asked: "111" in (asked.post_data or "")):
        page.mouse.move(x, y)
    with page.expect_event("requestfinished", lambda asked: asked == older[0].request):
        older[0].continue_()
    page.mouse.down()
    page.mouse.move(x + 60, y - 60, steps=6)
    page.wait_for_function("window.dragged")
    prevented, target = page.evaluate("window.dragged")
    page.mouse.up()
    assert prevented is False
    assert "111bpm" in target


def test_a_song_that_came_back_is_saved_before_the_first_groove_has_come(page):
    add_to_song(page)
    page.wait_for_timeout(500)
    asked = []
    page.route("**/api/groove", lambda route: asked.append(route))
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance")
    page.get_by_role("tab", name="Song").click()
    assert groove(page) is None
    assert read_track(download(page, "export-song-midi")[0]).note.any()
    for route in asked:
        route.continue_()
    page.unroute("**/api/groove")


@contextmanager
def held(page, kind):
    """Hold back what is asked for exports of a kind; the MIDI to be dragged is another."""
    routes = []

    def hold(route):
        if route.request.post_data_json["kind"] == kind:
            routes.append(route)
        else:
            route.continue_()

    page.route("**/api/export", hold)
    yield routes
    page.unroute("**/api/export")


def test_a_long_export_says_what_is_made_and_can_be_cancelled(page):
    button = page.locator('[data-ps="export-stems"]')
    with held(page, "stems") as routes:
        button.click()
        page.get_by_text("Making WAV per drum…").wait_for()
        assert button.inner_text() == "Cancel"
        assert button.get_attribute("aria-busy") == "true"
        with page.expect_event("requestfailed") as gone:
            button.click()
        assert gone.value.url.endswith("/api/export"), "the studio sees that nobody waits"
        page.get_by_text("Cancelled: WAV per drum.").wait_for()
    assert len(routes) == 1
    assert button.inner_text() == "WAV per drum"
    content, name = download(page, "export-stems")
    assert name.endswith(".zip")
    assert content.startswith(b"PK")


def test_a_song_that_is_being_made_says_so_and_arrives(page):
    add_to_song(page)
    page.get_by_role("tab", name="Song").click()
    button = page.locator('[data-ps="export-song-wav"]')
    with page.expect_download() as waiting, held(page, "wav") as routes:
        button.click()
        page.get_by_text("Making WAV of the song…").wait_for()
        assert button.inner_text() == "Cancel"
        routes[0].continue_()
    assert waiting.value.suggested_filename.endswith(".wav")
    page.get_by_text(f"Saved {waiting.value.suggested_filename}.").wait_for()
    assert button.inner_text() == "WAV"
