"""How long the editor keeps its user waiting, in a real Chromium against the real app.

Usage: python -m benchmarks.editor_latency [n]

Measured: `python app.py` until the first page is served; in Chromium, from the request of the page
until its first groove is drawn; from the pointer's release until the new picture is drawn and until
hits sound as they are now (the output's own latency included), and the processor time of the server
that an edit costs; from Play on a page that was just opened until the first sound; the frames while
a contour is painted and the loop plays; the same waits for the controls that ask no model, counting
the grooves that were asked for; and 20 clients that edit at the same time, each again as soon as
0.3 s after its last answer. Everything stays on the loopback address.
"""

import http.client
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

HOST: Final = "127.0.0.1"
N_CLIENTS: Final = 20
N_EDITS: Final = 8
THINK_S: Final = 0.3
START_TIMEOUT_S: Final = 120
CHROMIUM_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
SKETCH: Final = {
    "kick": "x......x..x....." * 2,
    "snare": "....x.......x..." * 2,
    "closed_hat": "x.x.x.x.x.x.x.x." * 2,
}

OPEN_DRAWERS: Final = (
    "document.querySelectorAll('.ps-drawer').forEach((one) => { one.open = true; })"
)
FRAME_S: Final = 1 / 60
PAINTED_S: Final = 6.0

CONTROLS: Final = {
    "tempo": '[data-ps="tempo-slider"]',
    "swing": '[data-ps="swing"]',
    "dynamics": '[data-ps="velocity_amount"]',
    "feel": '[data-ps="microtiming_amount"]',
    "metronome": '[data-ps="click"]',
    "mute": "role=button[name='Mute Kick']",
    "solo": "role=button[name='Solo Snare']",
}

SETTLED: Final = """() => {
  const {channel, transport} = PocketStudio.instance;
  return !channel.busy && !transport.busy;
}"""

# Keeps the time of the last release, and how long after it picture and sound came; of the way to
# the picture also when the request had left and how long the answer took.
WATCH: Final = """() => {
  const {root, transport} = PocketStudio.instance;
  window.times = {picture: [], sound: [], asking: [], answering: []};
  let released = null, drawn = false;
  performance.setResourceTimingBufferSize(2000);
  new PerformanceObserver((list) => {
    for (const {name, startTime, responseEnd} of list.getEntries()) {
      if (!name.endsWith('/api/groove')) continue;
      times.asking.push(startTime - times.released);
      times.answering.push(responseEnd - startTime);
    }
  }).observe({type: 'resource'});
  for (const kind of ['pointerup', 'input'])
    addEventListener(kind, () => {
      released = times.released = performance.now();
      drawn = false;
    }, true);
  root.addEventListener('pocket:picture', () => {
    if (released !== null && !drawn) times.picture.push(performance.now() - released);
    drawn = true;
  });
  root.addEventListener('pocket:sound', ({detail}) => {
    const ahead_s = detail.startTime - detail.contextTime
      + (transport.context.outputLatency || 0);
    if (released !== null) times.sound.push(performance.now() + 1000 * ahead_s - released);
    released = null;
  });
}"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class App:
    """A server that answers: its process, and how long it took to start."""

    pid: int
    start_s: float


@contextmanager
def running_app(port: int) -> Iterator[App]:
    """Run `python app.py` and yield it once the page is served."""
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own program
        (sys.executable, "app.py", "--port", str(port)),
        cwd=Path(__file__).parents[1],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - started < START_TIMEOUT_S and process.poll() is None:
            try:
                get(port, "/")
                break
            except OSError:
                time.sleep(0.02)
        yield App(process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(timeout=20)


def get(port: int, path: str) -> bytes:
    """Return what the app serves at `path`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def first_loads(browser: Browser, port: int, n: int) -> list[float]:
    """Open the page `n` times in a new browser context; return ms until a groove is drawn."""
    loads_ms = []
    for _ in range(n):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        started = time.perf_counter()
        page.goto(f"http://{HOST}:{port}/", wait_until="commit")
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        loads_ms.append(1000 * (time.perf_counter() - started))
        context.close()
    return loads_ms


def first_sounds(browser: Browser, port: int, n: int) -> list[float]:
    """Press Play `n` times on a page that was just opened; return ms until the first sound."""
    waits_ms = []
    for _ in range(n):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"http://{HOST}:{port}/")
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        page.evaluate(WATCH)
        page.locator('[data-ps="play"]').click()
        page.wait_for_function("times.sound.length > 0")
        waits_ms.append(page.evaluate("times.sound[0]"))
        context.close()
    return waits_ms


def painted_frames(page: Page) -> list[float]:
    """Paint the velocity contour while the loop plays; return the seconds between frames."""
    page.evaluate(
        """() => {
          window.frames_s = [];
          let last = null;
          const note = (now) => {
            if (last !== null) frames_s.push((now - last) / 1000);
            last = now;
            window.framing = requestAnimationFrame(note);
          };
          window.framing = requestAnimationFrame(note);
        }"""
    )
    box: dict[str, float] = page.evaluate(
        "document.querySelector('[data-ps=velocity_pattern]').getBoundingClientRect().toJSON()"
    )
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    started, turn = time.perf_counter(), 0
    while time.perf_counter() - started < PAINTED_S:
        turn += 1
        x = box["x"] + (0.02 + 0.96 * (turn % 40) / 40) * box["width"]
        y = box["y"] + (0.1 + 0.8 * (turn % 7) / 7) * box["height"]
        page.mouse.move(x, y)
    page.mouse.up()
    frames: list[float] = page.evaluate("cancelAnimationFrame(framing), frames_s")
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(1000)
    return frames


