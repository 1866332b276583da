// What two bars of a MIDI file can be used for.

import { AUTO, HIT, STEPS, isHit, templateFromRows } from "../core/steps.js";
import { contoursOf } from "../sheet/contours.js";
import { withGroove } from "../sheet/edits.js";

/** @import { Drum, State } from "../types.js" */

const STRAIGHT = 0.5;

const sketchOf = (answer, drums) => ({
  template: templateFromRows(answer.template, drums),
  preset: null,
  tempo_bpm: answer.groove.tempo_bpm,
  selected: [],
});

const counted = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/**
 * What plays as the user fixed it, whatever the model hears: "7 locked rows", empty if nothing does.
 *
 * @param {Pick<State, "locked_rows" | "edits">} state
 */
export function heldBy({ locked_rows, edits }) {
  const held = [
    [Object.keys(locked_rows).length, "locked row"],
    [Object.keys(edits).length, "edited hit"],
  ];
  return held
    .filter(([n]) => n)
    .map(([n, noun]) => counted(n, noun))
    .join(" and ");
}

/**
 * What a sketch is not of the hits that it comes from, in words; empty where it is all of them.
 *
 * @param {{ template: Record<string, string>, groove: { hits: { drum: string, step: number }[] } }} answer
 */
export function reducedWords({ template, groove }) {
  const missing = groove.hits.filter(({ drum, step }) => !isHit(template[drum]?.[step] ?? AUTO));
  const marks = Object.values(template).flatMap((row) => [...row]);
  const nAdded = marks.filter(isHit).length - (groove.hits.length - missing.length);
  if (!missing.length && !nAdded) return "";
  const said = [
    missing.length ? `${missing.length} of its ${counted(groove.hits.length, "hit")} left out` : "",
    nAdded ? `${nAdded} filled in` : "",
  ];
  return `, reduced to its plain beat: ${said.filter(Boolean).join(", ")}`;
}

/** A patch: the sketch has every hit of the file, as it stands on the grid. */
export function wholeSketch({ groove }, drums) {
  const rows = drums.map(() => [...AUTO.repeat(STEPS)]);
  for (const { drum, step } of groove.hits) rows[drums.indexOf(drum)][step] = HIT;
  return { template: rows.map((row) => row.join("")), preset: null };
}

/** A file that says its swing has the rest of its feel beside it. */
const swingOf = ({ swing }) => (swing === STRAIGHT ? {} : { swing });

/**
 * (answer of read_midi, file name, drums) -> patch of the state; the keys are those of the buttons.
 *
 * @type {Record<string, {
 *   words: string, patch: (answer: any, name: string, drums: Drum[]) => Partial<State>,
 * }>}
 */
export const USES = {
  sketch: {
    words: "The sketch is that of",
    patch: (answer, name, drums) => sketchOf(answer, drums),
  },
  feel: {
    words: "Feel taken from",
    patch: ({ groove }, name) => ({
      reference: { name, groove },
      reference_notes: false,
      ...swingOf(groove),
    }),
  },
  groove: {
    words: "The groove is that of",
    patch: (answer, name, drums) => ({
      ...sketchOf(answer, drums),
      ...withGroove(answer.groove, drums),
    }),
  },
  contours: { words: "Contours drawn from", patch: contoursOf },
};
