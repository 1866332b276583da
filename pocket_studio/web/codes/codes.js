// The codes of the takes: fix them, swap one, lock beats, let go. Plain functions of the state.

import { nMorphedBeats } from "../core/kept.js";
import { activeTake, grooveRequest } from "../core/project.js";
import { withNewSeed } from "../core/seeds.js";
import { N_BEATS } from "../core/steps.js";

const FREE = Array(N_BEATS).fill(null);

/** The answer whose codes can be fixed: that of the present take, null while it is on its way. */
export const heardOf = ({ performance }, state) =>
  performance && performance.take === activeTake(state) ? performance : null;

const changedAt = (values, changes) => values.map((value, beat) => changes[beat] ?? value);

/**
 * The chosen take with the codes that are heard, all but those that a morph takes from the other
 * take: there its own stay. `changes` is {beat: {code, detail}}.
 */
function fixedTake(state, performance, changes) {
  const take = activeTake(state);
  const nMorphed = nMorphedBeats(state);
  const fix = (own, heard, key) =>
    heard.map((value, beat) => {
      if (changes[beat]) return changes[beat][key];
      return beat < nMorphed ? (own || FREE)[beat] : value;
    });
  return {
    ...take,
    codes: fix(take.codes, performance.codes, "code"),
    details: fix(take.details, performance.details, "detail"),
  };
}

/** Put `take` in the place of the chosen one; the locked beats are the same in all takes. */
function withTake(state, take, locked_beats = state.locked_beats) {
  const shared = locked_beats.filter((beat) => take.codes?.[beat] != null);
  const follow = (other) => {
    const same = shared.every(
      (beat) =>
        other.codes?.[beat] === take.codes[beat] && other.details?.[beat] === take.details[beat],
    );
    if (same) return other;
    const share = (own, given) =>
      (own || FREE).map((value, beat) => (shared.includes(beat) ? given[beat] : value));
    const codes = share(other.codes, take.codes);
    return { ...other, codes, details: share(other.details, take.details) };
  };
  return state.takes.map((other, index) => (index === state.take ? take : follow(other)));
}

/** A patch: the beats of `changes` say something else, the others stay as they are heard. */
export function withCodes(state, performance, changes) {
  return { takes: withTake(state, fixedTake(state, performance, changes)) };
}

/** A patch: lock a beat as it is heard, in all takes, or unlock it. */
export function withLockToggled(state, performance, beat) {
  if (state.locked_beats.includes(beat)) {
    return { locked_beats: state.locked_beats.filter((one) => one !== beat) };
  }
  const own = activeTake(state);
  const take = {
    ...own,
    codes: changedAt(own.codes || FREE, { [beat]: performance.codes[beat] }),
    details: changedAt(own.details || FREE, { [beat]: performance.details[beat] }),
  };
  const locked_beats = [...state.locked_beats, beat].sort((a, b) => a - b);
  return { locked_beats, takes: withTake(state, take, locked_beats) };
}

/** A patch: the chosen take's seed decides again wherever no beat is locked. */
export const withCodesReleased = (state) => withNewSeed(state, activeTake(state).seed);

/** What to ask for other codes in `beats`: they alone are free, under another seed. */
export function rerollRequest(state, boot, performance, beats, seed) {
  const free = (values) => values.map((value, beat) => (beats.includes(beat) ? null : value));
  const take = { seed, codes: free(performance.codes), details: free(performance.details) };
  return { ...grooveRequest(state, boot, take), morph: null, reference: null, locked_rows: {} };
}
