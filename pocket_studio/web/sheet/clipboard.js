// Hits that were copied, and what they become elsewhere. Plain functions.

import { STEPS } from "../core/steps.js";

/**
 * What is copied of `hits`, [{drum, step, value}] with the drum's index: steps count from the first
 * of them. `drum` is theirs if it is one, null if they are of several.
 */
export function copyOf(hits) {
  const first = Math.min(...hits.map(({ step }) => step));
  const drums = new Set(hits.map(({ drum }) => drum));
  return {
    drum: drums.size === 1 ? hits[0].drum : null,
    hits: hits.map(({ drum, step, value }) => ({ drum, step: step - first, value })),
  };
}

/**
 * The copy put at a cell: `changes` for `edits.set`, and how many hits lie beyond the loop's end.
 *
 * Hits of one drum become hits of the cell's; those of several keep their drums, or a beat that is
 * pasted beside its own row would be played by the wrong ones.
 */
export function pasteAt(copy, { drum, step }) {
  const placed = copy.hits.map((hit) => [
    { drum: copy.drum === null ? hit.drum : drum, step: step + hit.step },
    hit.value,
  ]);
  const changes = placed.filter(([cell]) => cell.step < STEPS);
  return { changes, nLost: placed.length - changes.length };
}
