// The groove as a piano roll on a canvas (Figure 1): colour and height say how loud, place and
// shape say when.

import { drawGraces } from "./drawgraces.js";
import { TIMING_ZOOM, hitShape } from "./hitshape.js";
import { editKey } from "./project.js";
import { evenBoxes } from "./rowboxes.js";
import { positionOf } from "./shaping.js";
import { STEPS, isHit } from "./steps.js";

const MIN_MARKED = { row: 14, column: 8 }; // pixels; smaller pictures have no room for marks
const PLAIN_WIDTH = 0.72; // of a column, there
const ADDED_FILL = 0.25; // how much of its colour fills the body of an added hit
const EDGE = 1.5; // pixels, around bodies
const GAP = 1; // between bodies that meet
const SOFT = [47, 107, 222];
const MIDDLE = [150, 70, 190];
const LOUD = [222, 41, 55];

/** Velocity in 0..1 -> colour from blue (soft) over violet to red (loud). */
export function heatColour(velocity) {
  const lower = velocity < 0.5;
  const [from, to] = lower ? [SOFT, MIDDLE] : [MIDDLE, LOUD];
  const share = lower ? velocity * 2 : velocity * 2 - 1;
  const mix = from.map((part, index) => Math.round(part + (to[index] - part) * share));
  return `rgb(${mix.join(", ")})`;
}

/** Which hits were added to the template, and which of its cells the groove left out. */
function compareWithTemplate(groove, template, drums) {
  const played = new Set(groove.hits.map((hit) => `${drums.indexOf(hit.drum)}:${hit.step}`));
  const removed = [];
  let nTemplate = 0;
  template.forEach((text, drum) => {
    for (let step = 0; step < STEPS; step += 1) {
      if (!isHit(text[step])) continue;
      nTemplate += 1;
      if (!played.has(`${drum}:${step}`)) removed.push({ drum, step });
    }
  });
  const isAdded = (hit) => !isHit(template[drums.indexOf(hit.drum)][hit.step]);
  const nKept = nTemplate - removed.length;
  return { removed, isAdded, nKept, nAdded: groove.hits.length - nKept };
}

export const countHits = ({ hits }) => `${hits.length} hit${hits.length === 1 ? "" : "s"}`;

export function describeGroove(groove, comparison) {
  const { nKept, nAdded, removed } = comparison;
  const counts = `${countHits(groove)}: ${nKept} kept, ${nAdded} added, ${removed.length} left out`;
  const isEmpty = nKept + removed.length === 0;
  return isEmpty ? `${counts} (empty sketch: the model plays freely)` : counts;
}

/** Size the canvas for the screen's pixels; returns a context that counts in CSS pixels. */
function prepareCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function readColours(canvas) {
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    line: colour("--ps-line"),
    strong: colour("--ps-line-strong"),
    shade: colour("--ps-shade"),
    mark: colour("--ps-on-heat"),
    removed: colour("--ps-muted"),
    text: colour("--ps-text"),
    flat: colour("--ps-strong"),
    chosen: colour("--ps-accent"),
    chosenGround: colour("--ps-accent-soft"),
  };
}

function drawGround(context, box, boxes, colours, swing) {
  const { width, height } = box;
  const column = width / STEPS;
  context.fillStyle = colours.shade;
  for (let beat = 1; beat < STEPS / 4; beat += 2) {
    context.fillRect(beat * 4 * column, 0, 4 * column, height);
  }
  const line = (x, y, w, h, colour) => {
    context.fillStyle = colour;
    context.fillRect(x, y, w, h);
  };
  for (const { top, height: row } of boxes.slice(1)) {
    line(0, Math.round(top + row), width, 1, colours.line);
  }
  // Where a hit on the (swung) grid lies: the ruler for early and late.
  for (let step = 0; swing !== null && step < STEPS; step += 1) {
    const place = positionOf({ step, microtiming: 0 }, swing);
    line(Math.round((place + 0.5) * column), 0, 1, height, colours.line);
  }
  for (let beat = 1; beat < STEPS / 4; beat += 1) {
    const colour = beat === 4 ? colours.strong : colours.line;
    line(Math.round(beat * 4 * column), 0, 1, height, colour);
  }
}

/** Bodies: solid or, of added hits, hollow; one that lies over another leaves a gap around it. */
function drawBodies(context, drawn) {
  for (const { outline, colour, added } of drawn) {
    context.beginPath();
    for (const [x, y] of outline) context.lineTo(x, y);
    context.closePath();
    context.globalCompositeOperation = "destination-out";
    context.lineWidth = EDGE + 2 * GAP;
    context.fill();
    context.stroke();
    context.globalCompositeOperation = "source-over";
    context.lineWidth = EDGE;
    context.fillStyle = colour;
    context.strokeStyle = colour;
    context.globalAlpha = added ? ADDED_FILL : 1;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }
}

/** The hard edge where a hit sounds, and the tail to its grid line. */
function drawOnsets(context, drawn, colours) {
  context.fillStyle = colours.text;
  for (const { onset, line, side, middle, half } of drawn) {
    context.fillRect(onset - 1, middle - half - 1, 2, 2 * half + 2);
    if (side) context.fillRect(Math.min(onset, line), middle - 1, Math.abs(line - onset), 2);
  }
}

