// The groove as a piano roll on a canvas (Figure 1): colour and height say how loud, place says
// when.

import { drawGraces } from "./drawgraces.js";
import { positionOf } from "./shaping.js";
import { STEPS, isHit } from "./steps.js";

const MIN_MARKED_ROW = 14; // pixels; smaller pictures have no room for marks
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
  const counts = `${countHits(groove)}: ${nKept} kept, ${nAdded} added, ${removed.length} removed`;
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
  };
}

function drawGround(context, box, nDrums, colours, centres) {
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
  for (let row = 1; row < nDrums; row += 1) {
    line(0, Math.round((row * height) / nDrums), width, 1, colours.line);
  }
  // The centre of a column is where a hit on the grid lies: the ruler for early and late.
  for (let step = 0; centres && step < STEPS; step += 1) {
    line(Math.round((step + 0.5) * column), 0, 1, height, colours.line);
  }
  for (let beat = 1; beat < STEPS / 4; beat += 1) {
    const colour = beat === 4 ? colours.strong : colours.line;
    line(Math.round(beat * 4 * column), 0, 1, height, colour);
  }
}

function drawPlus(context, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1.5, radius / 3);
  context.beginPath();
  context.moveTo(x - radius, y);
  context.lineTo(x + radius, y);
  context.moveTo(x, y - radius);
  context.lineTo(x, y + radius);
  context.stroke();
}

function drawEdited(context, x, y, colours) {
  context.fillStyle = colours.mark;
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

function drawHit(context, place, hit, added, colours) {
  const { column, row, top, swing } = place;
  const height = row * (0.3 + 0.6 * hit.velocity);
  const width = column * 0.72;
  const y = top + (row - height) / 2;
  const centre = (positionOf(hit, swing) + 0.5) * column;
  // A hit near the seam is seen on both sides of it, as the loop plays it.
  for (const x of [centre, centre - STEPS * column, centre + STEPS * column]) {
    if (x + width / 2 <= 0 || x - width / 2 >= STEPS * column) continue;
    context.fillStyle = heatColour(hit.velocity);
    context.beginPath();
    context.roundRect(x - width / 2, y, width, height, Math.min(4, width / 4));
    context.fill();
    if (row < MIN_MARKED_ROW) continue;
    const radius = Math.min(5, width * 0.3, height * 0.36);
    if (added) drawPlus(context, x, top + row / 2, radius, colours.mark);
    if (hit.edited) drawEdited(context, x + width / 2 - 2, y + 2, colours);
  }
}

function drawRemoved(context, place, step, colours) {
  const { column, row, top, swing } = place;
  const centre = (positionOf({ step, microtiming: 0 }, swing) + 0.5) * column;
  context.strokeStyle = colours.removed;
  context.lineWidth = 1.25;
  context.setLineDash([3, 2.5]);
  const width = column * 0.72;
  context.strokeRect(centre - width / 2, top + row * 0.2, width, row * 0.6);
  context.setLineDash([]);
}

/**
 * Draw a groove; returns the comparison with the template (null without one).
 *
 * Without `template` (codebook tiles) nothing is marked and the ground stays plain.
 */
export function drawGroove(canvas, groove, { drums, template = null }) {
  const box = prepareCanvas(canvas);
  const colours = readColours(canvas);
  const nDrums = drums.length;
  const [column, row] = [box.width / STEPS, box.height / nDrums];
  const comparison = template && compareWithTemplate(groove, template, drums);
  const { swing } = groove;
  const place = (drum) => ({ column, row, top: (nDrums - 1 - drum) * row, swing });
  drawGround(box.context, box, nDrums, colours, template !== null);
  for (const { drum, step } of comparison ? comparison.removed : []) {
    drawRemoved(box.context, place(drum), step, colours);
  }
  for (const hit of groove.hits) {
    const added = comparison !== null && comparison.isAdded(hit);
    drawHit(box.context, place(drums.indexOf(hit.drum)), hit, added, colours);
    const middle = (nDrums - 0.5 - drums.indexOf(hit.drum)) * row;
    drawGraces(box.context, groove, hit, { column, row, middle, colour: colours.text });
  }
  return comparison;
}
