// Rows in which nothing is sketched or played are slim lines, in the sketch and in the groove.

import { isHit } from "../core/steps.js";

/** @import { App, Hooks } from "../types.js" */

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindFolding({ part, boot, store, instance, redraw }) {
  const { drums } = boot;
  const fold = part("fold");
  let held = false; // nothing moves under a hand that paints

  const lists = () => [
    part("grid").querySelectorAll(".ps-body > .ps-row"),
    part("result-names").children,
    part("output").querySelectorAll(".ps-veil"),
  ];

  function isEmpty(drum) {
    // What the whole groove plays counts too: stepping through layers moves nothing.
    const whole = instance.performance?.groove.hits ?? [];
    const hits = [...(instance.groove?.hits ?? []), ...whole];
    return (
      ![...store.state.template[drum]].some(isHit) && !hits.some((hit) => hit.drum === drums[drum])
    );
  }

  /** Returns whether a row has changed its height. */
  function lay() {
    if (held || !instance.groove) return false;
    let moved = false;
    for (const rows of lists()) {
      [...rows].forEach((row, index) => {
        const folded = store.state.fold && isEmpty(drums.length - 1 - index);
        moved ||= row.classList.contains("ps-folded") !== folded;
        row.classList.toggle("ps-folded", folded);
      });
    }
    return moved;
  }

  part("scroller").addEventListener("pointerdown", () => {
    held = true;
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    window.addEventListener(kind, () => {
      held = false;
      if (lay()) redraw();
    });
  }
  fold.addEventListener("click", () => store.setState({ fold: !store.state.fold }));

  return {
    update(state, previous) {
      fold.textContent = state.fold ? "All rows" : "Fold";
      fold.title = state.fold
        ? "Show all rows at their full height"
        : "Make rows slim in which nothing is sketched or played";
      if (previous && state.fold !== previous.fold && lay()) redraw();
    },
    show: () => {
      lay();
    },
  };
}
