"""The real app in a process of its own, and a real Chromium that looks at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from .hearing import HEAR

REPOSITORY = Path(__file__).parents[2]
START_TIMEOUT_S = 120
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_served(url, process):
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server stopped before it served a page"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"nothing was served within {START_TIMEOUT_S} s")


def running_app(directory, *options, checkout=REPOSITORY, port=None, **environment):
    """Run `app.py` of a checkout, with its checkpoint, in `directory` and yield its address."""
    command = [sys.executable, checkout / "app.py", *options]
    return serving(command, directory / "log.txt", directory, {**os.environ, **environment}, port)


@contextmanager
def serving(command, log, work_directory, environment, port=None):
    """Run a command that serves the page, told a port or a free one, and yield its address."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=work_directory,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        wait_until_served(url, process)
        yield url
        assert process.poll() is None, "the server stopped while it was being tested"
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert "Traceback" not in log.read_text(errors="replace")


@pytest.fixture(scope="session")
def app_url(tmp_path_factory):
    """The app as it is, for the whole session."""
    with running_app(tmp_path_factory.mktemp("app")) as url:
        yield url


@pytest.fixture
def silent_app_url(tmp_path):
    """The app on a machine without FluidSynth's library."""
    (tmp_path / "fluidsynth.py").write_text("raise ImportError('no library')\n")
    with running_app(tmp_path, PYTHONPATH=str(tmp_path)) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    playwright_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    with playwright_api.sync_playwright() as playwright:
        installed = path or playwright.chromium.executable_path
        if not Path(installed).exists():
            pytest.skip("no Chromium; run scripts/install-browser.sh")
        browser = playwright.chromium.launch(executable_path=installed, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


# `web("core/project.js")` in a page is one of its modules: the page itself shows its instance only.
WEB = """window.web = (name) => import(
  document.querySelector(`link[rel=modulepreload][href$="/${name}"]`).href
);"""

REFUSED = re.compile(r"the server responded with a status of (400|413|503)")


class Watch:
    """What a page did that it should not: console errors and requests to other hosts."""

    def __init__(self, page, url, expected_problem):
        self.problems = []
        self.expected_problem = expected_problem
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", lambda request: self._request(request, url))

    def _console(self, message):
        expected = self.expected_problem is not None and self.expected_problem in message.text
        # A browser reports what the studio refuses; the page says why, in a line of its own.
        refused = REFUSED.search(message.text) and "/api/" in message.location["url"]
        if message.type == "error" and not (expected or refused):
            self.problems.append(f"{message.type}: {message.text}")

    def _request(self, request, url):
        if not request.url.startswith((url, "data:", f"blob:{url}")):
            self.problems.append(f"outside request: {request.url}")


# Most tests are of what stands in a drawer; tests of the drawers close them.
OPEN_DRAWERS = "document.querySelectorAll('.ps-drawer').forEach((one) => { one.open = true; })"
STORED = "cookies,local_storage,session_storage,indexeddb,cache_storage"
VIEWPORT = {"width": 1280, "height": 900}
QUIET = {"service_workers": "block"}  # a test sees, and answers, what the page asks for


def new_context(browser, **options):
    context = browser.new_context(**{"viewport": VIEWPORT, **QUIET, **options})
    context.set_default_timeout(15000)
    context.add_init_script(WEB + HEAR)
    return context


def visit(page, url, expected_problem=None):
    """Open the page and wait for its first groove; return what watches it."""
    watch = Watch(page, re.match(r"[^?#]*", url)[0], expected_problem)
    page.goto(url)
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    page.evaluate(OPEN_DRAWERS)
    return watch


@pytest.fixture
def open_page(browser, app_url):
    """Return an opener of pages that fails the test on console errors and outside requests.

    Each page is in a browser of its own, which has never been here.
    """
    opened = []

    def open_one(expected_problem=None, url=app_url, **options):
        context = new_context(browser, **options)
        page = context.new_page()
        opened.append((context, visit(page, url, expected_problem)))
        return page

    yield open_one
    for context, watch in opened:
        context.close()
        assert watch.problems == []


@pytest.fixture(scope="session")
def visited(browser):
    """A browser that keeps the files of the page, as any does: again it opens in half the time."""
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def page(visited, app_url):
    """A page as a first visitor sees it: nothing is stored."""
    page = visited.new_page()
    storage = visited.new_cdp_session(page)
    storage.send("Storage.clearDataForOrigin", {"origin": app_url[:-1], "storageTypes": STORED})
    watch = visit(page, app_url)
    yield page
    for each in visited.pages:
        each.close()
    assert watch.problems == []
