// The line to the server, and bytes on their way through it.

/** @import { Call, Server } from "../types.js" */

const NO_ANSWER = { error: "the studio does not answer; is it still running?" };

/**
 * The calls of the server by their names: each sends its request as JSON and returns the answer.
 *
 * @returns {Server}
 */
export function connect() {
  return new Proxy(
    {},
    { get: (_, name) => (request) => post(new URL(`api/${String(name)}`, document.baseURI), request) },
  );
}

async function post(address, request) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return response.json();
}

/**
 * Call a server function; whatever goes wrong on the way comes back as `{error}` too.
 *
 * @param {Call} call
 * @returns {Promise<any>}
 */
export async function ask(call, request) {
  try {
    return (await call(request)) || NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
}

/**
 * A line to one server function: at most one request in flight, and the newest is never lost.
 *
 * `makeRequest()` is called when a request is really sent, so it always describes the present.
 * While a drag goes on, answers arrive in order and each is shown; `cancel` drops what is under
 * way.
 */
export function createChannel({ send, makeRequest, onAnswer, onError, delay = 0 }) {
  let wanted = false;
  let inFlight = false;
  let timer = null;
  let epoch = 0;
  const counts = { sent: 0, dropped: 0 };

  function schedule() {
    if (timer === null && !inFlight) timer = setTimeout(flush, delay);
  }

  async function flush() {
    timer = null;
    const request = wanted && makeRequest();
    wanted = false;
    if (!request) return;
    const asked = epoch;
    inFlight = true;
    counts.sent += 1;
    const answer = await ask(send, request);
    inFlight = false;
    if (wanted) schedule();
    if (asked !== epoch) counts.dropped += 1;
    else if (answer.error) onError(answer.error);
    else onAnswer(answer);
  }

  return {
    counts,
    get busy() {
      return inFlight || timer !== null;
    },
    request() {
      wanted = true;
      schedule();
    },
    /** Forget what is under way: its answer will be dropped. */
    cancel() {
      wanted = false;
      epoch += 1;
    },
  };
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
