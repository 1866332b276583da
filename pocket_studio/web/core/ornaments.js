// Flams and drags: the grace notes before a hit, as pocket_studio/music/ornaments.py has them.

import { AUTO, STEPS, withCharacter } from "./steps.js";

/** @import { Drum, Groove, Hit, State } from "../types.js" */

const MARKS = { f: "flam", d: "drag" };
const NEXT = { [AUTO]: "f", f: "d", d: AUTO };
/** How many ms before its hit each grace note begins, and its share of the hit's velocity. */
const GRACES = {
  flam: [[30, 0.45]],
  drag: [
    [62, 0.4],
    [31, 0.45],
  ],
};

/**
 * The ornament of a cell, "flam" or "drag"; undefined if it has none.
 *
 * @param {State["ornaments"]} ornaments
 */
export const ornamentOf = (ornaments, drum, step) => MARKS[ornaments[drum]?.[step]];

/** `ornaments` with the next one in a cell: none, flam, drag and round again. */
export function withNextOrnament(ornaments, drum, step) {
  const { [drum]: row = AUTO.repeat(STEPS), ...others } = ornaments;
  const next = withCharacter(row, step, NEXT[row[step]]);
  return next === AUTO.repeat(STEPS) ? others : { ...others, [drum]: next };
}

/**
 * The ornaments of a groove that says them hit by hit.
 *
 * @param {Groove} groove
 * @returns {State["ornaments"]}
 */
export function ornamentsOf({ hits }) {
  const rows = {};
  for (const { drum, step, ornament } of hits) {
    const mark = Object.keys(MARKS).find((one) => MARKS[one] === ornament);
    if (mark) rows[drum] = withCharacter(rows[drum] ?? AUTO.repeat(STEPS), step, mark);
  }
  return rows;
}

/**
 * The grace notes of a hit: how many steps before it, and how loud.
 *
 * @param {Pick<Hit, "velocity" | "ornament">} hit
 */
export function gracesOf({ velocity, ornament }, tempo_bpm) {
  const step_ms = 15000 / tempo_bpm;
  return (GRACES[ornament] ?? []).map(([before_ms, share]) => ({
    before: before_ms / step_ms,
    velocity: share * velocity,
  }));
}
