// The two bars of the sketch: copied onto each other, or emptied.

import { AUTO, STEPS_PER_BAR, emptyTemplate } from "../core/steps.js";
import { writeTemplate } from "./grid.js";

/** @import { App, Hooks } from "../types.js" */

const barOf = (text, bar) => text.slice(bar * STEPS_PER_BAR, (bar + 1) * STEPS_PER_BAR);
const withBar = (text, bar, cells) => (bar === 0 ? cells + barOf(text, 1) : barOf(text, 0) + cells);

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindBars({ part, boot, store }) {
  const change = (rewrite) => writeTemplate(store, store.state.template.map(rewrite));
  for (const bar of [0, 1]) {
    part(`copy-${bar}`).addEventListener("click", () => {
      change((text) => withBar(text, 1 - bar, barOf(text, bar)));
    });
    part(`clear-${bar}`).addEventListener("click", () => {
      change((text) => withBar(text, bar, AUTO.repeat(STEPS_PER_BAR)));
    });
  }
  part("clear-grid").addEventListener("click", () => {
    writeTemplate(store, emptyTemplate(boot.drums.length));
  });
}
