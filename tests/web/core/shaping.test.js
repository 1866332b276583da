import assert from "node:assert/strict";
import { test } from "node:test";

import {
  levelsOf,
  positionOf,
  shape,
  stepsApart,
} from "../../../pocket_studio/web/core/shaping.js";
import { templateFromRows } from "../../../pocket_studio/web/core/steps.js";
import { DRUMS, cases, newState } from "../cases.js";

// Answers of the server have 4 decimals: two roundings of nearly the same number.
const TOLERANCE = 1.1e-4;

const stateOf = (one) =>
  newState({
    velocity_amount: one.velocity_amount,
    microtiming_amount: one.microtiming_amount,
    row_feels: one.row_feels,
    ornaments: one.ornaments,
    edits: Object.fromEntries(
      one.edits.map(([step, drum, velocity, ticks]) => [`${drum}:${step}`, [velocity, ticks]]),
    ),
    layer: one.layer,
    template: templateFromRows(one.template, DRUMS),
    swing: one.swing,
    tempo_bpm: one.tempo_bpm,
  });

test("a groove is shaped as the server shapes it", () => {
  for (const one of cases("shaping.json")) {
    const found = shape(one, stateOf(one), DRUMS);
    const wanted = one.shaped;
    assert.equal(found.tempo_bpm, wanted.tempo_bpm);
    assert.equal(found.swing, wanted.swing);
    const places = ({ hits }) => hits.map(({ step, drum }) => `${step} ${drum}`);
    assert.deepEqual(places(found), places(wanted));
    found.hits.forEach((hit, index) => {
      assert.ok(Math.abs(hit.velocity - wanted.hits[index].velocity) <= TOLERANCE);
      assert.equal(hit.ornament, wanted.hits[index].ornament);
      assert.ok(Math.abs(hit.microtiming - wanted.hits[index].microtiming) <= TOLERANCE);
    });
  }
});

test("an edited hit says so", () => {
  const [one] = cases("shaping.json").filter(
    ({ layer, edits }) => layer === "microtiming" && edits.some(([, , velocity]) => velocity > 0),
  );
  const found = shape(one, stateOf(one), DRUMS);
  const added = one.edits.filter(([, , velocity]) => velocity > 0);
  assert.equal(found.hits.filter(({ edited }) => edited).length, added.length);
});

test("a hit is played where the server plays it", () => {
  for (const { position, swing, ...hit } of cases("positions.json")) {
    assert.ok(Math.abs(positionOf(hit, swing) - position) < 1e-9);
  }
});

test("the way between two places is the shorter one", () => {
  assert.equal(stepsApart(1, 31), 2);
  assert.equal(stepsApart(4, 10), 6);
});

test("solo silences the others, mute wins over solo", () => {
  const levels = { kick: 0.5, snare: 1, tom: 1 };
  const state = newState({ levels, solo: ["kick", "snare"], muted: ["snare"] });
  assert.deepEqual(levelsOf(state, Object.keys(levels)), { kick: 0.5, snare: 0, tom: 0 });
});
