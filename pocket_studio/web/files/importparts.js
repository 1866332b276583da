// The parts of a file: to be heard, and one of them to be chosen.

import { element } from "../core/fields.js";

/** @import { App } from "../types.js" */

const TOGETHER = null; // those that the studio takes for drums, as one

const KEY = "import:"; // of what is heard

export const keyOf = (part) => `${KEY}${part ?? "together"}`;

const hitsIn = (n) => (n === 0 ? "no drums" : `${n} hit${n === 1 ? "" : "s"}`);

const wordsOf = ({ track, channel, name, hits }) => ({
  name: name || "No name",
  about: `track ${track + 1}, channel ${channel}, ${hitsIn(hits)}`,
});

/**
 * Let two bars of a part be heard in place of what plays, which goes on after.
 *
 * `toggle(key, load)` plays the groove that `load()` promises, or stops it; `onChange(key)` says
 * which is heard, null for none.
 *
 * @param {App} app
 * @param {(key: string | null) => void} onChange
 */
export function createHearing({ transport, kits, store, player }, onChange) {
  let heard = null;
  let goesOn = false; // what played before
  const sounds = () => transport.playing && transport.sourceKey.startsWith(KEY);

  function set(key) {
    heard = key;
    onChange(heard);
  }

  function stop() {
    set(null);
    if (!sounds()) return;
    if (goesOn) transport.play(player.sketch());
    else transport.stop();
  }

  async function toggle(key, load) {
    if (heard === key) {
      stop();
      return;
    }
    if (!sounds()) goesOn = transport.playing && transport.sourceKey === "sketch";
    set(key);
    const groove = await load();
    if (heard !== key) return; // another is heard by now
    if (groove) transport.play({ key, groove, ...kits.soundOf(store.state) });
    else stop();
  }

  return {
    toggle,
    stop,
    /** Other bars of what is heard. */
    replace(key, groove) {
      if (heard === key) transport.replace({ key, groove, ...kits.soundOf(store.state) });
    },
    /** Sound has stopped or is another's. */
    follow() {
      if (transport.sourceKey === heard && !transport.playing) set(null);
    },
  };
}

/** A radio button and a play button for a part. */
function buildPart(value, { name, about }, { choose, hear }) {
  const radio = element("input", { type: "radio", name: "ps-import-part" });
  radio.addEventListener("change", () => choose(value));
  const play = element("button", {
    type: "button",
    class: "ps-tile-play",
    "aria-pressed": "false",
    "aria-label": `Play ${name}, ${about}`,
    title: "Hear two bars of it",
    "data-key": keyOf(value),
  });
  play.addEventListener("click", () => hear(value));
  const bits = [element("bdi", { text: name }), " ", element("i", { text: about })];
  const words = element("span", {}, ...bits);
  return { radio, value, node: element("li", {}, element("label", {}, radio, words), play) };
}

/**
 * One line for each part, and one for all that are taken together where the studio does so; what
 * the answer was read of is chosen.
 */
export function buildParts({ parts, part, groove }, actions) {
  const n = parts.filter(({ drums }) => drums).length || parts.length;
  const lines = parts.map((each, index) => buildPart(index, wordsOf(each), actions));
  if (groove && part === null) {
    const words = { name: "All drums together", about: `${n} parts` };
    lines.unshift(buildPart(TOGETHER, words, actions));
  }
  for (const { radio, value } of lines) radio.checked = groove !== null && value === part;
  return lines.map(({ node }) => node);
}
