// A row of the sketch: its name, mute and solo, and a menu with its volume, feel and what moves it.

import { element } from "../core/fields.js";
import { NEUTRAL_FEEL, levelsOf } from "../core/shaping.js";
import { AUTO, STEPS } from "../core/steps.js";
import { writeTemplate } from "./grid.js";

/** What a row's feel is said to be; a slider counts in what stands in its words. */
const FEEL = {
  offset_ms: { scale: 1, words: offsetWords },
  loudness: { scale: 100, words: (value) => `${value}%` },
  looseness: { scale: 100, words: (value) => `${value}%` },
};

function offsetWords(ms) {
  if (ms === 0) return "none";
  return `${Math.abs(ms)} ms ${ms < 0 ? "early" : "late"}`;
}

const isNeutral = (feel) => Object.keys(FEEL).every((key) => feel[key] === NEUTRAL_FEEL[key]);

/** The text turned round by `by` steps: what leaves at one end comes in at the other. */
const rotated = (text, by) => text.slice(-by) + text.slice(0, -by);

/** What can be done to a row (a drum's index); each is one step to undo. */
function createRowActions(store, drums) {
  const write = (drum, text) => writeTemplate(store, store.state.template.with(drum, text));
  const toggle = (key, drum) => {
    const [now, name] = [store.state[key], drums[drum]];
    const off = now.includes(name);
    store.setState({ [key]: off ? now.filter((other) => other !== name) : [...now, name] });
  };
  return {
    mute: (drum) => toggle("muted", drum),
    solo: (drum) => toggle("solo", drum),
    shift: (drum, by) => write(drum, rotated(store.state.template[drum], by)),
    clear: (drum) => write(drum, AUTO.repeat(STEPS)),
    setLevel(drum, level, how) {
      store.setState({ levels: { ...store.state.levels, [drums[drum]]: level } }, how);
    },
    /** A row whose feel is neutral has none. */
    setFeel(drum, patch, how) {
      const { [drums[drum]]: now = NEUTRAL_FEEL, ...others } = store.state.row_feels;
      const feel = { ...now, ...patch };
      const row_feels = isNeutral(feel) ? others : { ...others, [drums[drum]]: feel };
      if (drums[drum] in store.state.row_feels || !isNeutral(feel))
        store.setState({ row_feels }, how);
    },
  };
}

/** Why a row is not heard, in a word; "" where it is. */
function silenceOf(state, drum, levels) {
  if (levels[drum] > 0) return "";
  if (state.muted.includes(drum)) return "muted";
  return state.levels[drum] === 0 ? "volume 0" : "not in the solo";
}

/** What stands left of a row's cells; `title` is the drum's name. */
function createHead(title) {
  const button = (look, text, label, hint) =>
    element("button", {
      type: "button",
      class: look,
      tabindex: "-1",
      text,
      "aria-label": label,
      title: hint,
    });
  const name = button("ps-name", title, null, `Hear the ${title}`);
  const mute = button("ps-row-mute", "M", `Mute ${title}`, "Mute: this row is not heard (M)");
  const solo = button("ps-row-solo", "S", `Solo ${title}`, "Solo: only this row is heard (S)");
  const more = button(
    "ps-row-more",
    "",
    `More for ${title}`,
    "Volume, feel, mute, solo, shift, clear",
  );
  more.setAttribute("popovertarget", "ps-row-menu");
  const words = element("span", { class: "ps-unseen" });
  const label = element("div", { role: "rowheader", class: "ps-label ps-head" });
  label.append(name, mute, solo, more, words);
  return { label, words, name, mute, solo, more, buttons: [name, mute, solo, more] };
}

