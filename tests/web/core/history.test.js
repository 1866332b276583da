import assert from "node:assert/strict";
import { test } from "node:test";

import { changedEdits, createHistory } from "../../../pocket_studio/web/core/history.js";
import { createStore } from "../../../pocket_studio/web/core/store.js";

function setUp() {
  const store = createStore({ tempo: 100, view: "studio" });
  return { store, history: createHistory(store, ["tempo"], () => {}) };
}

test("a stroke is one step to undo, and redone as one", () => {
  const { store, history } = setUp();
  const stroke = {};
  for (const tempo of [101, 102, 103]) store.setState({ tempo }, { merge: stroke });
  store.setState({ tempo: 104 });
  assert.equal(history.nUndo, 2);
  assert.deepEqual(history.undo(), ["tempo"]);
  assert.equal(store.state.tempo, 103);
  history.undo();
  assert.equal(store.state.tempo, 100);
  history.redo();
  assert.equal(store.state.tempo, 103);
});

test("a stroke that ends where it began is no step, unless it goes on", () => {
  const { store, history } = setUp();
  store.setState({ tempo: 90 });
  const stroke = {};
  for (const tempo of [91, 90]) store.setState({ tempo }, { merge: stroke });
  assert.equal(history.nUndo, 1);
  store.setState({ tempo: 95 }, { merge: stroke });
  assert.equal(history.nUndo, 2);
  history.undo();
  assert.equal(store.state.tempo, 90);
});

test("what is remembered and what is no part of the project are no steps", () => {
  const { store, history } = setUp();
  store.setState({ tempo: 120 }, { remembers: true });
  store.setState({ view: "song" });
  assert.equal(history.nUndo, 0);
  assert.deepEqual(history.undo(), []);
});

test("a change after an undo leaves nothing to redo", () => {
  const { store, history } = setUp();
  store.setState({ tempo: 120 });
  history.undo();
  store.setState({ tempo: 90 });
  assert.equal(history.nRedo, 0);
});

test("two hundred steps are kept", () => {
  const { store, history } = setUp();
  for (let tempo = 1; tempo <= 250; tempo += 1) store.setState({ tempo });
  assert.equal(history.nUndo, 200);
});

test("edits that differ are those that came, went or have another value", () => {
  const before = { "kick:0": [90, 0], "snare:4": [80, 3], "tom:1": [0, 0] };
  const after = { "kick:0": [90, 0], "snare:4": [80, 4], "crash:2": [60, 0] };
  assert.deepEqual(changedEdits(before, after).sort(), ["crash:2", "snare:4", "tom:1"]);
});
