// Editing the groove in its picture, by mouse, touch and keyboard.

import { clamp, positionOf, stepsApart } from "../core/shaping.js";
import { STEPS } from "../core/steps.js";
import { createEdits, timingWords } from "./edits.js";

/** @import { App, Hooks } from "../types.js" */

const REACH = 0.42; // of a column: how far from its centre a hit can be grabbed
const DRAG_PX = 4;
const SNAP_TICKS = 2;
const TWICE_MS = 400;
const KEY_VELOCITY = 4;
const KEY_TICKS = 3;
const HINT =
  "Drag a hit: up and down = loudness, left and right = timing. " +
  "Click an empty cell to add a hit, double-click a hit to remove it.";

/** Places in the picture: which cell, or which drawn hit's cell, lies at a point. */
function createPlaces(canvas, drums, instance) {
  function locate({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    const row = clamp(Math.floor(y * drums.length), 0, drums.length - 1);
    const drum = drums.length - 1 - row;
    const { hits, swing } = instance.groove;
    const away = (hit) => stepsApart(x * STEPS - 0.5, positionOf(hit, swing));
    const [nearest] = hits
      .filter((hit) => hit.drum === drums[drum] && away(hit) < REACH)
      .sort((a, b) => away(a) - away(b));
    const step = clamp(Math.floor(x * STEPS), 0, STEPS - 1);
    return { drum, step: nearest ? nearest.step : step };
  }

  const columnWidth = () => canvas.clientWidth / STEPS;
  return { locate, columnWidth };
}

/** Drags and taps: `moveTo(cell)` sets the cursor, `showTip(event, words)` says the value. */
function bindPointer(area, { places, edits, store, say, moveTo, showTip }) {
  let drag = null;
  let lastTap = null;

  function tap({ cell, start }, time) {
    const again =
      lastTap &&
      time - lastTap.time < TWICE_MS &&
      lastTap.cell.drum === cell.drum &&
      lastTap.cell.step === cell.step;
    lastTap = start && !again ? { cell, time } : null;
    if (!start) edits.add(cell);
    else if (again) edits.remove(cell);
  }

  function follow(event) {
    const [velocity, ticks] = drag.start;
    const across = Math.round(((event.clientX - drag.x) / places.columnWidth()) * 120);
    const moved = Math.abs(ticks + across) <= SNAP_TICKS ? 0 : ticks + across;
    const value =
      drag.axis === "microtiming" ? [velocity, moved] : [velocity + drag.y - event.clientY, ticks];
    edits.put(drag.cell, value, { merge: drag });
    const [loudness, place] = edits.hitIn(drag.cell);
    showTip(
      event,
      drag.axis === "microtiming"
        ? timingWords(place, store.state.tempo_bpm)
        : `velocity ${loudness} of 127`,
    );
  }

  area.addEventListener("pointerdown", (event) => {
    if (drag || (event.button !== 0 && event.button !== 2)) return;
    const refusal = edits.refusal();
    if (refusal) {
      say(refusal);
      return;
    }
    const cell = places.locate(event);
    area.focus({ preventScroll: true });
    moveTo(cell);
    if (event.button === 2) {
      edits.remove(cell);
      return;
    }
    const { pointerId: pointer, clientX: x, clientY: y } = event;
    drag = { pointer, x, y, cell, axis: null, start: edits.hitIn(cell), before: store.state.edits };
    if (drag.start) area.setPointerCapture(pointer);
  });
  // A finger on a hit edits it; anywhere else it may scroll the page.
  area.addEventListener(
    "touchstart",
    (event) => {
      if (drag && drag.start) event.preventDefault();
    },
    { passive: false },
  );

  area.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const [dx, dy] = [Math.abs(event.clientX - drag.x), Math.abs(event.clientY - drag.y)];
    if (!drag.axis && Math.max(dx, dy) < DRAG_PX) return;
    drag.axis ||= dx > dy ? "microtiming" : "velocity";
    if (drag.start) follow(event);
  });

  function finish(event) {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (event.type === "pointerup" && !drag.axis) tap(drag, event.timeStamp);
    if (event.type === "pointercancel") store.setState({ edits: drag.before }, { merge: drag });
    drag = null;
    showTip(event, null);
  }
  for (const type of ["pointerup", "pointercancel"]) area.addEventListener(type, finish);
  area.addEventListener("contextmenu", (event) => event.preventDefault());
}

