// Editing the groove: what the player makes of single cells, whatever the model plays there.

import { ornamentsOf } from "../core/ornaments.js";
import { editKey } from "../core/project.js";
import { clamp } from "../core/shaping.js";
import { ACCENT, GHOST, isHit, stepName } from "../core/steps.js";

/** @import { State } from "../types.js" */

const TICKS_PER_STEP = 120;
const MAX_VELOCITY = 127;
const [EARLIEST, LATEST] = [-60, 59];
/** @type {[number, number]} */
const NEW_HIT = [90, 0];
const AS = { [GHOST]: " as a ghost", [ACCENT]: " as an accent" };
const LAYER_NAMES = {
  template: "the sketch",
  notes: "+ notes only",
  velocity: "+ velocity only",
};

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

/** What is seen in place of the groove itself, in words; null if it is the groove. */
export function shownInstead({ layer, compare }) {
  if (compare) return "the take before";
  return LAYER_NAMES[layer] ?? null;
}

/** Why what is seen cannot be acted on: it is only tried; null if it is the groove itself. */
export const previewRefusal = ({ previewed }) =>
  previewed ? "This is only tried out: use it or stop it first." : null;

/** Why hits can be neither edited nor locked now, in one line; null if they can. */
export function refusalOf(state, player) {
  const shown = shownInstead(state);
  if (shown) return `This is ${shown}: choose Groove to edit or lock hits.`;
  return previewRefusal(player);
}

/** Milliseconds -> ticks at a tempo, at least one: less than a tick would be nothing. */
export function ticksOf(milliseconds, tempo) {
  const ticks = Math.round((milliseconds * TICKS_PER_STEP * tempo) / 15000);
  return ticks || Math.sign(milliseconds);
}

/** "late by 12 ms, 8% of a step": how a hit lies to its grid line. */
export function timingWords(ticks, tempo) {
  if (ticks === 0) return "on the grid";
  const milliseconds = Math.round((Math.abs(ticks) / TICKS_PER_STEP) * (15000 / tempo));
  const percent = Math.round((100 * Math.abs(ticks)) / TICKS_PER_STEP);
  return `${ticks < 0 ? "early" : "late"} by ${milliseconds} ms, ${percent}% of a step`;
}

/** "velocity 96 of 127, 76%" */
export const velocityWords = (velocity) =>
  `velocity ${velocity} of 127, ${Math.round((100 * velocity) / MAX_VELOCITY)}%`;

/**
 * What may be done to cells, objects {drum, step} with the drum's index.
 *
 * All changes go through the state, those of many cells in one step; `how` is handed to `setState`.
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

  const refusal = () =>
    instance.groove ? refusalOf(store.state, player) : "There is no groove yet.";

  /** Set cells: `changes` are pairs of a cell and [velocity, ticks], or null to release it. */
  function put(changes, how) {
    const edits = { ...store.state.edits };
    for (const [cell, value] of changes) {
      if (value) edits[keyOf(cell)] = value;
      else delete edits[keyOf(cell)];
    }
    const { edits: now } = store.state;
    const same = (key) => now[key] && edits[key].every((part, index) => part === now[key][index]);
    const keys = Object.keys(edits);
    if (keys.length === Object.keys(now).length && keys.every(same)) return;
    store.setState({ edits }, how);
  }

  const set = (changes, how) =>
    put(
      changes.map(([cell, [velocity, ticks]]) => [cell, clampHit(velocity, ticks)]),
      how,
    );

  /** Change the hits among `cells`: `by(velocity, ticks)` is what a hit becomes. */
  function change(cells, by, how) {
    set(
      cells.filter(hitIn).map((cell) => [cell, by(...hitIn(cell))]),
      how,
    );
  }

  const release = (cells) => put(cells.map((cell) => [cell, null]));

  /** Take hits out; one that only an edit had put there leaves nothing behind. */
  function remove(cells) {
    const { groove } = instance.performance;
    put(cells.filter(hitIn).map((cell) => [cell, plays(groove, cell) ? [0, 0] : null]));
  }

  /** "sketched" (as a ghost), "added by the model", "added by you"; and whether it was edited. */
  function origin(cell) {
    const edited = isEdited(cell) ? ", edited" : "";
    const mark = store.state.template[cell.drum][cell.step];
    if (isHit(mark)) return `sketched${AS[mark] ?? ""}${edited}`;
    if (instance.performance && !plays(instance.performance.groove, cell)) return "added by you";
    return `added by the model${edited}`;
  }

  /** "Snare, bar 1, beat 2: velocity 96 of 127, 76%; late by 6 ms, 4% of a step; sketched, edited" */
  function describe(cell) {
    const where = `${boot.drum_titles[cell.drum]}, ${stepName(cell.step)}`;
    const hit = hitIn(cell);
    if (!hit) return `${where}: no hit${isEdited(cell) ? ", removed by you" : ""}`;
    const [velocity, ticks] = hit;
    const place = timingWords(ticks, store.state.tempo_bpm);
    return `${where}: ${velocityWords(velocity)}; ${place}; ${origin(cell)}`;
  }

  return {
    refusal,
    keyOf,
    hitIn,
    isEdited,
    set,
    change,
    release,
    remove,
    describe,
    add: (cell) => set([[cell, NEW_HIT]]),
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
    row_feels: {},
    ornaments: ornamentsOf(groove),
    swing: groove.swing,
    velocity_amount: 1,
    microtiming_amount: 1,
    layer: "microtiming",
    compare: null,
    selected: [],
  };
}
