"""Files that the browser tests bring in and take out."""

from pathlib import Path


def download(page, part):
    """Click the button of that name; return what it saves and under which name."""
    with page.expect_download() as waiting:
        page.locator(f'[data-ps="{part}"]').click()
    return Path(waiting.value.path()).read_bytes(), waiting.value.suggested_filename


def upload(page, name, content):
    """Choose a MIDI file; its dialog opens if it can be read."""
    page.set_input_files(
        '[data-ps="import-file"]', {"name": name, "mimeType": "audio/midi", "buffer": content}
    )


def drop(page, name, content):
    """Drop a file on the page."""
    drop_all(page, {name: content})


def drop_all(page, files):
    """Drop files, content by name, on the page at once."""
    page.evaluate(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, bytes] of files)
            transfer.items.add(new File([new Uint8Array(bytes)], name));
          for (const event of ['dragover', 'drop'])
            document.body.dispatchEvent(new DragEvent(event,
              {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""",
        [[name, list(content)] for name, content in files.items()],
    )


def add_to_song(page):
    page.get_by_role("button", name="Add to song").click()
