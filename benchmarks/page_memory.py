"""Half an hour of random editing in a browser that nothing else looks into: the page's memory.

Usage: python -m benchmarks.page_memory [minutes] [seed]

As `benchmarks.random_editing`, but Chromium is told what to do over its DevTools protocol alone,
without its network part: Playwright keeps that on, and the browser then keeps every answer that the
page gets in the page's own process. The loop plays meanwhile. Printed once a minute, after a
collection: the memory of the page's JavaScript, of Chromium's page process and of the server.
"""

import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import websocket

from benchmarks.editor_latency import CHROMIUM_FLAGS, HOST, OPEN_DRAWERS, free_port, running_app
from benchmarks.random_editing import (
    ACTIONS_A_SECOND,
    CONTROLS,
    LEFT_OUT,
    print_memory,
    renderers,
    report_memory,
    rss_mb,
)

READY: Final = "Boolean(window.PocketStudio?.instance?.groove)"
PLAYING: Final = "PocketStudio.instance.transport.heardPhase !== null"
# Where something is on the page; null where it cannot be clicked.
PLACE: Final = """(node) => {
  node?.scrollIntoView({block: 'nearest'});
  const box = node?.getBoundingClientRect();
  if (!box?.width || node.disabled) return null;
  return {x: box.x, y: box.y, width: box.width, height: box.height, name: node.localName};
}"""


class DevTools:
    """One page of a browser, over its DevTools protocol."""

    def __init__(self, port: int) -> None:
        with urllib.request.urlopen(f"http://{HOST}:{port}/json") as answer:
            page = next(one for one in json.load(answer) if one["type"] == "page")
        self._socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], suppress_origin=True
        )
        self._numbers = itertools.count(1)

    def send(self, method: str, **params: Any) -> Any:  # as the protocol has them
        """Call `method` and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                return answer.get("result", {})

    def evaluate(self, expression: str) -> Any:  # whatever it gives
        """Return the value of a JavaScript expression on the page."""
        found = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        while not self.evaluate(expression):
            time.sleep(0.1)

    def press(self, key: str) -> None:
        """Press and release a key."""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def drag(self, *points: tuple[float, float]) -> None:
        """Press the mouse at the first of `points`, move to each and release it at the last."""
        held = {"button": "left", "buttons": 1}
        (x, y), (end_x, end_y) = points[0], points[-1]
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, clickCount=1, **held)
        for at_x, at_y in points[1:]:
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=at_x, y=at_y, **held)
        self.send(
            "Input.dispatchMouseEvent",
            type="mouseReleased",
            x=end_x,
            y=end_y,
            button="left",
            clickCount=1,
        )


@contextmanager
def browser_page(url: str) -> Iterator[DevTools]:
    """Open `url` in a new Chromium and yield its page."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = (
            *(chromium, *CHROMIUM_FLAGS, "--headless=new", "--window-size=1280,1200"),
            *(f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "about:blank"),
        )
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  as above
        try:
            page = _attached(port)
            page.send("Page.navigate", url=url)
            yield page
        finally:
            process.terminate()
            process.wait()


def _attached(port: int) -> DevTools:
    for _ in range(300):
        try:
            return DevTools(port)
        except (OSError, StopIteration):
            time.sleep(0.1)
    raise SystemExit("Chromium does not answer")


def act(page: DevTools, rng: random.Random) -> str:
    """Do one random thing; return what it was."""
    kind = rng.choices(("grid", "lane", "heatmap", "control"), (30, 12, 12, 36))[0]
    if kind == "control":
        return use_control(page, rng)
    name = rng.choice(("velocity_pattern", "microtiming_pattern")) if kind == "lane" else kind
    box = page.evaluate(f"({PLACE})(document.querySelector('[data-ps={name}]'))")
    if box is None:
        return "nothing"
    x, y = (box["x"] + rng.random() * box["width"], box["y"] + rng.random() * box["height"])
    last_x = min(x + rng.uniform(0, 160), box["x"] + box["width"] - 2)
    last = (last_x, y + rng.uniform(-15, 15))
    page.drag((x, y), *([] if kind == "grid" else [((x + last_x) / 2, y), last]))
    return kind


def use_control(page: DevTools, rng: random.Random) -> str:
    """Use one of the controls that can be seen."""
    left_out = "|".join(LEFT_OUT)
    box = page.evaluate(f"""(() => {{
      const wanted = (node) => !/^({left_out})/.test(node.dataset.ps ?? '') && !node.disabled
        && node.checkVisibility({{visibilityProperty: true}});
      const controls = [...document.querySelectorAll(`{CONTROLS}`)].filter(wanted);
      const control = controls[{rng.randrange(10**6)} % controls.length];
      if (control.matches('input, select')) control.focus();
      return ({PLACE})(control);
    }})()""")
    if box is None:
        return "nothing"
    if box["name"] == "button":
        page.drag((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    else:
        page.press(rng.choice(("ArrowUp", "ArrowDown")))
    return str(box["name"])


def main() -> None:
    """Run and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)  # noqa: S311  no secret
    memory: list[dict[str, float]] = []
    counts: dict[str, int] = {}
    port = free_port()
    with running_app(port) as app, browser_page(f"http://{HOST}:{port}/") as page:
        page.until(READY)
        page.evaluate(OPEN_DRAWERS)

        def remember() -> None:
            page.send("HeapProfiler.collectGarbage")
            heap_bytes = page.send("Runtime.getHeapUsage")["usedSize"]
            sizes = {
                "javascript": heap_bytes / 2**20,
                "page": max(map(rss_mb, renderers())),
                "server": rss_mb(app.pid),
            }
            memory.append(sizes)
            print_memory(memory)

        started = time.monotonic()
        while (passed := time.monotonic() - started) < minutes * 60:
            if passed >= 60 * len(memory):
                remember()
            done = act(page, rng)
            counts[done] = counts.get(done, 0) + 1
            if page.evaluate("Boolean(document.querySelector('dialog[open]'))"):
                page.press("Escape")
            if not page.evaluate(PLAYING):
                box = page.evaluate(f"({PLACE})(document.querySelector('[data-ps=play]'))")
                page.drag((box["x"] + 20, box["y"] + box["height"] / 2))
                page.until(PLAYING)
            time.sleep(rng.uniform(0.2, 1.8) / ACTIONS_A_SECOND)
        remember()
        asked = page.evaluate("PocketStudio.instance.channel.counts.sent")
    print(f"{sum(counts.values())} actions: {counts}; {asked} grooves asked for")
    report_memory(memory)


if __name__ == "__main__":
    main()
