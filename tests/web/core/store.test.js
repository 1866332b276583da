import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../../pocket_studio/web/core/store.js";

test("whole values are replaced and whoever listens hears of it once", () => {
  const store = createStore({ tempo: 100, view: "studio" });
  const heard = [];
  store.subscribe((state, previous, how) => heard.push([state.tempo, previous.tempo, how.merge]));
  store.setState({ tempo: 120 }, { merge: 3 });
  store.setState({ tempo: 120 });
  assert.deepEqual(heard, [[120, 100, 3]]);
});

test("a key that the state does not have is a mistake", () => {
  const store = createStore({ tempo: 100 });
  assert.throws(() => store.setState(/** @type {any} */ ({ speed: 1 })), /the state has no speed/);
  assert.deepEqual(store.state, { tempo: 100 });
});
