import assert from "node:assert/strict";
import { test } from "node:test";

import {
  gracesOf,
  ornamentOf,
  ornamentsOf,
  withNextOrnament,
} from "../../../pocket_studio/web/core/ornaments.js";
import { cases } from "../cases.js";

test("grace notes are those of the server", () => {
  for (const { tempo_bpm, graces, ...hit } of cases("graces.json")) {
    const found = gracesOf(hit, tempo_bpm);
    assert.equal(found.length, graces.length);
    found.forEach(({ before, velocity }, index) => {
      assert.ok(Math.abs(before - graces[index].before) < 1e-6);
      assert.ok(Math.abs(velocity - graces[index].velocity) < 1e-6);
    });
  }
});

test("a cell goes through flam and drag back to none", () => {
  const others = { tom: `d${".".repeat(31)}` };
  const flam = withNextOrnament(others, "snare", 4);
  assert.equal(ornamentOf(flam, "snare", 4), "flam");
  const drag = withNextOrnament(flam, "snare", 4);
  assert.equal(ornamentOf(drag, "snare", 4), "drag");
  assert.equal(ornamentOf(drag, "snare", 5), undefined);
  assert.deepEqual(withNextOrnament(drag, "snare", 4), others);
});

test("the ornaments of a groove are found again", () => {
  const hit = { step: 4, drum: "snare", velocity: 0.5, microtiming: 0 };
  /** @type {import("../../../pocket_studio/web/types.js").Groove} */
  const groove = {
    tempo_bpm: 120,
    hits: [
      { ...hit, ornament: "drag" },
      { ...hit, step: 8 },
    ],
  };
  assert.deepEqual(ornamentsOf(groove), { snare: `....d${".".repeat(27)}` });
});
