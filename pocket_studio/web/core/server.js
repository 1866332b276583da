// The line to the server, and bytes on their way through it.

/** @import { Call, Server } from "../types.js" */

export const AWAY = { error: "the studio does not answer; is it still running?", away: true };
const BUSY = { error: "the studio is busy, try again", busy: true };
// What is said of an answer that is not the studio's own: of a server before it, or of a fault.
const SAID = { 413: { error: "this is too much at once for the studio" }, 429: BUSY, 503: BUSY };
const GONE = [502, 504]; // a server before the studio, which finds none

const BUSY_WAITS_MS = [400, 800, 1600]; // then it is said
const AWAY_WAITS_MS = [1000, 2000, 4000, 8000]; // the last again and again
const NO_TRIES = { away: 0, busy: 0 };
const MODEL = "pocket-model"; // the header that says whose answer it is

const pause = (ms) =>
  new Promise((done) => {
    setTimeout(done, ms);
  });

/**
 * The calls of the server by their names: each sends its request as JSON and returns the answer.
 *
 * @param {(model: string) => void} [onModel] is told with each answer which model the server has.
 * @param {(isThere: boolean) => void} [onReach] is told after each call whether there is a server.
 * @returns {Server}
 */
export function connect(onModel = () => {}, onReach = () => {}) {
  const address = (name) => new URL(`api/${String(name)}`, document.baseURI);
  async function send(name, request, signal) {
    try {
      const answer = await post(address(name), request, onModel, signal);
      onReach(!answer.away);
      return answer;
    } catch (error) {
      if (!signal?.aborted) onReach(false);
      throw error;
    }
  }
  return new Proxy(
    {},
    { get: (calls, name) => (calls[name] ??= (request, signal) => send(name, request, signal)) },
  );
}

async function post(address, request, onModel, signal) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
    signal,
  });
  const model = response.headers.get(MODEL);
  if (model) onModel(model);
  const { status } = response;
  if (response.ok) return response.json();
  const { error } = await response.json().catch(() => ({}));
  if (error) return status === 503 ? { error, busy: true } : { error };
  return GONE.includes(status)
    ? AWAY
    : SAID[status] || { error: `the studio could not answer (${status})` };
}

/** Call once; whatever goes wrong on the way comes back as `{error}` too. */
async function call(send, request, signal) {
  try {
    return (await send(request, signal)) || AWAY;
  } catch {
    return AWAY;
  }
}

/**
 * Call a server function; whatever goes wrong on the way comes back as `{error}` too. A server that
 * is busy is asked again, a few times.
 *
 * @param {Call} send
 * @param {AbortSignal} [signal] ends it
 * @returns {Promise<any>}
 */
export async function ask(send, request, signal) {
  for (const wait of BUSY_WAITS_MS) {
    const answer = await call(send, request, signal);
    if (!answer.busy || signal?.aborted) return answer;
    await pause(wait);
  }
  return call(send, request, signal);
}

/** As `ask`, until there is an answer: `onWait(line)` is told that there is none yet. */
export async function askUntilAnswered(send, request, onWait) {
  for (let n = 0; ; n += 1) {
    const answer = await ask(send, request);
    if (!answer.busy && !answer.away) return answer;
    onWait(answer.error);
    await pause(AWAY_WAITS_MS[Math.min(n, AWAY_WAITS_MS.length - 1)]);
  }
}

const NOW = 0; // in place of a timer: when what runs has run

/**
 * A line to one server function: at most one request in flight, and the newest is never lost.
 *
 * `makeRequest()` is called when a request is really sent, so it always describes the present.
 * While a drag goes on, answers arrive in order and each is shown; `cancel` drops what is under
 * way. A server that is busy is asked again a few times before that is said; one that does not
 * answer until it does. `onError(line, answer)` is told of either, the answer `busy` or `away`.
 */
export function createChannel({ send, makeRequest, onAnswer, onError, delay = 0 }) {
  let wanted = false;
  let inFlight = false;
  let timer = null;
  let epoch = 0;
  let unanswered = null; // {request, away}: what is asked again
  let tries = NO_TRIES;
  const counts = { sent: 0, dropped: 0 };

  function schedule(wait = delay) {
    if (timer !== null || inFlight) return;
    timer = wait ? setTimeout(flush, wait) : NOW;
    if (timer === NOW) queueMicrotask(flush); // all of one click's changes, before it is painted
  }

  async function flush() {
    timer = null;
    const request = (wanted && makeRequest()) || unanswered?.request;
    wanted = false;
    unanswered = null;
    if (!request) return;
    const asked = epoch;
    inFlight = true;
    counts.sent += 1;
    const answer = await call(send, request);
    inFlight = false;
    if (asked !== epoch) counts.dropped += 1;
    else if (comesAgain(answer)) unanswered = { request, away: answer.away };
    if (wanted || unanswered) schedule(unanswered ? waitAfter(answer) : delay);
    if (asked !== epoch || (unanswered && !answer.away)) return;
    if (answer.error) onError(answer.error, answer);
    else onAnswer(answer);
  }

  /** Whether the same is asked again: of a busy server a few times, of one that is away always. */
  function comesAgain({ away, busy }) {
    if (away || (busy && tries.busy < BUSY_WAITS_MS.length)) return true;
    tries = NO_TRIES;
    return false;
  }

  function waitAfter({ away }) {
    const [kind, waits] = away ? ["away", AWAY_WAITS_MS] : ["busy", BUSY_WAITS_MS];
    tries = { ...tries, [kind]: tries[kind] + 1 };
    return waits[Math.min(tries[kind], waits.length) - 1];
  }

  return {
    counts,
    get busy() {
      return inFlight || timer !== null;
    },
    request() {
      wanted = true;
      if (unanswered?.away) {
        clearTimeout(timer);
        timer = null;
      }
      schedule();
    },
    /** Forget what is under way: its answer will be dropped. */
    cancel() {
      wanted = false;
      unanswered = null;
      tries = NO_TRIES;
      epoch += 1;
    },
  };
}

/** Fetch a file of the server: {bytes}, or {error} with a line. One that is busy is asked again. */
export function fetchBytes(address) {
  return ask(async () => {
    const response = await fetch(address);
    if (response.ok) return { bytes: await response.arrayBuffer() };
    if (GONE.includes(response.status)) return AWAY;
    return SAID[response.status] || { error: "the studio no longer has this sound; try again" };
  }, null);
}

/** Base64 text -> bytes. */
export function bytesFromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Bytes -> base64 text, in pieces that `fromCharCode` can take. */
export function base64FromBytes(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 32768) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 32768));
  }
  return btoa(binary);
}
