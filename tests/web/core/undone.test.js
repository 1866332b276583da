import assert from "node:assert/strict";
import { test } from "node:test";

import { changedDrums, changedStep } from "../../../pocket_studio/web/core/history.js";

const DRUMS = ["kick", "snare"];
const EMPTY = ".".repeat(32);

const stateOf = (patch) => ({
  template: [EMPTY, EMPTY],
  velocity_pattern: EMPTY,
  muted: [],
  levels: {},
  ...patch,
});
const changed = (key, patch) => changedDrums(key, DRUMS, stateOf({}), stateOf(patch));

test("a contour for one drum is a change of that drum alone", () => {
  const painted = `3${EMPTY.slice(1)}`;
  assert.deepEqual(changed("velocity_pattern", { velocity_pattern: { snare: painted } }), [
    "snare",
  ]);
  assert.deepEqual(changed("velocity_pattern", { velocity_pattern: painted }), DRUMS);
  assert.deepEqual(changed("velocity_pattern", { velocity_pattern: { snare: EMPTY } }), []);
});

test("lists and values by drum are compared drum by drum", () => {
  assert.deepEqual(changed("muted", { muted: ["kick"] }), ["kick"]);
  assert.deepEqual(changed("levels", { levels: { snare: 0.5 } }), ["snare"]);
});

test("the first step that is another is found in the sketch and in contours", () => {
  const late = `${EMPTY.slice(0, 20)}x${EMPTY.slice(21)}`;
  const step = (key, patch) => changedStep(key, DRUMS, stateOf({}), stateOf(patch));
  assert.equal(step("template", { template: [EMPTY, late] }), 20);
  assert.equal(step("velocity_pattern", { velocity_pattern: { kick: late } }), 20);
  assert.equal(step("template", {}), -1);
});
