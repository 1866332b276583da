// An edit stays where it is made: what a take said is kept, and opened again only where the sketch
// changed (docs/decisions/0013-takes.md). Plain functions of the state.

import { N_BEATS, STEPS_PER_BEAT, hitsOf } from "./steps.js";
/** @import { Performance, State } from "../types.js" */

/**
 * How many beats, from the first, play the other take's hits.
 *
 * @param {Pick<State, "morph">} state
 */
export const nMorphedBeats = ({ morph }) => (morph ? Math.floor(N_BEATS * morph.amount + 0.5) : 0);

const ALL = Array.from({ length: N_BEATS }, (_, beat) => beat);
/** Who changes one of these asks for other notes; the rest only changes how they are played. */
const NOTES = ["genre", "temperature", "guidance", "density"];

const notesOf = ({ reference, reference_notes }) => (reference_notes ? reference : null);

/** The beats in which `state` asks for other notes than `previous`; a stress asks for none. */
function openedBeats(state, previous) {
  const all =
    NOTES.some((key) => state[key] !== previous[key]) || notesOf(state) !== notesOf(previous);
  const of = (row, beat) => hitsOf(row.slice(beat * STEPS_PER_BEAT, (beat + 1) * STEPS_PER_BEAT));
  return all
    ? ALL
    : ALL.filter((beat) =>
        state.template.some((row, drum) => of(row, beat) !== of(previous.template[drum], beat)),
      );
}

const samePair = (pair, other) => pair?.[0] === other?.[0] && pair?.[1] === other?.[1];

function withoutKept(take, beats) {
  if (!beats.some((beat) => take.kept?.[beat])) return take;
  return { ...take, kept: take.kept.map((pair, beat) => (beats.includes(beat) ? null : pair)) };
}

/**
 * The patch, and with it the takes whose beats it opens; one with takes of its own says it all.
 *
 * @param {State} state
 * @param {Partial<State>} patch
 * @returns {Partial<State>}
 */
export function withOpenedBeats(state, patch) {
  if (patch.takes) return patch;
  const beats = openedBeats({ ...state, ...patch }, state);
  const takes = state.takes.map((take) => withoutKept(take, beats));
  return takes.every((take, index) => take === state.takes[index]) ? patch : { ...patch, takes };
}

/**
 * A patch: a take keeps what it was heard to say. For `setState` with `{remembers: true}`: the
 * user has changed nothing, so it is no step to undo, and there is nothing to ask the model.
 *
 * @param {State} state
 * @param {number} index
 * @param {Pick<Performance, "codes" | "details">} answer
 * @returns {Partial<State>}
 */
export function withHeard(state, index, { codes, details }) {
  const take = state.takes[index];
  const own = take.kept || ALL.map(() => null);
  // What a morph takes from the other take is not this one's.
  const nMorphed = index === state.take ? nMorphedBeats(state) : 0;
  const kept = codes.map((code, beat) => (beat < nMorphed ? own[beat] : [code, details[beat]]));
  const same = kept.every((pair, beat) => samePair(pair, own[beat]));
  return same ? {} : { takes: state.takes.with(index, { ...take, kept }) };
}
