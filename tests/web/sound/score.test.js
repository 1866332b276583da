import assert from "node:assert/strict";
import { test } from "node:test";
import {
  eventsBetween,
  loopScore,
  songScore,
  startOf,
} from "../../../pocket_studio/web/sound/score.js";

const levels = { kick: 1, snare: 0.5, tom: 0 };
const hit = (step, drum, microtiming = 0, velocity = 0.8) => ({
  step,
  drum,
  microtiming,
  velocity,
});
const groove = (...hits) => ({ tempo_bpm: 120, swing: 0.5, hits });
const places = (events) => events.map(({ position, voice }) => [position, voice]);

test("a hit pushed before the loop's start is played at its end", () => {
  const score = loopScore(groove(hit(0, "kick", -0.5), hit(3, "snare", 0.5)), levels);
  assert.deepEqual(places(score.events), [
    [3.25, "snare"],
    [31.75, "kick"],
  ]);
});

test("grace notes lie before their hit, at the loop's end where that begins it", () => {
  const flam = { ...hit(0, "kick"), ornament: /** @type {const} */ ("flam") };
  const drag = { ...hit(4, "snare"), ornament: /** @type {const} */ ("drag") };
  const { events } = loopScore(groove(flam, drag), levels);
  const voices = events.map(({ voice }) => voice);
  assert.deepEqual(voices, ["kick", "snare", "snare", "snare", "kick"]);
  assert.ok(Math.abs(events[4].position - (32 - 0.24)) < 1e-9, "30 ms at 120 bpm");
  assert.ok(events[1].velocity < 0.5 && events[3].velocity === 0.8);
  assert.equal(new Set(events.map(({ id }) => id)).size, 5);
});

test("a song's grace notes lie as far before their hits at its tempo, whatever the section's", () => {
  const flam = { ...hit(4, "kick"), ornament: /** @type {const} */ ("flam") };
  const slow = { ...groove(flam), tempo_bpm: 60 };
  const sections = [groove(hit(0, "snare")), slow].map((one) => ({ groove: one, repeats: 1 }));
  const [, grace, main] = songScore(sections, levels).events;
  assert.ok(Math.abs(main.position - grace.position - 0.24) < 1e-9);
});

test("a drum without a level is not there, and ends nothing", () => {
  const score = loopScore(groove(hit(0, "tom"), hit(4, "kick")), levels);
  assert.deepEqual(places(score.events), [[4, "kick"]]);
});

test("swing delays every second step", () => {
  const swung = { ...groove(hit(1, "kick"), hit(2, "kick")), swing: 0.75 };
  assert.deepEqual(places(loopScore(swung, levels).events), [
    [1.5, "kick"],
    [2, "kick"],
  ]);
});

test("the metronome counts bars and beats", () => {
  const voices = loopScore(groove(), levels, true).events.map(({ voice }) => voice);
  const bar = ["bar_click", "beat_click", "beat_click", "beat_click"];
  assert.deepEqual(voices, [...bar, ...bar]);
});

test("a loop goes on for ever, each hit once", () => {
  const score = loopScore(groove(hit(0, "kick"), hit(31, "snare")), levels);
  assert.deepEqual(places(eventsBetween(score, 0, 96)), [
    [0, "kick"],
    [31, "snare"],
    [32, "kick"],
    [63, "snare"],
    [64, "kick"],
    [95, "snare"],
  ]);
  for (let cut = 1; cut < 96; cut += 1) {
    const parts = [...eventsBetween(score, 0, cut), ...eventsBetween(score, cut, 96)];
    assert.deepEqual(parts, eventsBetween(score, 0, 96));
  }
  const ids = eventsBetween(score, 0, 96).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("a song's early hits lie before their own section's bar line, and it ends", () => {
  const sections = [
    { groove: groove(hit(0, "kick")), repeats: 2 },
    { groove: groove(hit(0, "snare", -1)), repeats: 1 },
  ];
  const score = songScore(sections, levels);
  assert.equal(score.length, 96);
  assert.deepEqual(places(eventsBetween(score, 0, 1000)), [
    [0, "kick"],
    [32, "kick"],
    [63.5, "snare"],
  ]);
});

test("a song, or a section of it, begins with its early hit and not with a late one before", () => {
  const late = groove(hit(31, "kick", 1));
  const sections = [
    { groove: groove(hit(0, "kick", -0.6), hit(31, "snare", 1)), repeats: 1 },
    { groove: groove(hit(0, "snare", -0.2)), repeats: 1 },
    { groove: late, repeats: 1 },
    { groove: late, repeats: 1 },
  ];
  const score = songScore(sections, levels);
  assert.equal(startOf(score, 0), -0.3);
  assert.equal(startOf(score, 32), 31.9);
  assert.equal(startOf(score, 64), 64);
  assert.equal(startOf(score, 96), 96);
});
