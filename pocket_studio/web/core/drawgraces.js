// The grace notes in the picture of a groove.

import { hitShape } from "./hitshape.js";
import { gracesOf } from "./ornaments.js";
import { STEPS } from "./steps.js";

/** @import { Groove, Hit } from "../types.js" */

const WIDTH = 2.5; // pixels

/**
 * Draw the grace notes of a hit as bars where they begin, as high as they are loud.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Groove} groove
 * @param {Hit} hit
 * @param {{ column: number, row: number, middle: number, zoom: number, colour: string }} place the
 *   middle of its row, in pixels, and how many times its size timing is drawn
 */
export function drawGraces(
  context,
  { tempo_bpm, swing },
  hit,
  { column, row, middle, zoom, colour },
) {
  const { onset } = hitShape(hit, swing, zoom);
  context.fillStyle = colour;
  for (const { before, velocity } of gracesOf(hit, tempo_bpm)) {
    const height = row * (0.3 + 0.6 * velocity);
    // Near the seam it is seen on both sides of it, as the loop plays it.
    for (const shift of [-STEPS, 0, STEPS]) {
      const x = (onset - before + shift + 0.5) * column;
      context.fillRect(x - WIDTH / 2, middle - height / 2, WIDTH, height);
    }
  }
}