/** Keys of the picture: `at()` is the cell of the cursor. */
function bindKeys(area, { nDrums, edits, say, at, moveTo }) {
  let stroke = {}; // a key that is held down is one step to undo

  function change(velocityStep, ticksStep) {
    const hit = edits.hitIn(at());
    if (hit) edits.put(at(), [hit[0] + velocityStep, hit[1] + ticksStep], { merge: stroke });
  }

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
  };
  const changes = {
    "Shift+ArrowUp": () => change(KEY_VELOCITY, 0),
    "Shift+ArrowDown": () => change(-KEY_VELOCITY, 0),
    "Shift+ArrowLeft": () => change(0, -KEY_TICKS),
    "Shift+ArrowRight": () => change(0, KEY_TICKS),
    Enter: () => (edits.hitIn(at()) ? edits.remove(at()) : edits.add(at())),
    Delete: () => edits.remove(at()),
    Backspace: () => edits.remove(at()),
    r: () => edits.release(at()),
  };

  area.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = event.shiftKey && name.startsWith("Arrow") ? `Shift+${name}` : name;
    if (!moves[key] && !changes[key]) return;
    event.preventDefault();
    if (moves[key]) {
      moves[key]();
      return;
    }
    if (!event.repeat) stroke = {};
    const refusal = edits.refusal();
    if (refusal) say(refusal);
    else changes[key]();
  });
}

/** The value beside the pointer while a hit is dragged; without words it goes. */
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

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindOutput(app) {
  const { part, boot, store, say, instance } = app;
  const nDrums = boot.drums.length;
  const area = part("output");
  const edits = createEdits(app);
  const places = createPlaces(part("heatmap"), boot.drums, instance);
  const showTip = createTip(part("tip"), area, part("scroller"));
  let cursor = null;

  const at = () => cursor || { drum: 0, step: 0 };

  function moveTo(cell) {
    cursor = cell;
    const frame = part("cursor");
    frame.hidden = false;
    frame.style.left = `${(100 * cell.step) / STEPS}%`;
    frame.style.top = `${(100 * (nDrums - 1 - cell.drum)) / nDrums}%`;
    showCell();
    area.dispatchEvent(new CustomEvent("pocket:cell", { detail: cell }));
  }

  function showCell() {
    const words = cursor && instance.groove ? edits.describe(cursor) : HINT;
    if (part("cell-text").textContent !== words) part("cell-text").textContent = words;
    const editable = cursor && !edits.refusal();
    part("cell-remove").hidden = !(editable && edits.hitIn(cursor));
    part("cell-release").hidden = !(editable && edits.isEdited(cursor));
  }

  /** The button goes when it has done its work: the picture keeps the focus. */
  function bindButton(name, run) {
    part(name).addEventListener("click", () => {
      run();
      area.focus({ preventScroll: true });
    });
  }

  bindPointer(area, { places, edits, store, say, moveTo, showTip });
  bindKeys(area, { nDrums, edits, say, at, moveTo });
  area.addEventListener("focus", () => moveTo(at()));
  bindButton("cell-remove", () => edits.remove(cursor));
  bindButton("cell-release", () => edits.release(cursor));
  bindButton("release-all", () => store.setState({ edits: {} }));

  return {
    update({ edits: present }) {
      const n = Object.keys(present).length;
      part("release-all").hidden = n === 0;
      part("release-all").textContent = `Release all edits (${n})`;
      showCell();
    },
    show: showCell,
  };
}
