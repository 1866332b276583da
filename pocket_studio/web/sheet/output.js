// Editing the groove in its picture: the cursor, its words, keys, and what is selected.

import { clamp } from "../core/shaping.js";
import { chordOf } from "../core/shortcuts.js";
import { boxesOf } from "../core/rowboxes.js";
import { STEPS } from "../core/steps.js";
import { createEdits, ticksOf } from "./edits.js";
import { bindPointer, createPlaces } from "./outputpointer.js";
import { bindSelectionBar, createSelection } from "./selection.js";

/** @import { App, Hooks } from "../types.js" */

const KEY_VELOCITY = 4;
const KEY_MS = 5;
const HINT =
  "Drag a hit: up and down = loudness, left and right = timing. Click: add; double-click: remove; " +
  "a drag over empty ground, or of a finger that rested: select.";

/** Keys of the picture: `at()` is the cell of the cursor. */
function bindKeys(area, { nDrums, edits, selection, store, say, at, moveTo }) {
  let stroke = {}; // a key that is held down is one step to undo

  /** What a key acts on: the selection, else the cell of the cursor. */
  const meant = () => (selection.cells().length ? selection.cells() : [at()]);
  const change = (louder, milliseconds) => {
    const later = milliseconds ? ticksOf(milliseconds, store.state.tempo_bpm) : 0;
    edits.change(meant(), (velocity, ticks) => [velocity + louder, ticks + later], {
      merge: stroke,
    });
  };
  const go = (up, right) => {
    const { drum, step } = at();
    moveTo({
      drum: clamp(drum + up, 0, nDrums - 1),
      step: clamp(step + right, 0, STEPS - 1),
    });
  };
  const moves = {
    ArrowUp: () => go(1, 0),
    ArrowDown: () => go(-1, 0),
    ArrowLeft: () => go(0, -1),
    ArrowRight: () => go(0, 1),
    Home: () => go(0, -STEPS),
    End: () => go(0, STEPS),
    "ctrl+a": selection.all,
    "ctrl+c": () => selection.copy(meant().filter(edits.hitIn)),
    "shift+Enter": () => selection.toggle(at()),
  };
  const remove = () => edits.remove(meant());
  const changes = {
    "shift+ArrowUp": () => change(KEY_VELOCITY, 0),
    "shift+ArrowDown": () => change(-KEY_VELOCITY, 0),
    "shift+ArrowLeft": () => change(0, -KEY_MS),
    "shift+ArrowRight": () => change(0, KEY_MS),
    "alt+ArrowUp": () => change(1, 0),
    "alt+ArrowDown": () => change(-1, 0),
    "alt+ArrowLeft": () => change(0, -1),
    "alt+ArrowRight": () => change(0, 1),
    "ctrl+v": () => selection.paste(at()),
    Enter: () => (edits.hitIn(at()) ? edits.remove([at()]) : edits.add(at())),
    Delete: remove,
    Backspace: remove,
    r: () => edits.release(meant()),
  };

  area.addEventListener("keydown", (event) => {
    const chord = chordOf(event);
    if (chord === "Escape" && store.state.selected.length) selection.clear();
    else if (moves[chord]) moves[chord]();
    else if (changes[chord]) {
      if (!event.repeat) stroke = {};
      const refusal = edits.refusal();
      if (refusal) say(refusal);
      else changes[chord]();
    } else return;
    event.preventDefault();
  });
}

/** The words beside the pointer; without any it goes. */
function createTip(tip, area, scroller) {
  return function showTip(event, words) {
    tip.hidden = words === null;
    if (tip.hidden) return;
    tip.textContent = words;
    const box = area.getBoundingClientRect();
    const { scrollLeft, clientWidth } = scroller;
    const right = scrollLeft + clientWidth - area.offsetLeft - tip.offsetWidth - 4;
    const left = clamp(event.clientX - box.left + 14, 0, Math.max(0, right));
    tip.style.transform = `translate(${left}px, ${event.clientY - box.top - 34}px)`;
  };
}

/** The names of the groove's rows select them. */
function bindNames(names, { boot, edits, selection, say, home }) {
  names.addEventListener("click", (event) => {
    const name = event.target.closest(".ps-row-pick");
    if (!name) return;
    const refusal = edits.refusal();
    if (refusal) {
      say(refusal);
      return;
    }
    selection.row(boot.drums.indexOf(name.dataset.drum), event.shiftKey);
    home.focus({ preventScroll: true });
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindOutput(app) {
  const { part, boot, store, say, instance } = app;
  const nDrums = boot.drums.length;
  const area = part("output");
  const edits = createEdits(app);
  const selection = createSelection(app, edits);
  const boxes = () => boxesOf(area, part("result-names").children);
  const places = createPlaces(part("heatmap"), boot.drums, app, boxes);
  const showTip = createTip(part("tip"), area, part("scroller"));
  const showBar = bindSelectionBar(app, { edits, selection, home: area });
  let cursor = null;

  const at = () => cursor || { drum: 0, step: 0 };

  function moveTo(cell) {
    cursor = cell;
    const frame = part("cursor");
    frame.hidden = false;
    frame.style.left = `${(100 * cell.step) / STEPS}%`;
    showCell();
    area.dispatchEvent(new CustomEvent("pocket:cell", { detail: cell }));
  }

  function showCell() {
    if (cursor) {
      const { top, height } = boxes()[cursor.drum];
      part("cursor").style.top = `${top}px`;
      part("cursor").style.height = `${height}px`;
    }
    const words = cursor && instance.groove ? edits.describe(cursor) : HINT;
    if (part("cell-text").textContent !== words) part("cell-text").textContent = words;
    const editable = cursor && !edits.refusal();
    part("cell-remove").hidden = !(editable && edits.hitIn(cursor));
    part("cell-release").hidden = !(editable && edits.isEdited(cursor));
    part("cell-paste").hidden = !(editable && selection.canPaste);
    showBar();
  }

  /** The button goes when it has done its work: the picture keeps the focus. */
  function bindButton(name, run) {
    part(name).addEventListener("click", () => {
      run();
      area.focus({ preventScroll: true });
    });
  }

  const shared = { boot, edits, selection, store, say, home: area };
  bindPointer(area, { ...shared, places, box: part("box"), moveTo, showTip });
  bindKeys(area, { ...shared, nDrums, at, moveTo });
  bindNames(part("result-names"), shared);
  area.addEventListener("focus", () => moveTo(at()));
  bindButton("cell-remove", () => edits.remove([cursor]));
  bindButton("cell-release", () => edits.release([cursor]));
  bindButton("cell-paste", () => selection.paste(cursor));
  bindButton("release-all", () => store.setState({ edits: {} }));

  return {
    update({ edits: present }) {
      const n = Object.keys(present).length;
      part("release-all").hidden = n === 0;
      part("release-all").textContent = `Release all edits (${n})`;
      if (instance.groove) showCell();
    },
    show: showCell,
  };
}
