// Where a bar fills the width: go to the other one, and along with what plays.

/** @import { App, Hooks } from "../types.js" */

const OWN_WAY_MS = 5000; // who has scrolled looks at something

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindJumps({ part, transport }) {
  const scroller = part("scroller");
  const half = () => part("count").clientWidth / 2;
  const fits = () => scroller.scrollWidth <= scroller.clientWidth;
  const shown = () => (fits() ? null : Number(scroller.scrollLeft > half() / 2));
  let frame = null;
  let followed = null; // the bar that was gone to last
  let moved = -Infinity;

  const go = (bar) => scroller.scrollTo({ left: bar * half() });

  function mark() {
    for (const bar of [0, 1]) {
      if (shown() === bar) part(`jump-${bar}`).setAttribute("aria-current", "true");
      else part(`jump-${bar}`).removeAttribute("aria-current");
    }
  }

  function follow() {
    frame = transport.playing ? requestAnimationFrame(follow) : null;
    const phase = transport.heardPhase;
    if (phase === null || fits() || performance.now() - moved < OWN_WAY_MS) return;
    const bar = phase < 0.5 ? 0 : 1;
    if (bar === followed) return;
    followed = bar;
    go(bar);
  }

  for (const bar of [0, 1]) {
    part(`jump-${bar}`).addEventListener("click", () => {
      moved = performance.now();
      go(bar);
    });
  }
  for (const kind of ["pointerdown", "wheel"]) {
    scroller.addEventListener(
      kind,
      () => {
        moved = performance.now();
      },
      { passive: true },
    );
  }
  scroller.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(part("count"));
  return {
    sound() {
      if (transport.playing && frame === null) follow();
    },
  };
}
