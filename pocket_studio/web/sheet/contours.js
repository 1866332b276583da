// A contour: the marks of 32 steps for each drum, kept as one text where all drums have the same.

import { fillSelect } from "../core/fields.js";
import { AUTO, STEPS, templateFromRows, withCharacter } from "../core/steps.js";

/** @import { App, Hooks } from "../types.js" */

const EMPTY = AUTO.repeat(STEPS);
export const MIXED = "*"; // a step whose drums differ, where all of them are shown

/** A text for all drums, or {drum: text} -> one text a drum, in drum order. */
export function contourToRows(contour, drums) {
  return typeof contour === "string" ? drums.map(() => contour) : templateFromRows(contour, drums);
}

function rowsToContour(rows, drums) {
  if (rows.every((row) => row === rows[0])) return rows[0];
  const named = drums.map((drum, index) => [drum, rows[index]]);
  return Object.fromEntries(named.filter(([, row]) => row !== EMPTY));
}

/** The contours among what was read of a groove. */
export const contoursOf = ({ velocity_pattern, microtiming_pattern }) => ({
  velocity_pattern,
  microtiming_pattern,
});

export const isPainted = (contour) => contour !== EMPTY;

/** What a lane shows: the text of `drum`, or of all drums (null) with MIXED where they differ. */
export function shownContour(contour, drums, drum) {
  if (typeof contour === "string") return contour;
  if (drum !== null) return contour[drum] ?? EMPTY;
  const rows = contourToRows(contour, drums);
  return [...rows[0]]
    .map((mark, step) => (rows.every((row) => row[step] === mark) ? mark : MIXED))
    .join("");
}

/** Set one step, or all of them (`step` null), of the drums that the lanes show. */
export function withMark(rows, { drums, drum }, step, mark) {
  return rows.map((row, index) => {
    if (drum !== null && drums[index] !== drum) return row;
    return step === null ? mark.repeat(STEPS) : withCharacter(row, step, mark);
  });
}

/** Replace a contour; the same contour again is no change. */
export function writeContour(store, key, rows, drums, how = {}) {
  const before = contourToRows(store.state[key], drums);
  if (rows.every((row, index) => row === before[index])) return;
  store.setState({ [key]: rowsToContour(rows, drums) }, how);
}

/**
 * The choice of the drum that both lanes show and paint.
 *
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindLaneDrum({ part, store, boot }) {
  const select = part("lane-drum");
  const titles = boot.drums.map((drum, index) => ({ value: drum, text: boot.drum_titles[index] }));
  fillSelect(select, [{ value: "", text: "All drums" }, ...titles]);
  select.addEventListener("change", () => store.setState({ laneDrum: select.value || null }));
  for (const key of ["velocity_pattern", "microtiming_pattern"]) {
    part(`${key}-auto`).addEventListener("click", () => {
      const { laneDrum: drum } = store.state;
      const rows = contourToRows(store.state[key], boot.drums);
      const cleared = withMark(rows, { drums: boot.drums, drum }, null, AUTO);
      writeContour(store, key, cleared, boot.drums);
    });
  }
  return {
    update({ laneDrum }) {
      select.value = laneDrum ?? "";
      const title = boot.drum_titles[boot.drums.indexOf(laneDrum)];
      part("lane-hint").textContent = laneDrum
        ? `The contours below are painted for the ${title.toLowerCase()} only.`
        : "The contours below are painted for all drums at once; a ring marks a step where they differ.";
    },
  };
}
