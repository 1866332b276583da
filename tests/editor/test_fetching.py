"""The listening test's data set, fetched from the page by the real download of a real archive."""

import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pocket_studio.research.corpus.archive import ARCHIVE_NAME

from .conftest import REPOSITORY, free_port, running_app

PLACES = (
    Path(os.environ.get("GROOVE_ARCHIVE") or REPOSITORY / "data" / ARCHIVE_NAME),
    REPOSITORY.parent / "shared" / "data" / "groove-v1.0.0-midionly.zip",
)
ARCHIVE = next((place for place in PLACES if place.is_file()), PLACES[0])
needs_archive = pytest.mark.skipif(
    not ARCHIVE.is_file(), reason=f"no {ARCHIVE}; GROOVE_ARCHIVE names another place"
)

# Preparing takes seconds, which a click from outside may take too on a busy machine.
CANCEL_PREPARING = """async () => {
  const text = () => document.querySelector('[data-ps="view-listening"]').textContent;
  while (!text().includes('Preparing the data set…')) await new Promise(requestAnimationFrame);
  document.querySelector('[data-ps="fetch-cancel"]').click();
}"""


@contextmanager
def archive_server(content, held):
    """Serve `content`, the second half when `held` is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            try:
                self.wfile.write(content[:half])
                held.wait(60)
                self.wfile.write(content[half:])
            except OSError:
                pass  # it was cancelled

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/groove.zip"
    finally:
        held.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def app_that_fetches_from(archive_url, folder):
    """Run the app with another address of the archive; its data are in `folder`/data."""
    (folder / "sitecustomize.py").write_text(
        "import pocket_studio.research.corpus.archive as archive\n"
        f"archive.ARCHIVE_URL = {archive_url!r}\n"
    )
    path = os.pathsep.join((str(folder), str(REPOSITORY)))
    with running_app(folder, "--data", "data", PYTHONPATH=path) as url:
        yield url


def open_tab(open_page, url):
    page = open_page(url=url)
    page.get_by_role("tab", name="Listening test").click()
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".sqlite3")


@needs_archive
def test_it_is_fetched_with_progress_and_cancelled_cleanly(open_page, tmp_path):
    held, data = threading.Event(), tmp_path / "data"
    with (
        archive_server(ARCHIVE.read_bytes(), held) as archive_url,
        app_that_fetches_from(archive_url, tmp_path) as url,
    ):
        page = open_tab(open_page, url)
        page.get_by_text("The test needs human drummers").wait_for()
        button(page, "Fetch the data set (3 MB)").click()
        page.get_by_text("Fetching the data set: 48%").wait_for()
        assert (
            0.4
            < page.get_by_role("progressbar", name="The data set").evaluate("node => node.value")
            <= 0.6
        )
        other = open_tab(open_page, url)
        other.get_by_text("Fetching the data set: 48%").wait_for()
        assert not button(other, "Fetch the data set (3 MB)").is_visible(), "one at a time"
        button(other, "Cancel").click()
        page.get_by_text("Cancelling…").wait_for()
        held.set()
        page.get_by_text("The test needs human drummers").wait_for()
        assert files_in(data) == [], "nothing is left of it"
        button(page, "Fetch the data set (3 MB)").click()
        page.evaluate(CANCEL_PREPARING)
        # It yields to all else, so it may be long in clearing up.
        page.get_by_text("The test needs human drummers").wait_for(timeout=60000)
        assert files_in(data) == [ARCHIVE_NAME], "the archive is whole and stays"
        button(page, "Fetch the data set (3 MB)").click()
        page.wait_for_function(
            "!document.querySelector('[data-ps=\"start-preference\"]').disabled", timeout=90000
        )
        assert not page.locator('[data-ps="listening-fetch"]').is_visible()
        assert files_in(data) == [ARCHIVE_NAME, "groove.npz"]
        button(page, "Start Human or AI?").click()
        page.get_by_role("heading", name="Question 1 of 10").wait_for()


def test_another_file_is_refused_in_a_line(open_page, tmp_path):
    held = threading.Event()
    held.set()
    with (
        archive_server(b"not the archive", held) as archive_url,
        app_that_fetches_from(archive_url, tmp_path) as url,
    ):
        page = open_tab(open_page, url)
        button(page, "Fetch the data set (3 MB)").click()
        page.get_by_text("wrong SHA-256; nothing was kept").wait_for()
        assert files_in(tmp_path / "data") == []


def test_offline_the_tab_explains_itself_without_a_red_error(open_page, tmp_path):
    with app_that_fetches_from(f"http://127.0.0.1:{free_port()}/groove.zip", tmp_path) as url:
        page = open_tab(open_page, url)
        button(page, "Fetch the data set (3 MB)").click()
        page.get_by_text("The data set did not come. Is this machine offline?").wait_for()
        assert page.locator(".ps-error, .ps-warning:not(:empty)").count() == 0
        assert button(page, "Start Human or AI?").is_disabled()
        assert button(page, "Fetch the data set (3 MB)").is_visible(), "it may be tried again"
