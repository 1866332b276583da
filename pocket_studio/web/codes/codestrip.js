// The eight codes under the eight beats: see, lock, choose one or a range of them.

import { element } from "../core/fields.js";
import { nMorphedBeats } from "../core/kept.js";
import { activeTake, asksModel, editKey } from "../core/project.js";
import { clamp } from "../core/shaping.js";
import { N_BEATS, STEPS_PER_BEAT, stepName } from "../core/steps.js";
import { createChooser } from "./codechooser.js";
import { heardOf, withLockToggled } from "./codes.js";
import { beatPicture } from "./pictures.js";

/** @import { App, Hooks } from "../types.js" */

const LOCK =
  '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">' +
  '<path class="ps-beat-shackle" d="M5 8V5a3 3 0 0 1 6 0v3" fill="none" stroke="currentColor" stroke-width="1.8"/>' +
  '<rect x="3" y="7.5" width="10" height="7" rx="1.5" fill="currentColor"/></svg>';

/** "bar 1, beat 3". */
export const beatName = (beat) => stepName(beat * STEPS_PER_BEAT);

function buildBeat(beat) {
  const picture = element("span", { class: "ps-code-beat-picture" });
  const mark = element("small", { class: "ps-code-mark" });
  const code = element(
    "button",
    {
      type: "button",
      class: "ps-code",
      tabindex: "-1",
      "aria-expanded": "false",
      "aria-controls": "ps-chooser",
    },
    picture,
    mark,
  );
  const lock = element("button", { type: "button", class: "ps-beat-lock", tabindex: "-1" });
  lock.innerHTML = LOCK;
  const node = element("div", { class: "ps-code-beat", role: "presentation" }, code, lock);
  return { node, code, lock, picture, mark, name: beatName(beat) };
}

/** One tab stop; arrows go through codes and locks, Home and End to the ends. */
function bindArrows(root, buttons, onExtend) {
  buttons[0].tabIndex = 0;
  root.addEventListener("focusin", ({ target }) => {
    if (!buttons.includes(target)) return;
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
  });
  root.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const last = buttons.length - 1;
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    if (event.shiftKey && event.key.startsWith("Arrow")) onExtend(to < at ? -1 : 1);
    else buttons[clamp(to, 0, last)].focus();
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindCodeStrip(app) {
  const { part, boot, store, instance, say } = app;
  const beats = Array.from({ length: N_BEATS }, (_, beat) => buildBeat(beat));
  let waiting = null; // done with the next answer, unless something else is asked before it
  let range = null; // {from, to}: the beats that the chooser is about, with `from` the first one

  part("codes").append(...beats.map(({ node }) => node));

  const heard = () => heardOf(instance, store.state);

  /** Call `act(performance)` now, or as soon as the present take is heard. */
  function onceHeard(act) {
    waiting = heard() ? null : act;
    if (heard()) act(heard());
  }

  function toggleLock(beat, performance) {
    const locked = store.state.locked_beats.includes(beat);
    store.setState(withLockToggled(store.state, performance, beat));
    say(
      locked
        ? `Unlocked ${beats[beat].name}.`
        : `Locked ${beats[beat].name}: new takes keep what it plays.`,
    );
  }

  const chooser = createChooser(app, { heard, onceHeard, showLeak, setRange });

  function setRange(next) {
    range = next;
    beats.forEach(({ code }, beat) => {
      const chosen = range !== null && beat >= range.from && beat <= range.to;
      code.setAttribute("aria-expanded", String(chosen));
      code.parentElement.classList.toggle("ps-chosen", chosen);
    });
    chooser.setRange(range);
    showStrip();
  }

  /** The codes stand above what they play while their drawer is open, or while one is held. */
  function showStrip() {
    const { state } = store;
    const isHeld =
      state.locked_beats.length > 0 || activeTake(state).codes?.some((one) => one !== null);
    part("strip").hidden = !(part("drawer-codes").open || isHeld || range);
  }
  part("drawer-codes").addEventListener("toggle", showStrip);

  function extendTo(beat) {
    if (!range) setRange({ from: beat, to: beat });
    else if (beat < range.from) setRange({ from: beat, to: range.to });
    else setRange({ from: range.from, to: beat });
  }

  function pressCode(beat, event) {
    const alone = range && range.from === beat && range.to === beat;
    if (event.shiftKey) extendTo(beat);
    else setRange(alone ? null : { from: beat, to: beat });
    // Who came by keyboard goes on in the chooser, and comes back with Escape.
    if (range && event.detail === 0) chooser.focus(beats[beat].code);
  }

  beats.forEach(({ code, lock }, beat) => {
    code.addEventListener("click", (event) => pressCode(beat, event));
    lock.addEventListener("click", () => onceHeard((performance) => toggleLock(beat, performance)));
  });
  const buttons = beats.flatMap(({ code, lock }) => [code, lock]);
  bindArrows(part("codes"), buttons, (way) => {
    const end = range ? range.to + way : Math.floor(buttons.indexOf(document.activeElement) / 2);
    if (!range || end >= range.from) extendTo(clamp(end, 0, N_BEATS - 1));
  });

  /** How many cells of each beat a swap would change; null for none. */
  function showLeak(leak) {
    beats.forEach(({ mark }, beat) => {
      mark.textContent = leak && leak[beat] ? `≠${leak[beat]}` : "";
    });
  }

  function show({ performance }) {
    if (!performance) return;
    const { state } = store;
    const { codes } = activeTake(state);
    const nMorphed = nMorphedBeats(state);
    const played = new Set(performance.groove.hits.map(({ drum, step }) => editKey(drum, step)));
    const isOn = (drum, step) => played.has(editKey(boot.drums[drum], step));
    beats.forEach(({ code, lock, picture, name }, beat) => {
      const fixed = beat >= nMorphed && codes?.[beat] != null;
      const locked = state.locked_beats.includes(beat);
      picture.innerHTML = beatPicture(boot.drums.length, beat, isOn);
      code.classList.toggle("ps-fixed", fixed);
      code.classList.toggle("ps-morphed", beat < nMorphed);
      const words = beat < nMorphed ? ", from the other take" : fixed ? ", fixed" : "";
      code.setAttribute("aria-label", `Code ${performance.codes[beat]} in ${name}${words}`);
      code.title = `Code ${performance.codes[beat]} plays ${name}${words}; click for others`;
      lock.setAttribute("aria-pressed", String(locked));
      lock.setAttribute("aria-label", `Lock ${name}`);
      lock.title = locked ? `Unlock ${name}` : `Lock ${name}: new takes keep what it plays`;
    });
  }

  return {
    show(shown) {
      show(shown);
      showStrip();
      chooser.show();
      if (waiting) onceHeard(waiting);
    },
    update(state, previous) {
      if (previous && asksModel(state, previous)) waiting = null;
      if (previous && state.locked_beats !== previous.locked_beats) show(instance);
      if (previous) showStrip();
      if (previous) chooser.update(state, previous);
    },
    open: (view) => view !== "studio" && setRange(null),
  };
}
