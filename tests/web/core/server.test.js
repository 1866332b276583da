import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ask,
  base64FromBytes,
  bytesFromBase64,
  createChannel,
} from "../../../pocket_studio/web/core/server.js";

const pause = () =>
  new Promise((done) => {
    setTimeout(done, 20);
  });

test("one request is in flight, the newest is never lost, a cancelled answer is dropped", async () => {
  const shown = [];
  const asked = [];
  const waiting = [];
  let edit = 0;
  let inFlight = 0;
  let most = 0;
  const channel = createChannel({
    delay: 1,
    makeRequest: () => ({ edit }),
    send: (request) =>
      new Promise((answer) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        asked.push(request.edit);
        waiting.push(() => {
          inFlight -= 1;
          answer({ edit: request.edit });
        });
      }),
    onAnswer: (answer) => shown.push(answer.edit),
    onError: assert.fail,
  });
  for (edit = 1; edit <= 3; edit += 1) {
    channel.request();
    await pause();
  }
  edit = 3;
  while (waiting.length) {
    waiting.shift()();
    await pause();
  }
  edit = 4;
  channel.request();
  await pause();
  channel.cancel();
  waiting.shift()();
  await pause();
  assert.deepEqual(shown, [1, 3]);
  assert.deepEqual(asked, [1, 3, 4]);
  assert.equal(most, 1);
  assert.equal(channel.counts.dropped, 1);
  assert.equal(channel.busy, false);
});

test("whatever goes wrong on the way is an error in one line", async () => {
  const silent = await ask(() => Promise.reject(new Error("gone")), {});
  assert.match(silent.error, /does not answer/);
  assert.deepEqual(await ask(() => null, {}), silent);
  assert.deepEqual(await ask(async (request) => ({ got: request }), 7), { got: 7 });
});

test("bytes come back from base64 as they were, many of them too", () => {
  const bytes = Uint8Array.from({ length: 70001 }, (_, index) => index % 251);
  assert.deepEqual(bytesFromBase64(base64FromBytes(bytes)), bytes);
});
