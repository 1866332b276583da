// The sketch as one immutable state object, and the channel that asks the server about it.
"use strict";

window.PocketStudio = window.PocketStudio || {};

(function (studio) {
  const STEPS = 32;
  const STEPS_PER_BAR = 16;
  const STEPS_PER_BEAT = 4;
  const AUTO = ".";
  const SYLLABLES = ["", ", e", ", and", ", a"];

  /** "bar 1, beat 2, and": where a step lies, for labels. */
  function stepName(step) {
    const bar = Math.floor(step / STEPS_PER_BAR) + 1;
    const beat = Math.floor((step % STEPS_PER_BAR) / STEPS_PER_BEAT) + 1;
    return `bar ${bar}, beat ${beat}${SYLLABLES[step % STEPS_PER_BEAT]}`;
  }

  /** The text with one character replaced. */
  function withCharacter(text, index, character) {
    return text.slice(0, index) + character + text.slice(index + 1);
  }

  function emptyTemplate(nDrums) {
    return Array(nDrums).fill(AUTO.repeat(STEPS));
  }

  /** {kick: "x..."} -> one text per drum, in drum order. */
  function templateFromRows(rows, drums) {
    return drums.map((drum) => rows[drum] || AUTO.repeat(STEPS));
  }

  function templateToRows(template, drums) {
    return Object.fromEntries(drums.map((drum, index) => [drum, template[index]]));
  }

  /**
   * One state, one way to change it: `setState(patch)` replaces whole values and tells every
   * subscriber (state, previous). Values are never mutated, so that a history can keep them.
   */
  function createStore(initial) {
    let state = Object.freeze({ ...initial });
    const listeners = [];
    return {
      get state() {
        return state;
      },
      setState(patch) {
        const changed = Object.keys(patch).some((key) => patch[key] !== state[key]);
        if (!changed) return;
        const previous = state;
        state = Object.freeze({ ...state, ...patch });
        listeners.forEach((listener) => listener(state, previous));
      },
      subscribe(listener) {
        listeners.push(listener);
      },
    };
  }

  const NO_ANSWER = { error: "the studio does not answer; is it still running?" };

  /** Call a server function; whatever goes wrong on the way comes back as `{error}` too. */
  async function ask(call, request) {
    try {
      return (await call(request)) || NO_ANSWER;
    } catch {
      return NO_ANSWER;
    }
  }

  /**
   * A line to one server function: debounced, at most one request in flight, newest wins.
   *
   * `makeRequest()` is called when a request is really sent, so it always describes the present.
   * An answer is dropped as stale when something newer was asked for while it was on its way.
   */
  function createChannel({ send, makeRequest, onAnswer, onError, delay = 30 }) {
    let wanted = 0;
    let inFlight = false;
    let timer = null;
    const counts = { sent: 0, dropped: 0 };

    async function flush() {
      timer = null;
      if (inFlight) return;
      const asked = wanted;
      const request = makeRequest();
      if (!request) return;
      inFlight = true;
      counts.sent += 1;
      const answer = await ask(send, request);
      inFlight = false;
      if (asked !== wanted) {
        counts.dropped += 1;
        if (timer === null) flush();
      } else if (answer.error) {
        onError(answer.error);
      } else {
        onAnswer(answer);
      }
    }

    return {
      counts,
      get busy() {
        return inFlight || timer !== null;
      },
      request() {
        wanted += 1;
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(flush, delay);
      },
      /** Forget what is under way: its answer will be dropped. */
      cancel() {
        wanted += 1;
        if (timer !== null) clearTimeout(timer);
        timer = null;
      },
    };
  }

  /** Base64 text -> bytes. */
  function bytesFromBase64(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  }

  /** Bytes -> base64 text, in pieces that `fromCharCode` can take. */
  function base64FromBytes(bytes) {
    let binary = "";
    for (let start = 0; start < bytes.length; start += 32768) {
      binary += String.fromCharCode(...bytes.subarray(start, start + 32768));
    }
    return btoa(binary);
  }

  /** Make an element: `element("button", {class: "x", text: "Play"}, child, ...)`. */
  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") node.textContent = value;
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  Object.assign(studio, {
    STEPS, STEPS_PER_BAR, STEPS_PER_BEAT, AUTO,
    stepName, withCharacter, emptyTemplate, templateFromRows, templateToRows,
    createStore, ask, createChannel, bytesFromBase64, base64FromBytes, element,
  });
})(window.PocketStudio);
