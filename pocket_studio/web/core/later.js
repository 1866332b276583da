// Modules that the first groove does not need: fetched when they are first used, and in spare time.

/** What is said where one does not come: the studio is away, or is another by now. */
export const NOT_FETCHED =
  "This part of the page did not come: is the studio still running? " +
  "Open it again, or load the page anew.";

const loads = [];

/**
 * Note a module; returns what fetches it, or gives it again.
 *
 * @template T
 * @param {() => Promise<T>} load
 */
export function later(load) {
  loads.push(load);
  return load;
}

/** Fetch all of them, as far as they come. */
export const fetchAll = () => Promise.allSettled(loads.map((load) => load()));
