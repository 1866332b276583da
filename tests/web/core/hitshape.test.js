import assert from "node:assert/strict";
import { test } from "node:test";

import { hitShape, hitsWithin, nearestHit } from "../../../pocket_studio/web/core/hitshape.js";
import { cases } from "../cases.js";

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} and ${other}`);

test("a hit looks as the server draws it", () => {
  for (const { shape: wanted, swing, zoom, ...hit } of cases("hit_shapes.json")) {
    const found = hitShape(hit, swing, zoom);
    for (const key of ["line", "onset", "side", "half"]) near(found[key], wanted[key]);
    found.outline.forEach((point, index) => {
      point.forEach((part, axis) => near(part, wanted.outline[index][axis]));
    });
  }
});

test("early points back, late points on, and the onset edge is the higher one", () => {
  const of = (microtiming) => hitShape({ step: 4, velocity: 1, microtiming });
  const places = ({ outline }) => outline.map(([place]) => place);
  assert.ok(Math.max(...places(of(-0.2))) === of(-0.2).onset && of(-0.2).side === -1);
  assert.ok(Math.min(...places(of(0.2))) === of(0.2).onset && of(0.2).side === 1);
  assert.equal(of(0).side, 0);
  const [foot, , tip] = of(0.2).outline;
  assert.ok(Math.abs(foot[1]) > Math.abs(tip[1]));
});

const hit = (step, drum, microtiming = 0) => ({ step, drum, velocity: 0.5, microtiming });
const groove = (...hits) => ({ tempo_bpm: 100, swing: 0.5, hits });

test("the hit that is drawn near a point is meant, wherever its own cell is", () => {
  const early = hit(8, "snare", -1); // drawn in the cell before
  const hits = groove(early, hit(8, "kick"), hit(3, "snare"));
  const at = (place, reach = 0.2, zoom = 1) =>
    nearestHit(hits, { drum: "snare", at: place, reach, zoom });
  assert.equal(at(7.2), early);
  assert.equal(at(6.95), early, "within reach of its body");
  assert.equal(at(6.8), null);
  assert.equal(at(8), null, "its own cell is empty ground");
  assert.equal(at(7.2, 0.2, 3), early, "the zoom takes no hit out of its step");
});

test("of two hits side by side the nearer one is meant", () => {
  const [one, other] = [hit(5, "snare"), hit(6, "snare")];
  const at = (place) =>
    nearestHit(groove(one, other), { drum: "snare", at: place, reach: 1, zoom: 1 });
  assert.equal(at(5.4), one);
  assert.equal(at(5.6), other);
});

test("a hit before the loop's start is found at its end too", () => {
  const early = hit(0, "kick", -0.8);
  const at = (place) => nearestHit(groove(early), { drum: "kick", at: place, reach: 0.1, zoom: 1 });
  assert.equal(at(-0.45), early);
  assert.equal(at(31.5), early);
});

test("a box takes the hits whose bodies it touches, of its drums", () => {
  const hits = groove(hit(2, "kick"), hit(4, "kick", 0.9), hit(4, "snare"), hit(9, "kick"));
  const found = hitsWithin(hits, { drums: ["kick"], left: 2.1, right: 4.5, zoom: 1 });
  assert.deepEqual(
    found.map(({ step }) => step),
    [2, 4],
  );
});
