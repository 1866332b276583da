// Hits of the groove that are selected, and what is done to all of them at once.

import { bindNumber } from "../core/fields.js";
import { countHits } from "../core/heatmap.js";
import { copyOf, pasteAt } from "./clipboard.js";
import { ticksOf } from "./edits.js";

const NUDGE_MS = 5;
const LOUDER = 1.1;

/**
 * The selection is in the state, as keys of hits; those that no longer sound are not counted.
 *
 * @param {import("../types.js").App} app
 */
export function createSelection({ store, boot, instance, say }, edits) {
  let copied = null;

  const cellOf = ({ drum, step }) => ({ drum: boot.drums.indexOf(drum), step });
  const cells = () => {
    const { selected } = store.state;
    if (!selected.length || !instance.groove) return [];
    return instance.groove.hits.map(cellOf).filter((cell) => selected.includes(edits.keyOf(cell)));
  };
  const set = (wanted) => {
    const keys = wanted.map(edits.keyOf);
    const { selected } = store.state;
    const same = keys.length === selected.length && keys.every((key) => selected.includes(key));
    if (!same) store.setState({ selected: keys });
  };
  const has = (cell) =>
    store.state.selected.includes(edits.keyOf(cell)) && edits.hitIn(cell) !== null;

  function toggle(cell) {
    const others = cells().filter((one) => edits.keyOf(one) !== edits.keyOf(cell));
    set(has(cell) || !edits.hitIn(cell) ? others : [...others, cell]);
  }

  function copy(wanted) {
    const hits = wanted.map((cell) => ({ ...cell, value: edits.hitIn(cell) }));
    if (!hits.length) {
      say("Nothing to copy: select hits first, or go to one.");
      return;
    }
    copied = copyOf(hits);
    say(`Copied ${countHits({ hits })}: go to a cell and paste.`);
  }

  /** Paste at a cell; what was pasted is selected, to be moved on. */
  function paste(cell) {
    if (!copied) {
      say("Nothing to paste: copy hits first.");
      return;
    }
    const { changes, nLost } = pasteAt(copied, cell);
    edits.set(changes);
    set(changes.map(([pasted]) => pasted));
    const pasted = `Pasted ${countHits({ hits: changes })}`;
    say(nLost ? `${pasted}; ${nLost} would lie beyond the end of the loop.` : `${pasted}.`);
  }

  return {
    cells,
    set,
    has,
    toggle,
    copy,
    paste,
    clear: () => set([]),
    all: () => set(instance.groove ? instance.groove.hits.map(cellOf) : []),
    /** All hits of a drum, together with what is selected if `more`. */
    row(drum, more) {
      const others = more ? cells().filter((cell) => cell.drum !== drum) : [];
      const own = instance.groove.hits.map(cellOf).filter((cell) => cell.drum === drum);
      set([...others, ...own]);
    },
    get canPaste() {
      return copied !== null;
    },
  };
}

/** "90", or "40 to 112". */
function rangeWords(velocities) {
  const [least, most] = [Math.min(...velocities), Math.max(...velocities)];
  return least === most ? String(least) : `${least} to ${most}`;
}

/**
 * The bar of what can be done to the selection; it is there only while something is selected.
 *
 * Returns `show()`.
 */
export function bindSelectionBar({ part, store, say }, { edits, selection, home }) {
  const velocities = () => selection.cells().map((cell) => edits.hitIn(cell)[0]);
  const nudge = (ms) => (velocity, ticks) => [velocity, ticks + ticksOf(ms, store.state.tempo_bpm)];
  const scale = (factor) => (velocity, ticks) => [velocity * factor, ticks];
  const change = (by) => () => edits.change(selection.cells(), by);
  const does = {
    "selection-earlier": change(nudge(-NUDGE_MS)),
    "selection-later": change(nudge(NUDGE_MS)),
    "selection-softer": change(scale(1 / LOUDER)),
    "selection-louder": change(scale(LOUDER)),
    "selection-copy": () => selection.copy(selection.cells()),
    "selection-delete": () => edits.remove(selection.cells()),
    "selection-release": () => edits.release(selection.cells()),
    "selection-all": selection.all,
    "selection-clear": selection.clear,
  };
  /** Copying changes nothing, and neither does another selection. */
  const harmless = ["selection-copy", "selection-all", "selection-clear"];
  for (const [name, run] of Object.entries(does)) {
    part(name).addEventListener("click", (event) => {
      const refusal = harmless.includes(name) ? null : edits.refusal();
      if (refusal) say(refusal);
      else run();
      // Keys go on acting on the hits, but for who walks through the buttons by keys.
      if (event.detail > 0 || part("selection").hidden) home.focus({ preventScroll: true });
    });
  }
  part("selection").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    selection.clear();
    home.focus({ preventScroll: true });
  });
  bindNumber(part("selection-velocity"), {
    low: 1,
    high: 127,
    whole: true,
    read: () => velocities()[0] ?? 1,
    write: (velocity) => {
      const refusal = edits.refusal();
      if (refusal) say(refusal);
      else change((_, ticks) => [velocity, ticks])();
    },
  });

  return function show() {
    const cells = selection.cells();
    part("selection").hidden = cells.length === 0;
    part("root").classList.toggle("ps-selecting", cells.length > 0);
    if (!cells.length) return;
    part("selection-count").textContent =
      `${countHits({ hits: cells })}, velocity ${rangeWords(velocities())}`;
    const field = part("selection-velocity");
    if (document.activeElement !== field) field.value = String(velocities()[0]);
    part("selection-release").hidden = !cells.some(edits.isEdited);
  };
}
