// Mouse and finger in the picture of the groove: point, drag, tap, and draw a box.

import { drumAt } from "../core/rowboxes.js";
import { TIMING_ZOOM, hitsWithin, nearestHit } from "../core/hitshape.js";
import { clamp } from "../core/shaping.js";
import { STEPS } from "../core/steps.js";
import { timingWords, velocityWords } from "./edits.js";

const REACH_PX = { mouse: 5, touch: 9 }; // how far beside its body a hit is still meant
const DRAG_PX = 4;
const SNAP_TICKS = 2;
const TICKS_PER_STEP = 120;
const TWICE_MS = 400;
const HOLD_MS = 500; // a finger that rests begins a selection

/** Places in the picture: which hit, cell or box of hits lies where. */
export function createPlaces(canvas, drums, { instance, store }, boxes) {
  const zoom = () => (store.state.timingZoom ? TIMING_ZOOM : 1);
  const columnWidth = () => canvas.clientWidth / STEPS;

  /** A point in steps (0 is the first grid line) and as a drum's index. */
  function place({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const at = ((clientX - box.left) / box.width) * STEPS - 0.5;
    return { at, drum: drumAt(boxes(), clientY - box.top) };
  }

  /** The hit that is meant at a point, null where there is none near. */
  function hitAt(event) {
    if (!instance.groove) return null;
    const { at, drum } = place(event);
    const reach = (REACH_PX[event.pointerType] ?? REACH_PX.mouse) / columnWidth();
    const hit = nearestHit(instance.groove, { drum: drums[drum], at, reach, zoom: zoom() });
    return hit && { drum, step: hit.step };
  }

  function cellAt(event) {
    const { at, drum } = place(event);
    return hitAt(event) || { drum, step: clamp(Math.floor(at + 0.5), 0, STEPS - 1) };
  }

  /** The cells of the hits in the box between two points. */
  function hitsBetween(start, end) {
    const [one, other] = [place(start), place(end)];
    const [low, high] = [one.drum, other.drum].toSorted((a, b) => a - b);
    const [left, right] = [one.at, other.at].toSorted((a, b) => a - b);
    const within = { drums: drums.slice(low, high + 1), left, right, zoom: zoom() };
    const hits = hitsWithin(instance.groove, within);
    return hits.map(({ drum, step }) => ({ drum: drums.indexOf(drum), step }));
  }

  return { hitAt, cellAt, hitsBetween, columnWidth, zoom };
}

/** The box that is drawn over what it selects. */
function createBox(node, area) {
  return {
    show(start, end) {
      const { left, top } = area.getBoundingClientRect();
      const [x, y] = [Math.min(start.clientX, end.clientX), Math.min(start.clientY, end.clientY)];
      node.style.transform = `translate(${x - left}px, ${y - top}px)`;
      node.style.width = `${Math.abs(end.clientX - start.clientX)}px`;
      node.style.height = `${Math.abs(end.clientY - start.clientY)}px`;
      node.hidden = false;
    },
    hide: () => {
      node.hidden = true;
    },
  };
}

/**
 * Bind drags and taps: `moveTo(cell)` sets the cursor, `showTip(event, words)` says what is there.
 *
 * A hit is dragged with all that is selected along with it; from empty ground a mouse draws a box,
 * a finger scrolls, and draws one anywhere once it has rested. With Shift, or by finger once
 * something is selected, a tap adds to the selection or takes away from it.
 */
export function bindPointer(area, { places, edits, selection, box, store, say, moveTo, showTip }) {
  const frame = createBox(box, area);
  let drag = null;
  let lastTap = null;

  function begin(event) {
    const { pointerId: pointer, pointerType, clientX, clientY, shiftKey: more } = event;
    const hit = places.hitAt(event);
    const cell = hit || places.cellAt(event);
    const touch = pointerType === "touch";
    const chosen = selection.cells();
    const group = hit && selection.has(hit) ? chosen : [cell];
    if (hit && !more && !touch && group.length === 1) selection.clear();
    drag = {
      pointer,
      point: { clientX, clientY },
      cell,
      hit,
      toggles: more || (touch && chosen.length > 0),
      base: more ? chosen : [],
      hadSelection: chosen.length > 0,
      group: group.map((one) => [one, edits.hitIn(one)]),
      axis: null,
      before: store.state.edits,
      timer: touch ? setTimeout(hold, HOLD_MS) : null,
      held: false,
      boxes: !hit && !touch,
    };
    moveTo(cell);
    if (hit || !touch) area.setPointerCapture(pointer);
  }

  function hold() {
    if (drag.axis) return;
    drag.held = drag.boxes = true;
    if (drag.hit && !selection.has(drag.cell)) selection.toggle(drag.cell);
    drag.base = selection.cells();
    say(`Selecting: draw a box${drag.base.length ? ", or tap other hits to add them" : ""}.`);
  }

  function tap({ cell, hit, toggles, hadSelection }, time) {
    if (toggles && hit) {
      selection.toggle(cell);
      return;
    }
    const again =
      lastTap &&
      time - lastTap.time < TWICE_MS &&
      lastTap.cell.drum === cell.drum &&
      lastTap.cell.step === cell.step;
    lastTap = hit && !again ? { cell, time } : null;
    if (hit && again) edits.remove([cell]);
    else if (hadSelection) selection.clear();
    else if (!hit) edits.add(cell);
  }

  /** Loudness goes by pixels, timing by the picture's own scale. */
  function follow(event) {
    const isTiming = drag.axis === "microtiming";
    const up = isTiming ? 0 : drag.point.clientY - event.clientY;
    const ticksPerPixel = TICKS_PER_STEP / (places.columnWidth() * places.zoom());
    const on = isTiming ? Math.round((event.clientX - drag.point.clientX) * ticksPerPixel) : 0;
    const snap = (ticks) => (isTiming && Math.abs(ticks + on) <= SNAP_TICKS ? 0 : ticks + on);
    edits.set(
      drag.group.map(([cell, [velocity, ticks]]) => [cell, [velocity + up, snap(ticks)]]),
      { merge: drag },
    );
    const present = edits.hitIn(drag.cell);
    if (!present) return; // another layer is shown since
    const [loudness, ticks] = present;
    showTip(event, isTiming ? timingWords(ticks, store.state.tempo_bpm) : velocityWords(loudness));
  }

  function select(event) {
    frame.show(drag.point, event);
    const inside = places.hitsBetween(drag.point, event);
    const others = drag.base.filter(
      (cell) => !inside.some((one) => edits.keyOf(one) === edits.keyOf(cell)),
    );
    selection.set([...others, ...inside]);
  }

  area.addEventListener("pointerdown", (event) => {
    if (drag || (event.button !== 0 && event.button !== 2)) return;
    const refusal = edits.refusal();
    if (refusal) {
      say(refusal);
      return;
    }
    area.focus({ preventScroll: true });
    if (event.button === 0) {
      begin(event);
      return;
    }
    const cell = places.cellAt(event);
    moveTo(cell);
    edits.remove([cell]);
  });
  // A finger on a hit edits it, one that has rested draws a box; any other may scroll the page.
  const keep = (event) => (drag?.hit || drag?.held) && event.preventDefault();
  for (const type of ["touchstart", "touchmove"])
    area.addEventListener(type, keep, { passive: false });

  area.addEventListener("pointermove", (event) => {
    if (!drag) {
      const hit = event.pointerType === "mouse" && places.hitAt(event);
      showTip(event, hit ? edits.describe(hit) : null);
      return;
    }
    if (event.pointerId !== drag.pointer) return;
    const { clientX, clientY } = drag.point;
    const [dx, dy] = [Math.abs(event.clientX - clientX), Math.abs(event.clientY - clientY)];
    if (!drag.axis && Math.max(dx, dy) < DRAG_PX) return;
    clearTimeout(drag.timer);
    drag.axis ||= dx > dy ? "microtiming" : "velocity";
    if (drag.boxes) select(event);
    else if (drag.hit) follow(event);
  });
  area.addEventListener("pointerleave", (event) => {
    if (!drag) showTip(event, null);
  });

  function finish(event) {
    if (!drag || event.pointerId !== drag.pointer) return;
    clearTimeout(drag.timer);
    const ended = drag;
    drag = null;
    frame.hide();
    if (event.type === "pointerup" && !ended.axis && !ended.held) tap(ended, event.timeStamp);
    if (event.type === "pointercancel") store.setState({ edits: ended.before }, { merge: ended });
    showTip(event, null);
  }
  for (const type of ["pointerup", "pointercancel"]) area.addEventListener(type, finish);
  area.addEventListener("contextmenu", (event) => event.preventDefault());
}
