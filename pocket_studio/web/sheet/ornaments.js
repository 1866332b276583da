// Flams and drags of the groove's hits, by key and button at the picture's cell.

import { ornamentOf, withNextOrnament } from "../core/ornaments.js";
import { stepName } from "../core/steps.js";
import { refusalOf } from "./edits.js";

/** @import { App, Hooks } from "../types.js" */

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindOrnaments({ part, boot, store, say, instance, player }) {
  let cell = null; // the one that the picture's cursor is on

  const present = () => ornamentOf(store.state.ornaments, boot.drums[cell.drum], cell.step);

  function hasHit() {
    const drum = cell && boot.drums[cell.drum];
    const isHit = (hit) => hit.drum === drum && hit.step === cell?.step;
    return Boolean(instance.groove?.hits.some(isHit));
  }

  function show() {
    const button = part("cell-ornament");
    button.hidden = refusalOf(store.state, player) !== null || !hasHit();
    if (button.hidden) return;
    button.textContent = { flam: "Flam: one", drag: "Flam: drag" }[present()] ?? "Flam: none";
    button.setAttribute("aria-pressed", String(Boolean(present())));
  }

  function next() {
    const refusal = refusalOf(store.state, player);
    if (refusal) {
      say(refusal);
      return;
    }
    if (!hasHit()) {
      say("Flams and drags are for hits of the groove.");
      return;
    }
    const drum = boot.drums[cell.drum];
    store.setState({ ornaments: withNextOrnament(store.state.ornaments, drum, cell.step) });
    const where = `${boot.drum_titles[cell.drum]}, ${stepName(cell.step)}`;
    say(`${where}: ${present() ?? "no flam"}.`);
  }

  const area = part("output");
  area.addEventListener("pocket:cell", ({ detail }) => {
    cell = detail;
    show();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "f" || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    next();
  });
  part("cell-ornament").addEventListener("click", () => {
    next();
    area.focus({ preventScroll: true });
  });
  return { update: show, show };
}
