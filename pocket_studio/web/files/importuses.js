// What two bars of a MIDI file can be used for.

import { templateFromRows } from "../core/steps.js";
import { withGroove } from "../sheet/edits.js";

/** @import { Drum, State } from "../types.js" */

const STRAIGHT = 0.5;

export const contoursOf = (from) => ({
  velocity_pattern: from.velocity_pattern,
  microtiming_pattern: from.microtiming_pattern,
});

const sketchOf = (answer, drums) => ({
  template: templateFromRows(answer.template, drums),
  preset: null,
  tempo_bpm: answer.groove.tempo_bpm,
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
