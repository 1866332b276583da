"""The page in Firefox and in WebKit, where Debian brings them: seen, clicked, painted, played."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import REPOSITORY

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
SCREEN = shutil.which("Xvfb")
WEBKIT_DRIVER = shutil.which("WebKitWebDriver")
MINI_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
KICK = '[role=gridcell][aria-label^="Kick, bar 1, beat 1, e"]'
TIMEOUT_S = 60
# Of selenium about itself.
pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")


def assert_works(first, last):
    assert first["nHits"] > 8
    assert last["template"][0][1] == "x" != first["template"][0][1]
    assert last["bottom"] <= 720, "the groove is on the first screen"


@pytest.mark.skipif(not FIREFOX, reason="no Firefox; run scripts/install-browser.sh")
def test_firefox(app_url):
    node = Path(shutil.which("node") or REPOSITORY / ".venv" / "bin" / "node")
    script = Path(__file__).with_name("firefox.mjs")
    done = subprocess.run(
        [node, script, FIREFOX, app_url],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert_works(seen["first"], seen["last"])
    assert seen["last"]["velocity_pattern"].startswith("5555")
    assert seen["problems"] == []


@pytest.fixture
def webkit(tmp_path):
    """A window of WebKitGTK on a screen of its own."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if not (WEBKIT_DRIVER and MINI_BROWSERS and SCREEN):
        pytest.skip("no WebKit; run scripts/install-browser.sh")
    display = tmp_path / "display"
    with display.open("wb") as told:
        screen = subprocess.Popen(
            [SCREEN, "-displayfd", str(told.fileno()), "-screen", "0", "1400x1000x24"],
            pass_fds=[told.fileno()],
            stderr=subprocess.DEVNULL,
        )
    number = until(lambda: display.read_text().strip())
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINI_BROWSERS[-1])
    options.add_argument("--automation")
    service = webdriver.webkitgtk.service.Service(
        WEBKIT_DRIVER, env={"DISPLAY": f":{number}", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    )
    try:
        driver = webdriver.WebKitGTK(options=options, service=service)
        yield driver
        driver.quit()
    finally:
        screen.terminate()
        screen.wait()


def until(asked):
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        if found := asked():
            return found
        time.sleep(0.1)
    pytest.fail("it did not come")


def look(driver):
    return driver.execute_script(
        """const instance = window.PocketStudio?.instance;
        if (!instance?.groove) return null;
        const {bottom} = document.querySelector("[data-ps=output]").getBoundingClientRect();
        return {template: instance.store.state.template, nHits: instance.groove.hits.length,
                version: instance.version, bottom,
                playing: !document.querySelector("[data-ps=playhead]").hidden};"""
    )


def test_webkit(webkit, app_url):
    webkit.set_window_size(1280, 820)
    webkit.get(app_url)
    first = until(lambda: look(webkit))
    webkit.find_element("css selector", KICK).click()
    until(lambda: look(webkit)["version"] > first["version"])
    assert_works(first, look(webkit))
    webkit.find_element("css selector", '[data-ps="play"]').click()
    until(lambda: look(webkit)["playing"])
