// From what the model played to what is seen and heard: amounts, feels of rows, edits, ornaments,
// layer, swing and tempo. The same as pocket_studio/music/shaping.py and feels.py, here so that no slider waits
// for the server; the cases in tests/cases hold the two together.

import { ornamentOf } from "./ornaments.js";
import { editKey } from "./project.js";
import { ACCENT, GHOST, HIT, STEPS, STEPS_PER_BEAT, isHit } from "./steps.js";
/** @import { Drum, Groove, Hit, Performance, RowFeel, State } from "../types.js" */

const FLAT_VELOCITY = 100 / 127;
const MIN_VELOCITY = 1 / 127;
const STRESS_VELOCITIES = { [HIT]: FLAT_VELOCITY, [GHOST]: 0.3, [ACCENT]: 1 };
const MAX_TICKS = 60;
const LAYERS = ["template", "notes", "velocity", "microtiming"];
const LOOSE_VELOCITY = 0.2;
const LOOSE_MS = 20;

/** A row is played like this that has no feel of its own. */
export const NEUTRAL_FEEL = Object.freeze({ offset_ms: 0, loudness: 1, looseness: 0 });

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * @param {Hit[]} hits
 * @param {number} velocity_amount
 * @param {number} microtiming_amount
 */
function withAmounts(hits, velocity_amount, microtiming_amount) {
  return hits.map((hit) => ({
    ...hit,
    velocity: clamp(
      FLAT_VELOCITY + velocity_amount * (hit.velocity - FLAT_VELOCITY),
      MIN_VELOCITY,
      1,
    ),
    microtiming: clamp(microtiming_amount * hit.microtiming, -1, 1),
  }));
}

/** A share, 0..1, made of whole numbers of 32 bits; `_strays` of feels.py makes the same. */
function shareOf(seed, count) {
  let bits = Math.imul(seed, 0x6c8e9cf5) + Math.imul(count, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x5bd1a94f);
  bits = Math.imul(bits ^ (bits >>> 15), 0x3b9af2e5);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** How the hit of a cell strays in velocity and timing, each in -1..1. */
function straysOf(seed, cell) {
  const share = (index) => shareOf(seed, 4 * cell + index + 1);
  return [share(0) - share(1), share(2) - share(3)];
}

/**
 * Play each row with its own feel.
 *
 * @param {Hit[]} hits
 * @param {Pick<State, "row_feels" | "tempo_bpm">} state
 * @param {Drum[]} drums
 * @param {number} seed the take's
 */
function withRowFeels(hits, { row_feels, tempo_bpm }, drums, seed) {
  if (!Object.keys(row_feels).length) return hits;
  const halfStepMs = 60000 / tempo_bpm / STEPS_PER_BEAT / 2;
  return hits.map((hit) => {
    if (!(hit.drum in row_feels)) return hit;
    const { offset_ms, loudness, looseness } = row_feels[hit.drum];
    const [louder, later] = straysOf(seed, drums.length * hit.step + drums.indexOf(hit.drum));
    const velocity = loudness * hit.velocity + LOOSE_VELOCITY * looseness * louder;
    const late_ms = offset_ms + LOOSE_MS * looseness * later;
    return {
      ...hit,
      velocity: clamp(velocity, MIN_VELOCITY, 1),
      microtiming: clamp(hit.microtiming + late_ms / halfStepMs, -1, 1),
    };
  });
}

/**
 * Put each edited cell in the place of what was played there; velocity 0 removes it.
 *
 * @param {Hit[]} hits
 * @param {State["edits"]} edits
 * @param {Drum[]} drums
 * @returns {Hit[]}
 */
function withEdits(hits, edits, drums) {
  if (!Object.keys(edits).length) return hits;
  const kept = hits.filter(({ drum, step }) => !(editKey(drum, step) in edits));
  const edited = Object.entries(edits)
    .filter(([, [velocity]]) => velocity > 0)
    .map(([key, [velocity, ticks]]) => {
      const [drum, step] = key.split(":");
      const microtiming = ticks / MAX_TICKS;
      return { step: Number(step), drum, velocity: velocity / 127, microtiming, edited: true };
    });
  return sorted([...kept, ...edited], drums);
}

function withOrnaments(hits, ornaments) {
  if (!Object.keys(ornaments).length) return hits;
  return hits.map((hit) => {
    const ornament = ornamentOf(ornaments, hit.drum, hit.step);
    return ornament ? { ...hit, ornament } : hit;
  });
}

function sorted(hits, drums) {
  return hits.sort((a, b) => a.step - b.step || drums.indexOf(a.drum) - drums.indexOf(b.drum));
}

function templateHits(template, drums) {
  const hits = template.flatMap((row, drum) =>
    [...row].flatMap((mark, step) =>
      isHit(mark)
        ? [{ step, drum: drums[drum], velocity: STRESS_VELOCITIES[mark], microtiming: 0 }]
        : [],
    ),
  );
  return sorted(hits, drums);
}

function layerOf(hits, layer, template, drums) {
  if (layer === "template") return templateHits(template, drums);
  const depth = LAYERS.indexOf(layer);
  return hits.map((hit) => ({
    ...hit,
    velocity: depth >= 2 ? hit.velocity : FLAT_VELOCITY,
    microtiming: depth >= 3 ? hit.microtiming : 0,
  }));
}

/**
 * Return what was played as the state shapes it; the layer is the state's unless told otherwise.
 *
 * @param {Pick<Performance, "groove" | "seed">} performance
 * @param {State} state
 * @param {Drum[]} drums
 * @param {State["layer"]} layer
 * @returns {Groove}
 */
export function shape({ groove, seed }, state, drums, layer = state.layer) {
  const amounted = withAmounts(groove.hits, state.velocity_amount, state.microtiming_amount);
  const felt = withRowFeels(amounted, state, drums, seed);
  const edited = withEdits(felt, state.edits, drums);
  const ornamented = withOrnaments(edited, state.ornaments);
  const hits = layerOf(ornamented, layer, state.template, drums);
  return { tempo_bpm: state.tempo_bpm, swing: state.swing, hits };
}

/**
 * Where a hit is played, in steps from the loop's start.
 *
 * @param {Pick<Hit, "step" | "microtiming">} hit
 * @param {number} swing
 */
export function positionOf(hit, swing = 0.5) {
  return hit.step + (hit.step % 2 ? 2 * swing - 1 : 0) + hit.microtiming / 2;
}

/** The shorter way between two places of the loop, in steps. */
export function stepsApart(one, other) {
  const distance = one - other;
  return Math.abs(distance - STEPS * Math.round(distance / STEPS));
}

/**
 * The level of each drum, 0..1, after mute and solo.
 *
 * @param {State} state
 * @param {Drum[]} drums
 * @returns {Record<Drum, number>}
 */
export function levelsOf(state, drums) {
  const sounds = (drum) =>
    (state.solo.length ? state.solo.includes(drum) : true) && !state.muted.includes(drum);
  return Object.fromEntries(drums.map((drum) => [drum, sounds(drum) ? state.levels[drum] : 0]));
}