def processor_s(pid: int) -> float:
    """Return the processor time that a process has taken (Linux), else not a number."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def edit_cells(page: Page, n: int) -> dict[str, list[float]]:
    """Click `n` cells while the loop plays; return the waits in ms."""
    page.keyboard.press("Space")
    page.wait_for_function("PocketStudio.instance.transport.heardPhase !== null")
    page.evaluate(WATCH)
    cells = page.locator("[role=gridcell]")
    for edit in range(n):
        version = page.evaluate("PocketStudio.instance.version")
        cells.nth(32 * (edit % 7) + (5 * edit) % 32).click()
        # A groove that came out the same is drawn but not rendered again.
        page.wait_for_function(f"PocketStudio.instance.version > {version}")
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(120)
    times: dict[str, list[float]] = page.evaluate("times")
    return times


def use_controls(page: Page, n: int) -> tuple[dict[str, list[float]], int]:
    """Use each control that needs no model `n` times; return waits in ms and grooves asked for."""
    sent = "PocketStudio.instance.channel.counts.sent"
    before = page.evaluate(sent)
    waits_ms: dict[str, list[float]] = {}
    for name, part in CONTROLS.items():
        page.evaluate("times.sound.length = 0")
        control = page.locator(part).first
        for turn in range(n):
            if control.evaluate("node => node.matches('input')"):
                control.focus()
                page.keyboard.press("ArrowUp" if turn % 4 < 2 else "ArrowDown")
            else:
                control.click()
            page.wait_for_function(f"times.sound.length === {turn + 1}")
            page.wait_for_timeout(60)
        waits_ms[name] = page.evaluate("times.sound")
    return waits_ms, page.evaluate(sent) - before


def edit_from_many_clients(port: int) -> tuple[list[float], int]:
    """Let 20 clients edit at once; return the waits in ms and how many edits had no groove."""
    waits_ms: list[float] = []
    lock = threading.Lock()

    def edit(client: int) -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        for number in range(N_EDITS):
            data: dict[str, Any] = {"template": SKETCH, "seed": 1000 * client + number}
            started = time.perf_counter()
            connection.request("POST", "/api/groove", json.dumps(data))
            answer = json.loads(connection.getresponse().read())
            wait_ms = (time.perf_counter() - started) * 1000
            with lock:
                if answer.get("seed") == data["seed"] and "groove" in answer:
                    waits_ms.append(wait_ms)
            time.sleep(THINK_S)
        connection.close()

    clients = [threading.Thread(target=edit, args=(number,)) for number in range(N_CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(timeout=120)
    return waits_ms, N_CLIENTS * N_EDITS - len(waits_ms)


def print_row(name: str, times_ms: list[float], target: str) -> None:
    """Print median and 95th percentile."""
    p50, p95 = np.percentile(times_ms, [50, 95]) if times_ms else (float("nan"),) * 2
    print(f"{name:<44}{p50:8.0f}{p95:8.0f}   {target}")


def main() -> None:
    """Print the table."""
    n = min(200, int(sys.argv[1])) if len(sys.argv) > 1 else 40
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    port = free_port()
    with running_app(port) as app:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=list(CHROMIUM_FLAGS)
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            loads_ms = first_loads(browser, port, max(3, n // 8))
            cold_ms = first_sounds(browser, port, max(3, n // 8))
            page.goto(f"http://{HOST}:{port}/")
            page.wait_for_function("window.PocketStudio?.instance?.groove")
            page.evaluate(OPEN_DRAWERS)
            page.wait_for_timeout(3000)  # the other takes and the kit are there
            before_s = processor_s(app.pid)
            times = edit_cells(page, n)
            edit_ms = 1000 * (processor_s(app.pid) - before_s) / n
            frames_s = painted_frames(page)
            controls, n_asked = use_controls(page, max(4, n // 2))
            latency_ms = page.evaluate(
                "1000 * (PocketStudio.instance.transport.context.outputLatency || 0)"
            )
            browser.close()
        waits_ms, lost = edit_from_many_clients(port)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, n = {n}")
    print(f"python app.py served its first page after {app.start_s:.1f} s   (target 8 s)")
    print(f"{'ms':<44}{'p50':>8}{'p95':>8}   target for p95")
    print_row("page requested -> first groove drawn", loads_ms, "3000")
    print_row("Play on a page just opened -> first sound", cold_ms, "300")
    print_row("pointer-up -> new picture", times["picture"], "60")
    print_row("    of which until the request leaves", times["asking"], "")  # with pointer-down
    print_row("    there and back, and the model", times["answering"], "")
    print_row("pointer-up -> hits as they are now", times["sound"], "100")
    for name, waits in controls.items():
        print_row(f"{name} -> audible", waits, "60")
    print(f"    grooves that the controls asked the model for: {n_asked} (target 0)")
    print(f"    of which the browser's output latency: {latency_ms:.0f} ms")
    late = sum(max(0, round(frame / FRAME_S) - 1) for frame in frames_s)
    share = 100 * late / (len(frames_s) + late)
    print(f"    processor time of the server an edit: {edit_ms:.1f} ms (target 10)")
    rate = len(frames_s) / sum(frames_s)
    print(
        f"    painting while it plays: {rate:.0f} frames a second, {share:.1f}% dropped (target 60)"
    )
    print_row(f"{N_CLIENTS} clients editing at once", waits_ms, f"1000; lost: {lost} (target 0)")


if __name__ == "__main__":
    main()
