"""How long a frame of the groove's picture takes in a real Chromium.

Usage: python -m benchmarks.drawing URL [n]

Measured on the page at URL, for `n` (200) frames each: the groove as it is, with timing zoomed and
all hits selected, and one of 120 hits, all edited. A frame is read back afterwards, so that it is
drawn and not only queued; what reading costs by itself is measured too.
"""

import shutil
import sys
from typing import Final

from playwright.sync_api import sync_playwright

from benchmarks.editor_latency import CHROMIUM_FLAGS

N_FRAMES: Final = 200
MEASURE: Final = """async ([address, n]) => {
  const {drawGroove} = await import(address);
  const {boot, groove, store} = PocketStudio.instance;
  const {drums} = boot;
  const canvas = document.querySelector('[data-ps=heatmap]');
  const busy = Array.from({length: 120}, (_, i) => ({
    drum: drums[i % 7], step: Math.floor(i / 7) * 2 % 32 + (i > 111 ? 1 : 0),
    velocity: 0.3 + (i % 8) / 12, microtiming: Math.sin(i), edited: true,
  }));
  const keys = (hits) => hits.map(({drum, step}) => `${drum}:${step}`);
  const plain = {drums, template: store.state.template};
  const cases = {
    reading: null,
    'as it is': [groove, plain],
    'zoomed, all selected': [groove, {...plain, zoomed: true, selected: keys(groove.hits)}],
    '120 hits, edited, selected': [{...groove, hits: busy}, {...plain, selected: keys(busy)}],
  };
  const found = {};
  for (const [name, drawn] of Object.entries(cases)) {
    const times = [];
    for (let i = 0; i < n; i += 1) {
      const start = performance.now();
      if (drawn) drawGroove(canvas, ...drawn);
      canvas.getContext('2d').getImageData(0, 0, 1, 1);
      times.push(performance.now() - start);
      if (i % 20 === 0) await new Promise(requestAnimationFrame);
    }
    times.sort((a, b) => a - b);
    found[name] = [times[n >> 1], times[Math.floor(n * 0.95)]];
  }
  return found;
}"""
MODULE: Final = "link[rel=modulepreload][href$='/core/heatmap.js']"


def main() -> None:
    """Print the median and the 95th percentile of each case."""
    url = sys.argv[1]
    n = int(sys.argv[2]) if len(sys.argv) > 2 else N_FRAMES
    path = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        address = page.locator(MODULE).evaluate("link => link.href")
        for name, (median, p95) in page.evaluate(MEASURE, [address, n]).items():
            print(f"{name:28} {median:6.2f} ms, p95 {p95:6.2f} ms")
        browser.close()


if __name__ == "__main__":
    main()
