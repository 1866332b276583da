// Another seed for a take; what is locked stays.

import { newTake } from "./project.js";

/** @import { State } from "../types.js" */

const ROLLED_SEEDS = 100000; // short enough to read out and type again
export const rollSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % ROLLED_SEEDS;

/**
 * The state with another seed in the active take: locked beats keep their codes.
 *
 * @param {State} state
 * @param {number} seed
 * @param {number} index
 * @returns {Partial<State>}
 */
export function withNewSeed(state, seed, index = state.take) {
  const take = state.takes[index];
  const kept = (values) =>
    values && values.map((value, beat) => (state.locked_beats.includes(beat) ? value : null));
  const codes = state.locked_beats.length ? kept(take.codes) : null;
  const details = codes && kept(take.details);
  return { takes: state.takes.with(index, { ...newTake(seed), codes, details }) };
}
