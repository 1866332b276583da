import assert from "node:assert/strict";
import { test } from "node:test";

import { nMorphedBeats, withHeard, withOpenedBeats } from "../../../pocket_studio/web/core/kept.js";
import { withCharacter } from "../../../pocket_studio/web/core/steps.js";
import { cases, newState } from "../cases.js";

const EIGHT = [...Array(8).keys()];
const HEARD = { codes: EIGHT, details: EIGHT.map((beat) => 10 + beat) };
/** @type {[number, number][]} */
const PAIRS = EIGHT.map((beat) => [beat, 10 + beat]);

/** Two of the takes: the chosen one has kept what it said, the other nothing. */
const keeping = (patch = {}) => {
  const state = newState();
  return { ...state, takes: state.takes.with(0, { ...state.takes[0], kept: PAIRS }), ...patch };
};

test("as many beats are morphed as the server morphs", () => {
  for (const one of cases("morphs.json")) {
    assert.equal(nMorphedBeats({ morph: { to: 1, amount: one.amount } }), one.n_beats);
  }
  assert.equal(nMorphedBeats({ morph: null }), 0);
});

test("a change of the sketch opens its own beat in every take", () => {
  const state = keeping();
  const template = state.template.with(0, withCharacter(state.template[0], 9, "x"));
  const { takes } = withOpenedBeats(state, { template });
  assert.deepEqual(takes[0].kept, PAIRS.with(2, null));
  assert.equal(takes[1], state.takes[1]);
});

test("a ghost or an accent opens no beat", () => {
  const state = keeping();
  const of = (mark) => state.template.with(0, withCharacter(state.template[0], 9, mark));
  const hit = { ...state, template: of("x") };
  for (const mark of ["g", "X"]) {
    assert.deepEqual(withOpenedBeats(hit, { template: of(mark) }), { template: of(mark) });
  }
});

test("another genre opens all beats, another tempo none", () => {
  const state = keeping();
  assert.deepEqual(withOpenedBeats(state, { genre: "rock" }).takes[0].kept, Array(8).fill(null));
  assert.deepEqual(withOpenedBeats(state, { tempo_bpm: 90 }), { tempo_bpm: 90 });
});

test("a take keeps what it is heard to say, but nothing of the other take", () => {
  const fresh = keeping({ take: 1, morph: { to: 0, amount: 0.5 } });
  const { takes } = withHeard(fresh, 1, HEARD);
  assert.deepEqual(takes[1].kept, [null, null, null, null, ...PAIRS.slice(4)]);
  assert.deepEqual(withHeard(keeping(), 0, HEARD), {}, "the same again is no change");
});
