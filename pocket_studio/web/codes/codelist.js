// The 64 codes for one beat, likeliest first: see them, hear one by pointing at it, take it.

import { activeTake, asksModel, grooveRequest } from "../core/project.js";
import { createChannel } from "../core/server.js";
import { clamp } from "../core/shaping.js";
import { createPreview, watchTouch } from "../takes/preview.js";
import { buildChoice } from "./codechoices.js";
import { withCodes } from "./codes.js";
import { beatName } from "./codestrip.js";

const IDLE_MS = 250; // before the codes follow a change of the sketch
const ABOUT =
  "Point at a code to hear it here, click to take it; a tap hears it, a second takes it.";

/** Arrows move in the rows and columns of what is laid out as a grid. */
function moveIn(nodes, from, key) {
  const nColumns = nodes.filter(({ offsetTop }) => offsetTop === nodes[0].offsetTop).length;
  const moves = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from - nColumns,
    ArrowDown: from + nColumns,
    Home: 0,
    End: nodes.length - 1,
  };
  return key in moves ? clamp(moves[key], 0, nodes.length - 1) : null;
}

/**
 * Build the list; `heard()` and `onceHeard(act)` give the present answer of the model.
 *
 * Returns {setBeat, focus, follow, update}: `setBeat(beat)` asks for the codes of a beat (null
 *   closes the list), `onBuilt` is called when they are there, `follow()` after another answer.
 */
export function createCodeList(app, { heard, onceHeard, showLeak, onBuilt }) {
  const { part, boot, store, server, transport, say, fail } = app;
  const list = part("code-choices");
  const preview = createPreview(app);
  const isTouch = watchTouch(list);
  let beat = null;
  let items = [];
  let pointed = null; // the item under the pointer or focus
  let listed = null; // {performance, beat} that the items are about
  let focusWanted = false;
  let timer = null;
  let swapping = false;

  const channel = createChannel({
    send: server.code_choices,
    makeRequest() {
      const performance = heard();
      if (beat === null || !performance) return null;
      listed = { performance, beat };
      const { seed } = activeTake(store.state);
      const { codes, details } = performance;
      const request = grooveRequest(store.state, boot, { seed, codes, details });
      return { ...request, morph: null, beat };
    },
    onAnswer: (answer) => answer.beat === beat && build(answer.choices),
    onError: fail,
  });

  function build(choices) {
    const focused = items.find(({ node }) => node === document.activeElement);
    const present = listed.performance.codes[beat];
    items = choices.map((choice) => buildChoice(choice, { boot, beat, present }));
    // Still pointed at, so that leaving it ends what is heard of it.
    pointed = pointed && items.find(({ choice }) => choice.code === pointed.choice.code);
    showLeak(pointed && pointed.choice.leak);
    list.replaceChildren(...items.map(({ node }) => node));
    list.setAttribute("aria-busy", "false");
    const code = focused ? focused.choice.code : present;
    const { node } = items.find(({ choice }) => choice.code === code);
    node.tabIndex = 0;
    if (focused || focusWanted) node.focus();
    focusWanted = false;
    onBuilt();
  }

  /** All eight codes as they are heard, with the choice in place. */
  function tried({ code, detail }) {
    const { seed } = activeTake(store.state);
    const { codes, details } = heard() || listed.performance;
    return { seed, codes: codes.with(beat, code), details: details.with(beat, detail) };
  }

  const itemAt = (target) => items.find(({ node }) => node === target.closest?.(".ps-code-choice"));

  function point(item) {
    if (item === pointed) return;
    pointed = item;
    part("chooser-detail").textContent = item ? `${item.words}.` : ABOUT;
    showLeak(item && item.choice.leak);
    preview.point(item && (() => grooveRequest(store.state, boot, tried(item.choice))));
  }

  function take({ code, detail }, at, performance) {
    if (performance.codes[at] === code) return;
    swapping = true;
    store.setState(withCodes(store.state, performance, { [at]: { code, detail } }));
    swapping = false;
    say(`Code ${code} plays ${beatName(at)}.`);
  }

  function clickItem(item) {
    if (isTouch() && item !== pointed) {
      transport.open(); // while the browser knows that somebody has asked for sound
      point(item);
      return;
    }
    const at = beat;
    onceHeard((performance) => take(item.choice, at, performance));
    if (isTouch()) point(null); // nothing else leaves it
  }

  function pressKey(event) {
    const nodes = items.map(({ node }) => node);
    const from = nodes.indexOf(event.target);
    const to = from < 0 ? null : moveIn(nodes, from, event.key);
    if (to === null) return;
    event.preventDefault();
    nodes[from].tabIndex = -1;
    nodes[to].tabIndex = 0;
    nodes[to].focus();
  }

  // Moves only: a list that scrolls under a pointer at rest is not pointed at.
  list.addEventListener("pointermove", (event) => {
    const item = event.pointerType === "touch" ? null : itemAt(event.target);
    if (item) point(item);
  });
  list.addEventListener("pointerleave", () => !isTouch() && point(null));
  list.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible") && itemAt(target)) point(itemAt(target));
  });
  list.addEventListener("focusout", () => !isTouch() && point(null));
  document.addEventListener("pointerdown", ({ target }) => {
    if (isTouch() && !list.contains(/** @type {Node} */ (target))) point(null);
  });
  list.addEventListener("click", ({ target }) => itemAt(target) && clickItem(itemAt(target)));
  list.addEventListener("keydown", pressKey);

  return {
    setBeat(next) {
      preview.stop();
      pointed = null;
      showLeak(null);
      beat = next;
      list.hidden = beat === null;
      if (beat === null) return;
      part("chooser-detail").textContent = ABOUT;
      // What was offered for another beat must not be taken for this one.
      if (listed?.beat !== beat) items = [];
      list.replaceChildren(...items.map(({ node }) => node));
      channel.request();
    },
    focus() {
      focusWanted = true;
    },
    follow() {
      if (beat === null || !heard() || listed?.performance === heard()) return;
      clearTimeout(timer);
      list.setAttribute("aria-busy", "true");
      timer = setTimeout(channel.request, IDLE_MS);
    },
    update(state, previous) {
      if (!swapping && asksModel(state, previous)) preview.stop();
    },
  };
}
