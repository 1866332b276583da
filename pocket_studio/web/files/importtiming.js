// Where the bars of a file begin, and its tempo, if it says them wrong or not at all.

import { bindNumber } from "../core/fields.js";
import { fieldOf } from "../core/project.js";
import { clamp } from "../core/shaping.js";
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
 * @param {import("../types.js").Part} part
 * @param {{ setDownbeat: (move: (downbeat: number) => number) => void,
 *   setTempo: (tempo: number) => void }} actions
 * @returns `show(downbeat, tempo)`
 */
export function createTiming(part, { setDownbeat, setTempo }) {
  const range = fieldOf("tempo_bpm");
  let shown = 120;
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
    part("import-downbeat").textContent = downbeatWords(downbeat);
    part("import-tempo").value = String(shown);
    part("import-half").disabled = shown / 2 < range.low;
    part("import-double").disabled = shown * 2 > range.high;
  };
}
