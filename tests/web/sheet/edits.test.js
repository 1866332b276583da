import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../../pocket_studio/web/core/store.js";
import {
  createEdits,
  refusalOf,
  ticksOf,
  timingWords,
} from "../../../pocket_studio/web/sheet/edits.js";
import { BOOT, DRUMS, newState } from "../cases.js";

/** @import { App, Hit, State } from "../../../pocket_studio/web/types.js" */

const [KICK, SNARE] = [0, 1];
const cell = (drum, step) => ({ drum, step });
const played = (step, drum, velocity, microtiming = 0) => ({ step, drum, velocity, microtiming });

/**
 * Edits of a groove of these hits, of which the model played `model`.
 *
 * @param {Hit[]} hits
 * @param {Partial<State>} patch
 */
function editsOf(hits, patch = {}, model = hits) {
  const store = createStore(newState({ tempo_bpm: 100, ...patch }));
  const [groove, own] = [hits, model].map((some) => ({ tempo_bpm: 100, swing: 0.5, hits: some }));
  const boot = { ...BOOT, drum_titles: DRUMS };
  const app = { store, boot, instance: { groove, performance: { groove: own } }, player: {} };
  return { store, edits: createEdits(/** @type {App} */ (/** @type {unknown} */ (app))) };
}

test("many hits are changed in one step, each within what a hit can be", () => {
  const { store, edits } = editsOf([
    played(0, "kick", 120 / 127, 50 / 60),
    played(4, "snare", 10 / 127, -0.5),
  ]);
  let changes = 0;
  store.subscribe(() => {
    changes += 1;
  });
  const cells = [cell(KICK, 0), cell(SNARE, 4), cell(SNARE, 5)];
  edits.change(cells, (velocity, ticks) => [velocity + 20, ticks + 15]);
  assert.equal(changes, 1);
  assert.deepEqual(store.state.edits, { "kick:0": [127, 59], "snare:4": [30, -15] });
});

test("what changes nothing is no step", () => {
  const { store, edits } = editsOf([played(0, "kick", 1)], { edits: { "kick:0": [90, 0] } });
  store.subscribe(() => assert.fail("changed"));
  edits.set([[cell(KICK, 0), [90, 0]]]);
  edits.release([cell(SNARE, 3)]);
});

test("hits of the model are taken out, those of an edit leave nothing behind", () => {
  const kick = played(0, "kick", 1);
  const seen = [kick, played(4, "snare", 90 / 127)];
  const { store, edits } = editsOf(seen, { edits: { "snare:4": [90, 0] } }, [kick]);
  assert.match(edits.describe(cell(SNARE, 4)), /; added by you$/);
  edits.remove([cell(KICK, 0), cell(SNARE, 4)]);
  assert.deepEqual(store.state.edits, { "kick:0": [0, 0] });
  edits.release([cell(KICK, 0)]);
  assert.deepEqual(store.state.edits, {});
});

test("a hit is described with where it comes from", () => {
  const template = DRUMS.map((_, drum) => (drum === KICK ? "x" : ".") + ".".repeat(31));
  const { edits } = editsOf([played(0, "kick", 1, 0.2), played(4, "snare", 0.5)], {
    template,
    edits: { "kick:0": [127, 12] },
  });
  assert.equal(
    edits.describe(cell(KICK, 0)),
    "kick, bar 1, beat 1: velocity 127 of 127, 100%; late by 15 ms, 10% of a step; sketched, edited",
  );
  assert.equal(
    edits.describe(cell(SNARE, 4)),
    "snare, bar 1, beat 2: velocity 64 of 127, 50%; on the grid; added by the model",
  );
});

test("milliseconds become ticks of the tempo, and never none", () => {
  assert.equal(ticksOf(5, 100), 4);
  assert.equal(ticksOf(-5, 240), -10);
  assert.equal(ticksOf(1, 40), 1);
  assert.equal(ticksOf(-1, 40), -1);
  assert.equal(timingWords(-60, 100), "early by 75 ms, 50% of a step");
});

test("only the groove itself can be edited or locked, and what is seen instead is said", () => {
  const idle = { previewed: null };
  assert.equal(refusalOf(newState(), idle), null);
  for (const layer of /** @type {const} */ (["template", "notes", "velocity"])) {
    assert.match(refusalOf(newState({ layer }), idle), /choose Groove to edit or lock/);
  }
  assert.match(refusalOf(newState({ compare: "previous" }), idle), /^This is the take before/);
  assert.match(refusalOf(newState(), { previewed: {} }), /only tried out/);
});
