// Drag-painting by mouse, pen or touch over an area of rows x columns, shared by grid and lanes.

import { clamp } from "../core/shaping.js";
import { STEPS, STEPS_PER_BAR, STEPS_PER_BEAT } from "../core/steps.js";

const HOLD_MS = 450; // as long as phones wait before a touch is a long one
const AIM_PX = 6; // from where on a finger goes sideways, to paint, or up or down, to scroll

/** All cells on the straight line between two cells, the first one left out. */
export function cellsBetween(from, to) {
  const length = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column));
  const cells = [];
  for (let index = 1; index <= length; index += 1) {
    const share = index / length;
    cells.push({
      row: Math.round(from.row + (to.row - from.row) * share),
      column: Math.round(from.column + (to.column - from.column) * share),
    });
  }
  return cells;
}

/**
 * Turn pointer events on `area` into strokes.
 *
 * `begin(cell, erase, event)` decides what the stroke paints; `paint(cells, brush)` paints, and as
 * the brush is one object a stroke, it is what the history merges by; `undo(brush)` takes back a
 * stroke that is interrupted; `hold(cell, brush)` tells that a finger or pen rests on its first
 * cell; `rowAt(y)` says which row lies at a place of the window where they are not all alike.
 * A mouse paints when it is pressed; a finger or pen that taps, rests or goes sideways: up and down
 * it scrolls the page. Cells between two pointer events are filled in, so a fast drag skips none.
 * The boxes of `first` and `last` (default: the area) are the corners of what rows and columns
 * divide evenly.
 */
export function makePaintable(
  area,
  nRows,
  { begin, paint, undo, hold = null, first = area, last = area, rowAt = null },
) {
  let stroke = null;

  function locate(event) {
    const start = first.getBoundingClientRect();
    const end = last.getBoundingClientRect();
    const x = (event.clientX - start.left) / (end.right - start.left);
    const y = (event.clientY - start.top) / (end.bottom - start.top);
    return {
      row: rowAt ? rowAt(event.clientY) : clamp(Math.floor(y * nRows), 0, nRows - 1),
      column: clamp(Math.floor(x * STEPS), 0, STEPS - 1),
    };
  }

  area.addEventListener("pointerdown", (event) => {
    if (stroke || (event.button !== 0 && event.button !== 2)) return;
    if (event.target.closest(".ps-label")) return;
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    stroke = { pressed: event, last: locate(event), brush: null, timer: null };
    if (event.pointerType === "mouse") press();
    else if (hold && event.button === 0) {
      stroke.timer = setTimeout(() => {
        press();
        hold(stroke.last, stroke.brush);
      }, HOLD_MS);
    }
  });

  function press() {
    const { pressed, last: cell } = stroke;
    stroke.brush = begin(cell, pressed.button === 2, pressed);
    paint([cell], stroke.brush);
  }

  /** Whether what was pressed paints by now; what goes up or down before it does, never will. */
  function paints({ clientX, clientY }) {
    if (stroke.brush) return true;
    const { pressed } = stroke;
    const [dx, dy] = [Math.abs(clientX - pressed.clientX), Math.abs(clientY - pressed.clientY)];
    if (Math.max(dx, dy) < AIM_PX) return false;
    clearTimeout(stroke.timer);
    if (dx > dy) press();
    else stroke = null;
    return dx > dy;
  }

  area.addEventListener("pointermove", (event) => {
    if (event.pointerId !== stroke?.pressed.pointerId || !paints(event)) return;
    const merged = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    const cells = [];
    for (const step of merged.length ? merged : [event]) {
      const cell = locate(step);
      cells.push(...cellsBetween(stroke.last, cell));
      stroke.last = cell;
    }
    if (!cells.length) return;
    clearTimeout(stroke.timer);
    paint(cells, stroke.brush);
  });

  const finish = (event) => {
    if (event.pointerId !== stroke?.pressed.pointerId) return;
    clearTimeout(stroke.timer);
    if (event.type === "pointerup" && !stroke.brush) press();
    if (event.type === "pointercancel" && stroke.brush) undo(stroke.brush);
    stroke = null;
  };
  area.addEventListener("pointerup", finish);
  area.addEventListener("pointercancel", finish);
  area.addEventListener("lostpointercapture", finish);
  area.addEventListener("contextmenu", (event) => event.preventDefault());
}

/** Classes that shade beats and bars. */
export function stepClasses(step) {
  const classes = [];
  if (step % STEPS_PER_BEAT === 0) classes.push("ps-beat");
  if (step % STEPS_PER_BAR === 0) classes.push("ps-bar");
  if (Math.floor(step / STEPS_PER_BEAT) % 2) classes.push("ps-odd");
  return classes.join(" ");
}