function drawRings(context, edited, colours) {
  context.fillStyle = colours.mark;
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const { onset, middle, half } of edited) {
    context.moveTo(onset + 3, middle - half);
    context.arc(onset, middle - half, 3, 0, 2 * Math.PI);
  }
  context.fill();
  context.stroke();
}

function drawChosen(context, chosen, colours) {
  context.fillStyle = colours.chosenGround;
  context.strokeStyle = colours.chosen;
  context.lineWidth = 2;
  for (const { outline, middle, row } of chosen) {
    const places = outline.map(([x]) => x);
    const left = Math.min(...places) - 4;
    const box = [left, middle - row / 2 + 1, Math.max(...places) + 4 - left, row - 2];
    context.fillRect(...box);
    context.strokeRect(...box);
  }
}

/** Where there is no room for more: bars whose height and colour are the velocity. */
function drawPlain(context, drawn, column) {
  const width = PLAIN_WIDTH * column;
  for (const { onset, middle, half, colour } of drawn) {
    context.fillStyle = colour;
    context.beginPath();
    const corner = Math.min(4, width / 4);
    context.roundRect(onset - width / 2, middle - half, width, 2 * half, corner);
    context.fill();
  }
}

/** A hit's shape in pixels; one near the seam is seen on both sides of it, as the loop plays it. */
function placed(hit, looks, { column, row, middle, swing, zoom }) {
  const shape = hitShape(hit, swing, zoom);
  return [0, -STEPS, STEPS].flatMap((shift) => {
    const across = (place) => (place + shift + 0.5) * column;
    const outline = shape.outline.map(([place, up]) => [across(place), middle - up * row]);
    const [onset, line] = [across(shape.onset), across(shape.line)];
    const places = [line, ...outline.map(([x]) => x)];
    if (Math.max(...places) <= 0 || Math.min(...places) >= STEPS * column) return [];
    const { edited } = hit;
    return {
      ...looks,
      edited,
      row,
      outline,
      onset,
      line,
      middle,
      side: shape.side,
      half: shape.half * row,
    };
  });
}

/** All hits; those of rows that are folded have no room for more than a bar. */
function drawHits(context, drawn, column, colours) {
  const hasRoom = ({ row }) => row >= MIN_MARKED.row && column >= MIN_MARKED.column;
  const marked = drawn.filter(hasRoom);
  drawPlain(
    context,
    drawn.filter((one) => !hasRoom(one)),
    column,
  );
  drawChosen(
    context,
    marked.filter(({ chosen }) => chosen),
    colours,
  );
  drawBodies(context, marked);
  drawOnsets(context, marked, colours);
  drawRings(
    context,
    marked.filter(({ edited }) => edited),
    colours,
  );
}

function drawRemoved(context, place, step, colours) {
  const { column, row, middle } = place;
  const { line } = hitShape({ step, velocity: 0, microtiming: 0 }, place.swing);
  context.strokeStyle = colours.removed;
  context.lineWidth = 1.25;
  context.setLineDash([3, 2.5]);
  const width = Math.max(7, column * 0.4);
  context.strokeRect((line + 0.5) * column - width / 2, middle - row * 0.3, width, row * 0.6);
  context.setLineDash([]);
}

/**
 * Draw a groove; returns the comparison with the template (null without one).
 *
 * Without `template` (codebook tiles) nothing is marked and the ground stays plain. A groove that
 * is `flat`, all hits equally loud, has no colour; `zoomed` draws its timing three times its size;
 * `selected` are the keys of hits that are selected; `boxes` say where the rows lie (default: all
 * alike); over a sketch there is no ground (`bare`).
 */
export function drawGroove(
  canvas,
  groove,
  {
    drums,
    template = null,
    flat = false,
    zoomed = false,
    selected = [],
    boxes = null,
    bare = false,
  },
) {
  const box = prepareCanvas(canvas);
  const colours = readColours(canvas);
  const rows = boxes ?? evenBoxes(drums.length, box.height);
  const column = box.width / STEPS;
  const comparison = template && compareWithTemplate(groove, template, drums);
  const place = (drum) => ({
    column,
    row: rows[drum].height,
    middle: rows[drum].top + rows[drum].height / 2,
    swing: groove.swing,
    zoom: zoomed ? TIMING_ZOOM : 1,
  });
  const chosen = new Set(selected);
  if (!bare) drawGround(box.context, box, rows, colours, template && groove.swing);
  for (const { drum, step } of comparison ? comparison.removed : []) {
    drawRemoved(box.context, place(drum), step, colours);
  }
  const drawn = groove.hits.flatMap((hit) => {
    const looks = {
      colour: flat ? colours.flat : heatColour(hit.velocity),
      added: comparison !== null && comparison.isAdded(hit),
      chosen: chosen.has(editKey(hit.drum, hit.step)),
    };
    return placed(hit, looks, place(drums.indexOf(hit.drum)));
  });
  drawHits(box.context, drawn, column, colours);
  for (const hit of groove.hits) {
    const spot = { ...place(drums.indexOf(hit.drum)), colour: colours.text };
    drawGraces(box.context, groove, hit, spot);
  }
  return comparison;
}
