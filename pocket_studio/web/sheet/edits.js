// Edits of the groove: what the player makes of single cells, whatever the model plays there.

import { editKey } from "../core/project.js";
import { clamp } from "../core/shaping.js";
import { stepName } from "../core/steps.js";

/** @import { State } from "../types.js" */

const TICKS_PER_STEP = 120;
const MAX_VELOCITY = 127;
const [EARLIEST, LATEST] = [-60, 59];
/** @type {[number, number]} */
const NEW_HIT = [90, 0];

/** @returns {[number, number]} */
const clampHit = (velocity, ticks) => [
  clamp(Math.round(velocity), 1, MAX_VELOCITY),
  clamp(Math.round(ticks), EARLIEST, LATEST),
];

/** A hit as edits and locked rows have it: [velocity 1..127, ticks -60..59]. */
const midiOf = (hit) =>
  clampHit(MAX_VELOCITY * hit.velocity, (hit.microtiming * TICKS_PER_STEP) / 2);

/** A drum's row of a groove as it is locked: [[step, velocity 1..127, ticks -60..59], ...]. */
export const rowOf = (groove, drum) =>
  groove.hits.filter((hit) => hit.drum === drum).map((hit) => [hit.step, ...midiOf(hit)]);

/** Why what is seen cannot be acted on: it is only tried; null if it is the groove itself. */
export const previewRefusal = ({ previewed }) =>
  previewed ? "This is only tried out: use it or stop it first." : null;

const side = (ticks) => (ticks < 0 ? "early" : "late");
const percentOf = (ticks) => `${Math.round((100 * Math.abs(ticks)) / TICKS_PER_STEP)}%`;

/** "late by 10% of a sixteenth, 15 ms": said while a hit is dragged. */
export function timingWords(ticks, tempo) {
  if (ticks === 0) return "on the grid";
  const milliseconds = Math.round((Math.abs(ticks) / TICKS_PER_STEP) * (15000 / tempo));
  return `${side(ticks)} by ${percentOf(ticks)} of a sixteenth, ${milliseconds} ms`;
}

/**
 * What may be done to a cell, an object {drum, step} with the drum's index.
 *
 * All changes go through the state; `how` is handed to `setState`.
 */
export function createEdits({ store, boot, instance, player }) {
  const keyOf = ({ drum, step }) => editKey(boot.drums[drum], step);
  const plays = (groove, { drum, step }) =>
    groove.hits.find((hit) => hit.step === step && hit.drum === boot.drums[drum]);
  /** [velocity, ticks] of the hit that is seen in a cell, null where there is none. */
  const hitIn = (cell) => {
    const hit = plays(instance.groove, cell);
    return hit ? midiOf(hit) : null;
  };
  const isEdited = (cell) => keyOf(cell) in store.state.edits;

  /** Why nothing can be edited now, in one line; null if it can. */
  function refusal() {
    const { layer, compare } = store.state;
    if (compare) return "This is the take before: choose Now to edit hits.";
    if (layer !== "microtiming") return "Hits can be edited in the layer + timing only.";
    return instance.groove ? previewRefusal(player) : "There is no groove yet.";
  }

  function put(cell, [velocity, ticks], how) {
    const value = clampHit(velocity, ticks);
    const now = store.state.edits[keyOf(cell)];
    if (now && now.every((part, index) => part === value[index])) return;
    store.setState({ edits: { ...store.state.edits, [keyOf(cell)]: value } }, how);
  }

  function release(cell) {
    const key = keyOf(cell);
    if (!isEdited(cell)) return;
    const others = Object.entries(store.state.edits).filter(([other]) => other !== key);
    store.setState({ edits: Object.fromEntries(others) });
  }

  /** Take a hit out; one that only an edit had put there leaves nothing behind. */
  function remove(cell) {
    if (!hitIn(cell)) return;
    if (!plays(instance.performance.groove, cell)) release(cell);
    else store.setState({ edits: { ...store.state.edits, [keyOf(cell)]: [0, 0] } });
  }

  /** "Snare, bar 1, beat 2: hit, velocity 96, 4% late, edited". */
  function describe(cell) {
    const where = `${boot.drum_titles[cell.drum]}, ${stepName(cell.step)}`;
    const hit = hitIn(cell);
    if (!hit) return `${where}: no hit${isEdited(cell) ? ", removed by you" : ""}`;
    const [velocity, ticks] = hit;
    const place = ticks === 0 ? "on the grid" : `${percentOf(ticks)} ${side(ticks)}`;
    return `${where}: hit, velocity ${velocity}, ${place}${isEdited(cell) ? ", edited" : ""}`;
  }

  return {
    refusal,
    hitIn,
    isEdited,
    put,
    release,
    remove,
    describe,
    add: (cell) => put(cell, NEW_HIT),
  };
}

/**
 * A patch: the groove is heard and seen hit by hit, whatever the sketch asks the model for. All its
 * rows are locked, silent ones too, and what would change hits on their way to the ear is put back.
 *
 * @returns {Partial<State>}
 */
export function withGroove(groove, drums) {
  return {
    locked_rows: Object.fromEntries(drums.map((drum) => [drum, rowOf(groove, drum)])),
    edits: {},
    swing: groove.swing,
    velocity_amount: 1,
    microtiming_amount: 1,
    layer: "microtiming",
    compare: null,
  };
}
