"""Half an hour of random editing while the loop plays: errors, glitches, memory.

Usage: python -m benchmarks.random_editing [minutes] [seed]

A script does what hands might do on every control that it finds in the Groove view, about four
times a second. Reported: console errors; glitches in the sound as the page puts it out, recorded by
an audio worklet (a step between two samples that stands alone among its neighbours where no hit
begins, or 128 frames of silence just after a hit); and once a minute the memory of the page's
JavaScript (after a collection), of Chromium's page process and of the server.
"""

import os
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import CDPSession, Error, Locator, Page, sync_playwright

from benchmarks.editor_latency import (
    CHROMIUM_FLAGS,
    HOST,
    OPEN_DRAWERS,
    free_port,
    running_app,
)

ACTIONS_A_SECOND: Final = 4
SETTLED_MINUTES: Final = 5
# Files, links and other tabs are no editing; Play would end the recording.
LEFT_OUT: Final = (
    "play",
    "open-project",
    "open-help",
    "save-",
    "share",
    "export",
    "reference-button",
    "import",
    "drag",
    "soundfont",
    "tab-",
)
CONTROLS: Final = (
    '[data-ps="root"] :is(button, select, input[type=range], input[type=number], [role=radio])'
)

# Judges each render quantum where it is made and reports only what looks wrong.
RECORDER: Final = """async () => {
  const {transport, root} = PocketStudio.instance;
  const {context, output} = transport;
  const code = `const ALONE = 8;  // times the usual step: noise of a cymbal has up to five
    registerProcessor('judge', class extends AudioWorkletProcessor {
    constructor() { super(); this.last = 0; }
    process([input]) {
      const line = input[0];
      if (!line) { this.last = 0; return true; }
      const steps = line.map((sample, index) => Math.abs(sample - (line[index - 1] ?? this.last)));
      this.last = line.at(-1);
      steps.sort();
      const [usual, step] = [steps[steps.length >> 1], steps.at(-1)];
      const peak = Math.max(...line.map(Math.abs));
      this.port.postMessage([currentTime, step, peak, step > ALONE * usual]);
      return true;
    } });`;
  await context.audioWorklet.addModule(
    URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
  const judge = new AudioWorkletNode(context, 'judge');
  window.judged = {quanta: 0, steps: [], silences: [], loudest: 0, changes: 0};
  const ALLOWED_STEP = 0.1;  // where no hit begins
  const web = (name) => import(
    document.querySelector(`link[rel=modulepreload][href$="/${name}"]`).href);
  const {scoreOf} = await web('sound/transport.js');
  const {eventsBetween} = await web('sound/score.js');
  let quiet = 0;  // until then hits may come or go with a change
  root.addEventListener('pocket:sound', ({detail}) => {
    judged.changes += 1;
    quiet = Math.max(quiet, (detail.startTime ?? context.currentTime) + 0.2);
  });
  /** The hits that begin in a span of the audio clock, of what plays. */
  const begun = (from, until) => {
    const [first, last] = [transport.positionAt(from), transport.positionAt(until)];
    return first === null ? [] : eventsBetween(scoreOf(transport.source), first, last);
  };
  judge.port.onmessage = ({data: [at, step, peak, alone]}) => {
    judged.quanta += 1;
    judged.loudest = Math.max(judged.loudest, peak);
    if (!transport.playing || at < quiet) return;
    const jumps = alone && step > ALLOWED_STEP;
    if (jumps && !begun(at - 0.05, at + 0.01).length) judged.steps.push([at, step]);
    // Not every kit has a metronome.
    const sounding = begun(at - 0.02, at - 0.005)
      .filter(({velocity, voice}) => velocity > 0.05 && !voice.endsWith('_click'));
    const silent = peak === 0 && output.gain.value > 0;
    if (silent && sounding.length) judged.silences.push([at, sounding[0].voice]);
  };
  output.connect(judge).connect(context.destination);
}"""


def act(page: Page, rng: random.Random) -> str:
    """Do one random thing; return what it was."""
    kind = rng.choices(("cell", "lane", "hit", "control", "undo", "redo"), (30, 12, 12, 36, 6, 4))[
        0
    ]
    if kind == "cell":
        page.locator('[data-ps="grid"] [role=gridcell]').nth(rng.randrange(224)).click(timeout=2000)
    elif kind in ("lane", "hit"):
        part = (
            rng.choice(("velocity_pattern", "microtiming_pattern")) if kind == "lane" else "heatmap"
        )
        drag(page, page.locator(f'[data-ps="{part}"]'), rng)
    elif kind == "control":
        return use_control(page, rng)
    else:
        page.keyboard.press("Control+z" if kind == "undo" else "Control+y")
    return kind


