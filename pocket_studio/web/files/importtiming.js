// Where the bars of a file begin, and its tempo, if it says them wrong or not at all.

import { bindNumber } from "../core/fields.js";
import { fieldOf } from "../core/project.js";
import { clamp } from "../core/shaping.js";
import { STEPS } from "../core/steps.js";
import { bindTap, createTap } from "../core/tapping.js";

const HALF_BAR = 8; // sixteenths: bars begin at most so much later than the file says, or earlier
const MOVES = { "beat-earlier": -4, earlier: -1, later: 1, "beat-later": 4 };
const DECIMALS = 3;

function downbeatWords(downbeat) {
  if (downbeat === 0) return "as in the file";
  const n = Math.abs(downbeat);
  return `${n} sixteenth${n === 1 ? "" : "s"} ${downbeat > 0 ? "later" : "earlier"}`;
}

/** Half a bar later is half a bar earlier. */
const moved = (downbeat, by) => {
  const turned = (downbeat + by + HALF_BAR) % (2 * HALF_BAR);
  return ((turned + 2 * HALF_BAR) % (2 * HALF_BAR)) - HALF_BAR;
};

/**
 * Two bars as they lie once their hits are moved on by so many sixteenths: a loop is turned round,
 * in a longer file what comes in at the other end is known to the server only.
 *
 * @param {{ groove: import("../types.js").Groove, n_bars: number }} answer
 */
export function dragged({ groove, n_bars: nBars }, by) {
  const isLoop = nBars <= 2;
  const hits = groove.hits
    .map((hit) => ({ ...hit, step: hit.step + by }))
    .filter(({ step }) => isLoop || (step >= 0 && step < STEPS))
    .map((hit) => ({ ...hit, step: (hit.step + STEPS) % STEPS }));
  return { ...groove, hits };
}

/**
 * Let the picture be dragged sideways: `show(by)` while it is, `move(by)` once it is let go.
 *
 * @param {HTMLElement} picture
 */
function bindDrag(picture, { show, move }) {
  /** @type {{ pointer: number, x: number, by: number } | null} */
  let drag = null;
  picture.addEventListener("pointerdown", ({ button, pointerId, clientX }) => {
    if (drag || button !== 0) return;
    picture.setPointerCapture(pointerId);
    drag = { pointer: pointerId, x: clientX, by: 0 };
  });
  picture.addEventListener("pointermove", ({ pointerId, clientX }) => {
    if (pointerId !== drag?.pointer) return;
    const by = Math.round(((clientX - drag.x) * STEPS) / picture.clientWidth);
    if (by === drag.by) return;
    drag.by = by;
    show(by);
  });
  const end = (/** @type {PointerEvent} */ { type, pointerId }) => {
    if (pointerId !== drag?.pointer) return;
    const { by } = drag;
    drag = null;
    if (type === "pointerup" && by !== 0) move(by);
    else show(0);
  };
  picture.addEventListener("pointerup", end);
  picture.addEventListener("pointercancel", end);
}

/**
 * @param {import("../types.js").Part} part
 * @param {{ setDownbeat: (move: (downbeat: number) => number) => void,
 *   showMoved: (by: number) => void, setTempo: (tempo: number) => void }} actions
 * @returns `show(downbeat, tempo)`
 */
export function createTiming(part, { setDownbeat, showMoved, setTempo }) {
  const range = fieldOf("tempo_bpm");
  let shown = 120;
  let begins = 0;
  /** What is dragged on by `by` begins so much earlier; it stops where the buttons would turn. */
  const draggedTo = (downbeat, by) => clamp(downbeat - by, -HALF_BAR, HALF_BAR - 1);
  bindDrag(part("import-map"), {
    show(by) {
      const downbeat = draggedTo(begins, by);
      part("import-downbeat").textContent = downbeatWords(downbeat);
      showMoved(begins - downbeat);
    },
    move: (by) => setDownbeat((downbeat) => draggedTo(downbeat, by)),
  });
  const write = (tempo) => setTempo(clamp(Number(tempo.toFixed(DECIMALS)), range.low, range.high));
  for (const [name, by] of Object.entries(MOVES)) {
    part(`import-${name}`).addEventListener("click", () =>
      setDownbeat((downbeat) => moved(downbeat, by)),
    );
  }
  bindNumber(part("import-tempo"), { ...range, whole: false, read: () => shown, write });
  bindTap(part("import-tap"), createTap(write));
  part("import-half").addEventListener("click", () => write(shown / 2));
  part("import-double").addEventListener("click", () => write(shown * 2));
  return function show(downbeat, tempo) {
    shown = Number(tempo.toFixed(DECIMALS));
    begins = downbeat;
    part("import-downbeat").textContent = downbeatWords(downbeat);
    part("import-tempo").value = String(shown);
    part("import-half").disabled = shown / 2 < range.low;
    part("import-double").disabled = shown * 2 > range.high;
  };
}