/** The one menu, for whichever row opened it. */
function createMenu(part, { store, boot, actions }) {
  const menu = part("row-menu");
  let drum = 0;
  let opener = null; // the row's button

  function showSlider(name, value, words) {
    part(name).value = String(value);
    part(name).setAttribute("aria-valuetext", words);
    part(`${name}-text`).textContent = words;
  }

  function show(state) {
    const name = boot.drums[drum];
    const percent = Math.round(100 * state.levels[name]);
    part("row-title").textContent = boot.drum_titles[drum];
    showSlider("row-level", percent, `${percent}%`);
    const feel = state.row_feels[name] ?? NEUTRAL_FEEL;
    for (const [key, { scale, words }] of Object.entries(FEEL)) {
      const value = Math.round(scale * feel[key]);
      showSlider(`row-${key}`, value, words(value));
    }
    part("row-neutral").disabled = isNeutral(feel);
    part("row-mute").setAttribute("aria-pressed", String(state.muted.includes(name)));
    part("row-solo").setAttribute("aria-pressed", String(state.solo.includes(name)));
  }

  /** Let a slider write its number; one drag is one step to undo. */
  function bindRowSlider(slider, write) {
    let drag = {};
    slider.addEventListener("input", () => write(Number(slider.value), { merge: drag }));
    slider.addEventListener("change", () => {
      drag = {};
    });
  }

  bindRowSlider(part("row-level"), (percent, how) => actions.setLevel(drum, percent / 100, how));
  for (const [key, { scale }] of Object.entries(FEEL)) {
    const slider = part(`row-${key}`);
    [slider.min, slider.max] = boot.limits[key].map((limit) => String(scale * limit));
    bindRowSlider(slider, (value, how) => actions.setFeel(drum, { [key]: value / scale }, how));
  }
  const does = {
    "row-neutral": () => actions.setFeel(drum, NEUTRAL_FEEL),
    "row-mute": () => actions.mute(drum),
    "row-solo": () => actions.solo(drum),
    "row-left": () => actions.shift(drum, -1),
    "row-right": () => actions.shift(drum, 1),
    "row-clear": () => actions.clear(drum),
  };
  for (const [name, run] of Object.entries(does)) part(name).addEventListener("click", run);

  /** Make ready for the row of `button`, which then opens the menu as its popover target. */
  function prepare(nextDrum, button) {
    if (nextDrum !== drum && menu.matches(":popover-open")) menu.hidePopover();
    drum = nextDrum;
    opener = button;
    const { left, bottom } = button.getBoundingClientRect();
    menu.style.setProperty("--x", `${left}px`);
    menu.style.setProperty("--y", `${bottom}px`);
    show(store.state);
  }

  // Its veil lies over the page: a click there closes it and does nothing else, but that another
  // row's button moves it there.
  menu.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = menu.getBoundingClientRect();
    if (target !== menu || (x >= left && x < right && y >= top && y < bottom)) return;
    menu.hidePopover();
    const next = document.elementFromPoint(x, y)?.closest(".ps-row-more");
    if (next !== opener) /** @type {HTMLElement} */ (next)?.click();
  });

  return { prepare, show };
}

/** One veil over each row of the groove's picture, drawn while the row is not heard. */
function createVeils(part, nDrums) {
  const veils = Array.from({ length: nDrums }, () => element("i", { class: "ps-veil" }));
  part("output").append(
    element("div", { class: "ps-veils", "aria-hidden": "true" }, ...veils.toReversed()),
  );
  return veils;
}

const KEYS = {
  m: ({ mute }, drum) => mute(drum),
  s: ({ solo }, drum) => solo(drum),
  "alt+ArrowLeft": ({ shift }, drum) => shift(drum, -1),
  "alt+ArrowRight": ({ shift }, drum) => shift(drum, 1),
  "shift+Delete": ({ clear }, drum) => clear(drum),
  "shift+Backspace": ({ clear }, drum) => clear(drum),
};

/**
 * Build the heads of the rows; the grid puts them in place and moves the focus.
 *
 * Returns {heads, key, clear, update}: `key(chord, drum)` is true where the row knows the key.
 */
export function createRows({ part, boot, store, audition }) {
  const { drums } = boot;
  const actions = createRowActions(store, drums);
  const menu = createMenu(part, { store, boot, actions });
  const veils = createVeils(part, drums.length);
  const heads = boot.drum_titles.map((title, drum) => {
    const head = createHead(title);
    head.name.addEventListener("click", () => audition(drums[drum]));
    head.mute.addEventListener("click", () => actions.mute(drum));
    head.solo.addEventListener("click", () => actions.solo(drum));
    head.more.addEventListener("click", () => menu.prepare(drum, head.more));
    return head;
  });

  function update(state) {
    const levels = levelsOf(state, drums);
    drums.forEach((name, drum) => {
      const { label, words, mute, solo } = heads[drum];
      const silence = silenceOf(state, name, levels);
      mute.setAttribute("aria-pressed", String(state.muted.includes(name)));
      solo.setAttribute("aria-pressed", String(state.solo.includes(name)));
      const own = name in state.row_feels;
      words.textContent = [silence, own ? "own feel" : ""].filter(Boolean).join(", ");
      label.toggleAttribute("data-feel", own);
      const below = part("result-names").children[drums.length - 1 - drum];
      for (const node of [label, veils[drum], below]) node.dataset.silence = silence;
    });
    menu.show(state);
  }

  return {
    heads,
    clear: actions.clear,
    key(chord, drum) {
      KEYS[chord]?.(actions, drum);
      return chord in KEYS;
    },
    update,
  };
}