def drag(page: Page, area: Locator, rng: random.Random) -> None:
    """Drag over a part of `area`."""
    area.scroll_into_view_if_needed(timeout=2000)
    box = area.bounding_box()
    if box is None:
        return
    x, y = (box["x"] + rng.random() * box["width"], box["y"] + rng.random() * box["height"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(
        min(x + rng.uniform(0, 160), box["x"] + box["width"] - 2), y + rng.uniform(-15, 15), steps=5
    )
    page.mouse.up()


def use_control(page: Page, rng: random.Random) -> str:
    """Use one of the controls that can be seen."""
    controls = page.locator(CONTROLS)
    control = controls.nth(rng.randrange(controls.count()))
    name = control.get_attribute("data-ps") or ""
    if name.startswith(LEFT_OUT) or not control.is_visible() or not control.is_enabled():
        return "nothing"
    if control.evaluate("node => node.matches('select')"):
        n_options = control.locator("option").count()
        control.select_option(index=rng.randrange(n_options), timeout=2000)
    elif control.evaluate("node => node.matches('input')"):
        control.focus()
        page.keyboard.press(rng.choice(("ArrowUp", "ArrowDown", "PageUp", "PageDown")))
    else:
        control.click(timeout=2000)
    return name


def memory_mb(devtools: CDPSession, server_pid: int) -> dict[str, float]:
    """Return the memory of JavaScript, of Chromium's page process and of the server."""
    devtools.send("HeapProfiler.collectGarbage")
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    heap_bytes = next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize")
    return {
        "javascript": heap_bytes / 2**20,
        "page": max(rss_mb(pid) for pid in renderers()),
        "server": rss_mb(server_pid),
    }


def renderers() -> list[int]:
    """Return the page processes of the browser that this process has started."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        pid = int(place.parent.name)
        try:
            if b"--type=renderer" in place.read_bytes() and os.getpid() in _ancestors(pid):
                found.append(pid)
        except OSError:  # it has ended meanwhile
            continue
    return found


def _ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        status = Path(f"/proc/{pid}/status").read_text()
        pid = next(int(x.split()[1]) for x in status.splitlines() if x.startswith("PPid"))
        found.append(pid)
    return found


def rss_mb(pid: int) -> float:
    """Return the memory that a process has (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmRSS")) / 1024


def edit(page: Page, minutes: float, rng: random.Random, server_pid: int) -> dict[str, Any]:
    """Edit for `minutes`; print the memory once a minute and return what was counted."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    memory: list[dict[str, float]] = []
    counts: dict[str, int] = {}
    started = time.monotonic()
    while (passed := time.monotonic() - started) < minutes * 60:
        if passed >= 60 * len(memory):
            memory.append(memory_mb(devtools, server_pid))
            print_memory(memory)
        try:
            done = act(page, rng)
        except Error as error:  # the control moved away or is covered: nothing was edited
            done = f"missed: {str(error).splitlines()[0][:60]}"
        counts[done] = counts.get(done, 0) + 1
        if page.locator("dialog[open]").count():
            page.keyboard.press("Escape")
        if not page.evaluate("PocketStudio.instance.transport.playing"):
            page.locator('[data-ps="play"]').click()
        page.wait_for_timeout(1000 / ACTIONS_A_SECOND * rng.uniform(0.2, 1.8))
    memory.append(memory_mb(devtools, server_pid))
    return {"memory": memory, "counts": counts, "judged": page.evaluate("judged")}


def report(result: dict[str, Any], errors: list[str]) -> None:
    """Print what was found."""
    judged, memory = result["judged"], result["memory"]
    n_actions = sum(n for name, n in result["counts"].items() if not name.startswith("missed"))
    n_missed = sum(n for name, n in result["counts"].items() if name.startswith("missed"))
    print(f"{n_actions} actions of {len(result['counts'])} kinds, {n_missed} missed their control")
    print(f"console errors: {len(errors)}   (target 0)", *errors[:5], sep="\n  ")
    seconds, loudest = judged["quanta"] * 128 / 44100, judged["loudest"]
    print(f"{seconds:.0f} s of sound judged, {judged['changes']} changes, peak {loudest:.2f}")
    print(f"steps where no hit begins:        {len(judged['steps'])}   (target 0)")
    print(f"silences where there is sound:    {len(judged['silences'])}   (target 0)")
    for found in (*judged["steps"][:5], *judged["silences"][:5]):
        print("   ", found)
    report_memory(memory)


def print_memory(memory: list[dict[str, float]]) -> None:
    """Print the sizes of the last minute."""
    numbers = "  ".join(f"{name} {value:7.1f}" for name, value in memory[-1].items())
    print(f"minute {len(memory) - 1:3d}   MB: {numbers}", flush=True)


def report_memory(memory: list[dict[str, float]]) -> None:
    """Print how each size has grown since it was settled."""
    base = memory[min(SETTLED_MINUTES, len(memory) - 1)]
    for name, value in memory[-1].items():
        growth = 100 * (value / base[name] - 1)
        print(
            f"memory of {name}: {base[name]:.0f} -> {value:.0f} MB, {growth:+.1f}%   (target < 10%)"
        )


def main() -> None:
    """Run and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    port = free_port()
    errors: list[str] = []
    with running_app(port) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = browser.new_page(
            viewport={"width": 1280, "height": 1200},
            bypass_csp=True,  # for the recorder, which is a script of text
        )
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"http://{HOST}:{port}/")
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        page.evaluate(OPEN_DRAWERS)
        page.locator("body").press("Space")
        page.wait_for_function("PocketStudio.instance.transport.heardPhase !== null")
        page.evaluate(RECORDER)
        result = edit(page, minutes, random.Random(seed), app.pid)  # noqa: S311  no secret
        browser.close()
    report(result, errors)


if __name__ == "__main__":
    main()
