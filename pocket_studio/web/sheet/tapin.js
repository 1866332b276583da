// Tap a rhythm into the sketch: a pad and a key for each drum, on the loop that plays.

import { element } from "../core/fields.js";
import { positionOf, stepsApart } from "../core/shaping.js";
import { HIT, STEPS, isHit, withCharacter } from "../core/steps.js";
import { stepSecondsOf } from "../sound/transport.js";
import { writeTemplate } from "./grid.js";

/** @import { App, Hooks } from "../types.js" */

const KEYS = "asdfghj"; // kick to tom, side by side under the fingers
const FLASH_MS = 120;
const PLAYING = "Tap along: each hit goes to the nearest sixteenth of the sketch. Esc ends.";
const STILL = "Press Play (Space), then tap along. Until then the pads only sound. Esc ends.";

function createPad(title, key) {
  const pad = element("button", { type: "button", class: "ps-pad", "aria-keyshortcuts": key });
  pad.append(
    element("span", { text: title }),
    element("kbd", { text: key, "aria-hidden": "true" }),
  );
  return pad;
}

/** The step that a tap means now, or null while the sketch is not heard. */
function heardStep(transport, swing) {
  const phase = transport.sourceKey === "sketch" ? transport.heardPhase : null;
  if (phase === null) return null;
  const away = (step) => stepsApart(phase * STEPS, positionOf({ step, microtiming: 0 }, swing));
  return [...Array(STEPS).keys()].reduce((best, step) => (away(step) < away(best) ? step : best));
}

/** Taps of one time round the loop are one step to undo: the object that they merge by. */
function createPasses(loopSeconds) {
  let pass = { end: 0 };
  return function present() {
    const now = performance.now();
    if (now > pass.end) pass = { end: now + 1000 * loopSeconds() };
    return pass;
  };
}

/** Let `run(key)` have the page's keys, before anything else hears of them. */
function captureKeys(isOn, run) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (!isOn() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open], :popover-open")) return;
      const focus = event.target instanceof Element ? event.target : document.body;
      if (focus.matches("input[type=number], input[type=text], textarea")) return;
      if (!run(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.repeat)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindTapIn(app) {
  const { part, boot, store, transport, shortcuts } = app;
  const presentPass = createPasses(() => STEPS * stepSecondsOf(store.state.tempo_bpm));
  const pads = boot.drum_titles.map((title, drum) => createPad(title, KEYS[drum].toUpperCase()));
  let on = false;

  function tap(drum) {
    app.audition(boot.drums[drum]);
    pads[drum].classList.add("ps-hit");
    setTimeout(() => pads[drum].classList.remove("ps-hit"), FLASH_MS);
    const { template, swing } = store.state;
    const step = heardStep(transport, swing);
    if (step === null || isHit(template[drum][step])) return;
    const row = withCharacter(template[drum], step, HIT);
    writeTemplate(store, template.with(drum, row), { merge: presentPass() });
  }

  function showHint() {
    part("pads-hint").textContent = transport.playing ? PLAYING : STILL;
  }

  /** A first hit must not wait for its sound. */
  function prepare() {
    for (const drum of boot.drums) app.prepareAudition(drum);
  }

  function turn(wanted) {
    if (boot.sound_notice || on === wanted) return;
    const hadFocus = part("pads").contains(document.activeElement);
    on = wanted;
    part("pads").hidden = !on;
    part("tap-in").setAttribute("aria-pressed", String(on));
    showHint();
    if (on) {
      prepare();
      part("pads").focus({ preventScroll: true });
    } else if (hadFocus) {
      part("grid").querySelector("[tabindex='0']").focus({ preventScroll: true });
    }
  }

  pads.forEach((pad, drum) => {
    pad.addEventListener("pointerdown", () => tap(drum));
    pad.addEventListener("click", (event) => {
      if (event.detail === 0) tap(drum);
    });
  });
  part("pads").append(...pads);
  part("tap-in").addEventListener("click", () => turn(!on));
  part("tap-in").disabled = Boolean(boot.sound_notice);
  shortcuts.add(["i"], "Tap in: play drums into the sketch on keys A to J", () => turn(!on));
  captureKeys(
    () => on,
    (key, repeated) => {
      const drum = key.length === 1 ? KEYS.indexOf(key) : -1;
      if (key === "Escape") turn(false);
      else if (drum >= 0 && !repeated) tap(drum);
      return key === "Escape" || drum >= 0;
    },
  );

  return {
    sound: showHint,
    update(state, previous) {
      if (on && (state.kit !== previous.kit || state.genre !== previous.genre)) prepare();
    },
    open(view) {
      if (view !== "studio") turn(false);
    },
  };
}
