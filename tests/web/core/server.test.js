import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import {
  ask,
  askUntilAnswered,
  base64FromBytes,
  bytesFromBase64,
  connect,
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

test("a request goes at the end of the task that asks for it, once for all that it changes", async () => {
  const sent = [];
  let edit = 0;
  const channel = createChannel({
    makeRequest: () => ({ edit }),
    send: async (request) => sent.push(request.edit),
    onAnswer: () => {},
    onError: assert.fail,
  });
  for (edit = 1; edit < 3; edit += 1) channel.request();
  assert.deepEqual([sent, channel.busy], [[], true]);
  await Promise.resolve(); // the task is over; no other has begun
  assert.deepEqual([sent, channel.busy], [[3], true]);
  await pause();
  assert.deepEqual([sent, channel.counts.sent, channel.busy], [[3], 1, false]);
});

test("whatever goes wrong on the way is an error in one line", async () => {
  const silent = await ask(() => Promise.reject(new Error("gone")), {});
  assert.match(silent.error, /does not answer/);
  assert.deepEqual(await ask(() => null, {}), silent);
  assert.deepEqual(await ask(async (request) => ({ got: request }), 7), { got: 7 });
});

/** A real server that gives these answers one after the other, the last again and again. */
async function serving(answers, port = 0) {
  const server = createServer((request, response) => {
    request.resume();
    const [status, body] = answers.length > 1 ? answers.shift() : answers[0];
    response.writeHead(status, { "pocket-model": "0123456789ab", connection: "close" }).end(body);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  Object.assign(globalThis, { document: { baseURI: `http://127.0.0.1:${address.port}/` } });
  return { server, port: address.port };
}

const BUSY = [503, '{"error": "the studio is busy, try again"}'];
const FINE = [200, '{"fine": true}'];

test("what is refused is said in the server's words, or by its status", async () => {
  const models = [];
  const { groove } = connect((model) => models.push(model));
  /** @type {[number, string, RegExp][]} */
  const answers = [
    [400, '{"error": "the tempo must be 40 to 240"}', /^the tempo must be 40 to 240$/],
    [413, '{"error": "the request is larger than 64 KB"}', /^the request is larger than 64 KB$/],
    [413, "<html>nginx</html>", /too much at once/],
    [502, "<html>nginx</html>", /does not answer/],
    [500, "", /could not answer \(500\)/],
  ];
  const { server } = await serving(answers);
  for (const [, , words] of [...answers]) assert.match((await ask(groove, {})).error, words);
  assert.deepEqual(new Set(models), new Set(["0123456789ab"]));
  server.close();
});

test("a busy server is asked again, of what is wanted by then, before that is said", async () => {
  const { groove } = connect(() => {});
  const { server } = await serving([BUSY, BUSY, FINE]);
  assert.deepEqual(await ask(groove, {}), { fine: true });
  server.close();

  const busy = await serving([BUSY, BUSY, FINE]);
  let edit = 1;
  const sent = [];
  const said = [];
  await new Promise((done) => {
    const channel = createChannel({
      makeRequest: () => ({ edit }),
      send: (request) => {
        sent.push(request.edit);
        if (sent.length === 2) {
          edit = 2;
          channel.request();
        }
        return groove(request);
      },
      onAnswer: done,
      onError: (line) => said.push(line),
    });
    channel.request();
  });
  assert.deepEqual(sent, [1, 1, 2]);
  assert.deepEqual(said, []);
  busy.server.close();
});

test("a server that stays busy is said once", async () => {
  const { groove } = connect(() => {});
  const { server } = await serving([BUSY]);
  const said = await new Promise((done) => {
    const channel = createChannel({
      makeRequest: () => ({}),
      send: groove,
      onAnswer: assert.fail,
      onError: (line) => done([line, channel.counts.sent, channel.busy]),
    });
    channel.request();
  });
  assert.deepEqual(said, ["the studio is busy, try again", 4, false]);
  server.close();
});

test("what was asked of a server that is away is asked again when it is back", async () => {
  const { groove } = connect(() => {});
  const { server, port } = await serving([FINE]);
  server.close();
  await once(server, "close");
  let back = null;
  const answer = await new Promise((done) => {
    const channel = createChannel({
      makeRequest: () => ({}),
      send: groove,
      onAnswer: done,
      onError: async (line) => {
        assert.match(line, /does not answer/);
        back ??= await serving([FINE], port);
      },
    });
    channel.request();
  });
  assert.deepEqual(answer, { fine: true });
  back.server.close();
});

test("a server that comes back busy is asked as often as any busy one", async () => {
  const { groove } = connect(() => {});
  const away = [502, ""];
  const { server } = await serving([away, away, away, BUSY, BUSY, FINE]);
  const answer = await new Promise((done) => {
    const channel = createChannel({
      makeRequest: () => ({}),
      send: groove,
      onAnswer: done,
      onError: (line) => /does not answer/.test(line) || done(line),
    });
    channel.request();
  });
  assert.deepEqual(answer, { fine: true });
  server.close();
});

test("what has to be answered is asked until it is, and a refusal is an answer", async () => {
  const { groove } = connect(() => {});
  const refused = [400, '{"error": "this is no project"}'];
  const { server } = await serving([[502, ""], BUSY, BUSY, BUSY, BUSY, refused]);
  const said = [];
  const answer = await askUntilAnswered(groove, {}, (line) => said.push(line));
  assert.deepEqual(answer, { error: "this is no project" });
  assert.deepEqual(said, [
    "the studio does not answer; is it still running?",
    "the studio is busy, try again",
  ]);
  server.close();
});

test("bytes come back from base64 as they were, many of them too", () => {
  const bytes = Uint8Array.from({ length: 70001 }, (_, index) => index % 251);
  assert.deepEqual(bytesFromBase64(base64FromBytes(bytes)), bytes);
});

test("a call is a POST of its request, and its answer is what came, also if it is refused", async (t) => {
  const asked = [];
  const answers = [{ groove: 1 }, { error: "the tempo must be 40 to 240" }];
  globalThis.document = /** @type {any} */ ({ baseURI: "https://studio.example/under/?a=1" });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  t.mock.method(globalThis, "fetch", async (address, options) => {
    asked.push([String(address), options.method, options.body]);
    return Response.json(answers[asked.length - 1], { status: asked.length > 1 ? 400 : 200 });
  });
  const server = connect();
  assert.deepEqual(await ask(server.groove, { seed: 1 }), answers[0]);
  assert.deepEqual(await ask(server.export, {}), answers[1]);
  assert.deepEqual(asked, [
    ["https://studio.example/under/api/groove", "POST", '{"seed":1}'],
    ["https://studio.example/under/api/export", "POST", "{}"],
  ]);
});

test("what is no answer of the studio, and no answer at all, is said", async (t) => {
  globalThis.document = /** @type {any} */ ({ baseURI: "https://studio.example/" });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const told = { error: "the studio does not answer; is it still running?", away: true };
  const fetched = t.mock.method(globalThis, "fetch", async () => new Response("<html>502</html>"));
  assert.deepEqual(await ask(connect().groove, {}), told);
  fetched.mock.mockImplementation(async () => {
    throw new TypeError("failed to fetch");
  });
  assert.deepEqual(await ask(connect().groove, {}), told);
});
