// The picture of the groove: heatmap, its description and what changed against the sketch.

import { countHits, describeGroove, drawGroove } from "../core/heatmap.js";

/** @import { App, Hooks } from "../types.js" */

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindResult({ part, boot, store }) {
  function showCounts(groove, { nKept, nAdded, removed }) {
    const nEdited = Object.keys(store.state.edits).length;
    part("counts").textContent = countHits(groove);
    part("count-kept").textContent = `${nKept} kept`;
    part("count-added").textContent = `${nAdded} added`;
    part("count-removed").textContent = `${removed.length} removed`;
    part("count-edited").textContent = `${nEdited} edited`;
    part("edited").hidden = nEdited === 0;
  }

  return {
    show({ groove }) {
      const { view, template } = store.state;
      if (view !== "studio") return;
      const comparison = drawGroove(part("heatmap"), groove, { drums: boot.drums, template });
      const words = describeGroove(groove, comparison);
      part("heatmap").setAttribute("aria-label", `Groove: ${words}`);
      showCounts(groove, comparison);
    },
  };
}
