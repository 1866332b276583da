// The picture of the groove: its hits, their description and what changed against the sketch.

import { boxesOf } from "../core/rowboxes.js";
import { countHits, describeGroove, drawGroove } from "../core/heatmap.js";

/** @import { App, Hooks } from "../types.js" */

/** Where all hits are equally loud, colour would say nothing. */
const isFlat = ({ hits }) => hits.every(({ velocity }) => velocity === hits[0].velocity);
const SEEN = ["selected", "timingZoom"];

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindResult({ part, root, boot, store, instance, say, shortcuts }) {
  function showCounts(groove, { nKept, nAdded, removed }) {
    const nEdited = Object.keys(store.state.edits).length;
    part("counts").textContent = countHits(groove);
    part("count-kept").textContent = `${nKept} kept`;
    part("count-added").textContent = `${nAdded} added`;
    part("count-removed").textContent = `${removed.length} left out`;
    part("count-edited").textContent = `${nEdited} edited`;
    part("edited").hidden = nEdited === 0;
  }

  function draw(groove) {
    const { template, timingZoom, selected } = store.state;
    const shared = {
      drums: boot.drums,
      template,
      flat: isFlat(groove),
      zoomed: timingZoom,
      selected,
    };
    const over = part("over");
    if (over.clientWidth) {
      return drawGroove(over, groove, { ...shared, bare: true, boxes: boxesOf(over, cells()) });
    }
    const names = part("result-names");
    const head = parseFloat(getComputedStyle(names).getPropertyValue("--ps-head")) || 0;
    const boxes = boxesOf(names, names.children, head);
    return drawGroove(part("heatmap"), groove, { ...shared, boxes });
  }

  /** The first cell of each row of the sketch, over which the groove may lie. */
  const cells = () => part("grid").querySelectorAll(".ps-cell:first-child");

  part("together").addEventListener("click", () => {
    store.setState({ together: !store.state.together });
    if (instance.groove) draw(instance.groove);
  });

  function toggleZoom() {
    const timingZoom = !store.state.timingZoom;
    store.setState({ timingZoom });
    say(timingZoom ? "Timing is drawn three times its size." : "Timing is drawn as it is.");
  }
  part("timing-zoom").addEventListener("click", toggleZoom);
  shortcuts.add(["z"], "Draw timing three times its size, or as it is", toggleZoom);

  return {
    update(state, previous) {
      const { timingZoom, together } = state;
      // Written only when it changes: it styles the whole page anew.
      if (together !== previous?.together) root.dataset.together = String(together);
      part("together").setAttribute("aria-pressed", String(together));
      part("timing-zoom").setAttribute("aria-pressed", String(timingZoom));
      part("output").classList.toggle("ps-zoomed", timingZoom);
      part("zoomed").hidden = !timingZoom;
      if (!previous || !instance.groove || state.view !== "studio") return;
      if (SEEN.some((key) => state[key] !== previous[key])) draw(instance.groove);
    },
    show({ groove }) {
      if (store.state.view !== "studio") return;
      const comparison = draw(groove);
      const words = describeGroove(groove, comparison);
      part("heatmap").setAttribute("aria-label", `Groove: ${words}`);
      showCounts(groove, comparison);
    },
  };
}
