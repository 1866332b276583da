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
   * One state, one way to change it: `setState(patch, how)` replaces whole values and tells every
   * subscriber (state, previous, how). Values are never mutated, so that the history can keep them.
   * Changes with the same `how.merge` (any value) are one step to undo. `complete(state, patch)` adds
   * to a patch what follows from it.
   */
  function createStore(initial, complete = (_, patch) => patch) {
    let state = Object.freeze({ ...initial });
    const listeners = [];
    return {
      get state() {
        return state;
      },
      setState(wanted, how = {}) {
        const patch = complete(state, wanted);
        const changed = Object.keys(patch).some((key) => patch[key] !== state[key]);
        if (!changed) return;
        const previous = state;
        state = Object.freeze({ ...state, ...patch });
        listeners.forEach((listener) => listener(state, previous, how));
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
   * A line to one server function: at most one request in flight, and the newest is never lost.
   *
   * `makeRequest()` is called when a request is really sent, so it always describes the present.
   * While a drag goes on, answers arrive in order and each is shown; `cancel` drops what is under
   * way.
   */
  function createChannel({ send, makeRequest, onAnswer, onError, delay = 0 }) {
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

  const features = [];

  /**
   * Add a part of the page. `create(app)` is called once when the page is mounted and may return
   * `update(state, previous)`, called at each change of the state, and `show(instance)`, called
   * when what is seen and heard has changed.
   */
  function feature(create) {
    features.push(create);
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
    createStore, ask, createChannel, features, feature,
    bytesFromBase64, base64FromBytes, element,
  });
})(window.PocketStudio);
