"""Files in and out of the page: references, broken files, downloads."""

from pathlib import Path

import pytest

from pocket_studio.midi import read_track

from .page_actions import SETTLED, act, groove, state, status


def download(page, kind):
    with page.expect_download() as waiting:
        page.locator(f'[data-ps="export-{kind}"]').click()
    return Path(waiting.value.path()).read_bytes(), waiting.value.suggested_filename


def upload(page, name, content):
    page.set_input_files(
        '[data-ps="reference-file"]', {"name": name, "mimeType": "audio/midi", "buffer": content}
    )


def test_the_midi_download_is_the_groove_that_is_shown(page):
    content, name = download(page, "midi")
    assert name.endswith(".mid")
    track = read_track(content)
    hits = groove(page)["hits"]
    assert track.note.sum() == len(hits)
    assert track.tempo_bpm == pytest.approx(groove(page)["tempo_bpm"], abs=0.01)


@pytest.mark.parametrize(
    ("kind", "start"), [("wav", b"RIFF"), ("png", b"\x89PNG"), ("svg", b"<?xml")]
)
def test_the_other_downloads_are_what_they_say(page, kind, start):
    content, name = download(page, kind)
    assert name.endswith(f".{kind}")
    assert content.startswith(start)


def test_a_reference_gives_its_feel_and_can_be_removed(page):
    plain = groove(page)
    first_seed = page.get_by_label("Seed", exact=True).input_value()
    page.get_by_label("Seed", exact=True).fill("99")
    act(page, lambda: page.keyboard.press("Enter"))
    content, _ = download(page, "midi")
    page.get_by_label("Seed", exact=True).fill(first_seed)
    act(page, lambda: page.keyboard.press("Enter"))
    assert groove(page) == plain
    act(page, lambda: upload(page, "feel.mid", content))
    assert page.locator('[data-ps="reference-name"]').inner_text() == "feel.mid"
    assert groove(page)["hits"] != plain["hits"]
    act(page, page.get_by_role("button", name="Remove the reference").click)
    assert not page.locator('[data-ps="reference"]').is_visible()
    assert groove(page) == plain


@pytest.mark.parametrize("content", [b"", b"not midi", b"MThd\x00\x00\x00\x06\x00\x01"])
def test_a_broken_reference_is_one_line_and_the_sketch_stays(page, content):
    before = state(page, "template"), groove(page)
    upload(page, "broken.mid", content)
    page.locator(".ps-status.ps-error").wait_for()
    words = status(page)
    assert words.startswith("broken.mid: ")
    assert "\n" not in words
    page.wait_for_function(SETTLED)
    assert (state(page, "template"), groove(page)) == before
    assert state(page, "reference") is None


def test_a_file_that_is_too_large_is_not_even_sent(page):
    page.on("request", lambda request: pytest.fail(request.url))
    upload(page, "large.mid", b"MThd" + bytes(5 * 2**20))
    page.locator(".ps-status.ps-error").wait_for()
    assert "large.mid is too large" in status(page)


def test_a_file_dropped_on_the_page_is_read(page):
    content, _ = download(page, "midi")
    act(
        page,
        lambda: page.evaluate(
            """(bytes) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.mid'));
              for (const name of ['dragover', 'drop'])
                document.body.dispatchEvent(new DragEvent(name,
                  {dataTransfer: transfer, bubbles: true, cancelable: true}));
            }""",
            list(content),
        ),
    )
    assert state(page, "reference.name") == "dropped.mid"
