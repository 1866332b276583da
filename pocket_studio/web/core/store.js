// The sketch as one immutable state object.

/** @import { Store } from "../types.js" */

/**
 * One state, one way to change it: `setState(patch, how)` replaces whole values and tells every
 * subscriber (state, previous, how). Values are never mutated, so that the history can keep them.
 * Changes with the same `how.merge` (any value) are one step to undo. `complete(state, patch)` adds
 * to a patch what follows from it.
 *
 * @template S
 * @param {S} initial
 * @param {(state: S, patch: Partial<S>) => Partial<S>} complete
 * @returns {Store<S>}
 */
export function createStore(initial, complete = (_, patch) => patch) {
  let state = Object.freeze({ ...initial });
  const listeners = [];
  return {
    get state() {
      return state;
    },
    setState(wanted, how = {}) {
      const patch = complete(state, wanted);
      const stranger = Object.keys(patch).find((key) => !(key in state));
      if (stranger !== undefined) throw new Error(`the state has no ${stranger}`);
      const changed = Object.keys(patch).some((key) => patch[key] !== state[key]);
      if (!changed) return;
      const previous = state;
      state = Object.freeze({ ...state, ...patch });
      listeners.forEach((listener) => listener(state, previous, how));
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
