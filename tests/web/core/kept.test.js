import assert from "node:assert/strict";
import { test } from "node:test";

import { nMorphedBeats, withHeard, withOpenedBeats } from "../../../pocket_studio/web/core/kept.js";
import { withCharacter } from "../../../pocket_studio/web/core/steps.js";
import { cases } from "../cases.js";

const EIGHT = [...Array(8).keys()];
const HEARD = { codes: EIGHT, details: EIGHT.map((beat) => 10 + beat) };
const PAIRS = EIGHT.map((beat) => [beat, 10 + beat]);

const newState = (patch = {}) => ({
  template: Array(7).fill(".".repeat(32)),
  genre: "any", temperature: 1, guidance: 1, density: null, reference: null, referenceNotes: false,
  takes: [{ seed: 1, kept: PAIRS }, { seed: 2, kept: null }], take: 0, morph: null,
  ...patch,
});

test("as many beats are morphed as the server morphs", () => {
  for (const one of cases("morphs.json")) {
    assert.equal(nMorphedBeats({ morph: { to: 1, amount: one.amount } }), one.n_beats);
  }
  assert.equal(nMorphedBeats({ morph: null }), 0);
});

test("a change of the sketch opens its own beat in every take", () => {
  const state = newState();
  const template = state.template.with(0, withCharacter(state.template[0], 9, "x"));
  const { takes } = withOpenedBeats(state, { template });
  assert.deepEqual(takes[0].kept, PAIRS.with(2, null));
  assert.equal(takes[1], state.takes[1]);
});

test("another genre opens all beats, another tempo none", () => {
  const state = newState();
  assert.deepEqual(withOpenedBeats(state, { genre: "rock" }).takes[0].kept, Array(8).fill(null));
  assert.deepEqual(withOpenedBeats(state, { tempo: 90 }), { tempo: 90 });
});

test("a take keeps what it is heard to say, but nothing of the other take", () => {
  const fresh = newState({ take: 1, morph: { to: 0, amount: 0.5 } });
  const { takes } = withHeard(fresh, 1, HEARD);
  assert.deepEqual(takes[1].kept, [null, null, null, null, ...PAIRS.slice(4)]);
  assert.deepEqual(withHeard(newState(), 0, HEARD), {}, "the same again is no change");
});
