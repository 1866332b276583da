// Where the rows of a picture lie: as the page has laid them out, some of them folded.

/** @typedef {{ top: number, height: number }} RowBox pixels from the top of what holds the rows */

/**
 * The boxes of `nodes`, given from the top row (the last drum) down, by drum.
 *
 * @param {Element} holder
 * @param {Iterable<Element>} nodes
 * @param {number} head what is kept free at the top of each, in pixels
 * @returns {RowBox[]}
 */
export function boxesOf(holder, nodes, head = 0) {
  const { top } = holder.getBoundingClientRect();
  const boxes = [...nodes].map((node) => node.getBoundingClientRect());
  return boxes
    .map((box) => ({ top: box.top - top + head, height: box.height - head }))
    .toReversed();
}

/** @returns {RowBox[]} of a picture whose rows are all alike */
export function evenBoxes(nDrums, height) {
  const row = height / nDrums;
  return Array.from({ length: nDrums }, (_, drum) => ({
    top: (nDrums - 1 - drum) * row,
    height: row,
  }));
}

/** The drum whose row is at `y`, or the nearest one. */
export function drumAt(boxes, y) {
  const drum = boxes.findLastIndex(({ top, height }) => y < top + height);
  return Math.max(0, drum);
}
