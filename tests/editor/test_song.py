"""The song: sections put in order, heard one after the other without a gap, and saved."""

import io
import json
import wave

import pytest

from pocket_studio.midi import read_track

from .file_actions import add_to_song, download
from .page_actions import act, groove, project, settle, state, status


def song_of_two(page, tempo="240"):
    """A twice and B once, as fast as it goes, in the Song tab."""
    page.get_by_label("Tempo, beats a minute").fill(tempo)
    page.keyboard.press("Enter")
    add_to_song(page)
    act(page, page.get_by_role("button", name="New take", exact=True).click)
    add_to_song(page)
    page.get_by_role("tab", name="Song").click()
    repeats = page.get_by_label("Repeats of section 1")
    repeats.fill("2")
    repeats.press("Enter")
    page.evaluate("document.activeElement.blur()")


def test_sections_are_heard_in_order_and_it_ends(page):
    song_of_two(page)
    page.keyboard.press("Space")
    page.get_by_text("Playing 2 of 2").wait_for()
    assert page.locator('[data-ps="play"]').inner_text() == "Stop"
    assert page.locator(".ps-section").nth(0).get_attribute("aria-current") == "true"
    page.get_by_text("Playing 1 of 1").wait_for()
    assert page.locator(".ps-section").nth(1).get_attribute("aria-current") == "true"
    page.wait_for_function("!PocketStudio.instance.root.querySelector('[aria-current]')")
    assert page.locator('[data-ps="play"]').inner_text() == "Play"


def test_a_song_follows_its_tempo_and_plays_on_from_any_section(page):
    song_of_two(page, "120")
    page.get_by_role("button", name="Play from section 2").click()
    page.get_by_text("Playing 1 of 1").wait_for()
    page.get_by_label("Tempo, beats a minute").fill("90")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.locator(".ps-section").nth(1).get_attribute("aria-current") == "true"
    page.get_by_role("button", name="Move up section 2").click()
    page.wait_for_timeout(300)
    assert page.locator(".ps-section").nth(0).get_attribute("aria-current") == "true"
    page.get_by_role("tab", name="Groove").click()
    assert page.locator('[data-ps="play"]').inner_text() == "Play"
    page.locator("body").press("Space")
    assert page.evaluate("PocketStudio.instance.transport.playing") is True


def names(page):
    return [section["name"] for section in state(page, "song")]


def test_sections_are_named_ordered_copied_removed_and_each_change_undone(page):
    for _ in range(3):
        add_to_song(page)
    assert "section 3" in status(page)
    shown = [(hit["step"], hit["drum"]) for hit in groove(page)["hits"]]
    page.get_by_role("tab", name="Song").click()
    page.get_by_role("button", name="Add this groove").click()
    assert names(page) == ["A", "B", "C", "D"]
    assert [(hit["step"], hit["drum"]) for hit in state(page, "song[3].groove.hits")] == shown
    page.get_by_role("button", name="Move up section 2").click()
    assert names(page) == ["B", "A", "C", "D"]
    assert page.evaluate("document.activeElement.ariaLabel") == "Play from section 1"
    page.get_by_role("button", name="Copy section 2").click()
    page.get_by_role("button", name="Remove section 1").click()
    assert names(page) == ["A", "A", "C", "D"]
    page.get_by_label("Name of section 2").fill("Chorus")
    page.get_by_label("Repeats of section 2").fill("9")
    page.keyboard.press("Enter")
    assert state(page, "song[1]")["repeats"] == 8
    page.locator(".ps-handle").nth(3).drag_to(page.locator(".ps-section").nth(0))
    assert names(page) == ["D", "A", "Chorus", "C"]
    assert page.get_by_text("22 bars, 0:55 minutes").is_visible()
    page.evaluate("document.activeElement.blur()")
    for expected in (["A", "Chorus", "C", "D"], ["A", "Chorus", "C", "D"], ["A", "A", "C", "D"]):
        page.keyboard.press("Control+z")
        assert names(page) == expected
    for _ in range(13):
        page.get_by_role("button", name="Add this groove").click()
    assert len(names(page)) == 16
    assert "16 sections at most" in status(page)


def test_a_song_is_saved_as_midi_sound_and_in_the_project(page):
    song_of_two(page)
    page.get_by_text("Export options").click()
    page.get_by_label("Lead").select_option("count_in")
    content, name = download(page, "export-song-midi")
    assert name.startswith("pocket-song-240bpm-")
    assert name.endswith(".mid")
    track = read_track(content)
    first, second = (len(section["groove"]["hits"]) for section in state(page, "song"))
    assert track.notices == ("Its count-in was left out.",)
    assert track.note.shape[0] == 3 * 32
    assert track.note.sum() == pytest.approx(2 * first + second, abs=3)
    content, _ = download(page, "export-song-wav")
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() >= 6 * 44100
    project, _ = download(page, "save-project")
    saved = json.loads(project)["song"]
    assert [(section["name"], section["repeats"]) for section in saved] == [("A", 2), ("B", 1)]


def test_a_section_opens_again_on_the_sheet_and_undo_takes_it_off(page):
    song_of_two(page, "120")
    tempo = page.get_by_label("Tempo, beats a minute")
    tempo.fill("90")
    tempo.press("Enter")
    before, song = project(page), state(page, "song")
    act(page, page.get_by_role("button", name="Open section 1", exact=True).click)
    assert status(page) == (
        "Section A is on the sheet with all its rows locked. Undo takes it off again."
    )
    assert state(page, "view") == "studio"
    assert state(page, "tempo_bpm") == 90, "the song's own tempo stays"
    assert state(page, "song") == song
    found = [(hit["step"], hit["drum"]) for hit in groove(page)["hits"]]
    section = song[0]["groove"]["hits"]
    assert found == [(hit["step"], hit["drum"]) for hit in section]
    for key, unit in (("velocity", 1 / 127), ("microtiming", 1 / 60)):
        heard = [hit[key] for hit in groove(page)["hits"]]
        assert heard == pytest.approx([hit[key] for hit in section], abs=unit)
    changed = {key for key, value in project(page).items() if value != before[key]}
    assert {"locked_rows"} <= changed <= {"template", "locked_rows"}
    page.keyboard.press("Control+z")
    settle(page)
    assert project(page) == before
