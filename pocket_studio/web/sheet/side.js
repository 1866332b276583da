// What a phone shows of the sheet: the sketch with its contours, or what is played.

import { createChoice } from "../core/fields.js";

/** @import { App, Hooks } from "../types.js" */

const SIDES = [
  { value: "sketch", text: "Sketch", title: "The sketch and its contours" },
  { value: "played", text: "Played", title: "What the model plays" },
];

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindSide({ part, root, store }) {
  const side = createChoice(part("side"), {
    name: "side",
    options: SIDES,
    onChoose: (value) => store.setState({ side: value }),
  });
  return {
    update(state, previous) {
      if (state.side === previous?.side) return; // writing it styles the whole page anew
      root.dataset.side = state.side;
      side.show(state.side);
    },
  };
}
