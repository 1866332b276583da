// The shape of a hit in the picture, and which hit lies at a point of it. The same as
// pocket_studio/exporting/hit_shapes.py, which draws files; tests/cases holds the two together.

import { positionOf } from "./shaping.js";
import { STEPS } from "./steps.js";
/** @import { Groove, Hit } from "../types.js" */

export const TIMING_ZOOM = 3;
const WIDTH = 0.4; // of a column
const TIP = 0.45; // of its height: what is left of the body away from the onset
const FURTHEST = 0.48; // of a step, where enlarged timing ends
const ON_GRID = 1 / 30; // of half a step, two ticks: nobody hears it

/** -1 early, 1 late, 0 on the grid. */
const sideOf = ({ microtiming }) => (Math.abs(microtiming) <= ON_GRID ? 0 : Math.sign(microtiming));

/** An offset in steps, enlarged: no hit passes the next one of its row. */
function zoomed(offset, zoom) {
  const far = Math.max(Math.abs(offset), Math.min(zoom * Math.abs(offset), FURTHEST));
  return Math.sign(offset) * far;
}

/**
 * A hit in units of steps and rows, from its row's centre upwards: the `line` of the grid that it
 * belongs to, its `onset` (timing `zoom` times its size, within its step) and its body's `outline`. The body points
 * away from the onset, back if it is early and on if it is late.
 *
 * @param {Pick<Hit, "step" | "velocity" | "microtiming">} hit
 * @param {number} swing
 * @param {number} zoom
 */
export function hitShape(hit, swing = 0.5, zoom = 1) {
  const line = positionOf({ step: hit.step, microtiming: 0 }, swing);
  const onset = line + zoomed(hit.microtiming / 2, zoom);
  const half = 0.15 + 0.3 * hit.velocity;
  const side = sideOf(hit);
  const [near, far] = side ? [onset, onset + side * WIDTH] : [onset - WIDTH / 2, onset + WIDTH / 2];
  const end = side ? half * TIP : half;
  const outline = [
    [near, -half],
    [near, half],
    [far, end],
    [far, -end],
  ];
  return { line, onset, side, half, outline };
}

/** [left, right] of a hit's body, in steps, as near as can be to the place `at`. */
function extent(hit, swing, zoom, at) {
  const { onset, outline } = hitShape(hit, swing, zoom);
  const turns = STEPS * Math.round((at - onset) / STEPS);
  const places = outline.map(([place]) => place + turns);
  return [Math.min(...places), Math.max(...places)];
}

/**
 * The hit of `drum` whose body is nearest to the place `at` in steps and not further than `reach`;
 * null where there is none.
 *
 * @param {Groove} groove
 * @returns {Hit | null}
 */
export function nearestHit({ hits, swing }, { drum, at, reach, zoom }) {
  let nearest = null;
  let least = Infinity;
  for (const hit of hits) {
    if (hit.drum !== drum) continue;
    const [left, right] = extent(hit, swing, zoom, at);
    const away = Math.max(left - at, at - right, 0);
    // Inside of several bodies the one whose middle is nearest counts.
    const score = away + Math.abs(at - (left + right) / 2) / STEPS;
    if (away > reach || score >= least) continue;
    nearest = hit;
    least = score;
  }
  return nearest;
}

/**
 * The hits whose bodies touch a box from `left` to `right` in steps, of the `drums` given.
 *
 * @param {Groove} groove
 */
export function hitsWithin({ hits, swing }, { drums, left, right, zoom }) {
  return hits.filter((hit) => {
    if (!drums.includes(hit.drum)) return false;
    const [from, to] = extent(hit, swing, zoom, (left + right) / 2);
    return from <= right && to >= left;
  });
}
