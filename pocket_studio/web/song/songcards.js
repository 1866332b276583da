// One section of the song as a card: its picture, name, repeats, place and sound.

import { bindNumber, element } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";

const labelOf = (index) => `section ${index + 1}`;

function buildButton(index, text, words, title, run) {
  const node = element("button", {
    type: "button",
    class: "ps-button",
    text,
    title,
    "aria-label": `${words} ${labelOf(index)}`,
  });
  node.addEventListener("click", () => run(index));
  return node;
}

function buildPlay(index, { boot, actions }) {
  const play = element("button", {
    type: "button",
    class: "ps-tile-play",
    title: "Play the song from here",
    "aria-label": `Play from ${labelOf(index)}`,
    "aria-pressed": "false",
  });
  play.disabled = Boolean(boot.sound_notice);
  play.addEventListener("click", () => actions.play(index));
  return play;
}

function buildFields(index, { boot, section, actions }) {
  const name = element("input", {
    type: "text",
    class: "ps-section-name",
    maxlength: String(boot.limits.name_length),
    "aria-label": `Name of ${labelOf(index)}`,
  });
  name.addEventListener("change", () => actions.change(index, { name: name.value.trim() }));
  const repeats = element("input", {
    type: "number",
    step: "1",
    "aria-label": `Repeats of ${labelOf(index)}`,
  });
  const [low, high] = boot.limits.repeats;
  bindNumber(repeats, {
    low,
    high,
    whole: true,
    read: () => section().repeats,
    write: (value) => actions.change(index, { repeats: value }),
  });
  return { name, repeats };
}

/**
 * The card of section number `index`; `section()` is what it shows now.
 *
 * Returns {card, play, up, down, fill, draw, mark}: `mark(heard)` shows where in the section the
 *   song is, null elsewhere.
 */
export function buildSongCard(index, options) {
  const { boot, section, actions } = options;
  const play = buildPlay(index, options);
  const { name, repeats } = buildFields(index, options);
  const canvas = element("canvas", { class: "ps-song-map", role: "img" });
  const now = element("span", { class: "ps-section-now" });
  const handle = element("span", {
    class: "ps-handle",
    draggable: "true",
    title: "Drag to another place",
    "aria-hidden": "true",
    text: "⠿",
  });
  const button = (...words) => buildButton(index, ...words);
  const up = button("↑", "Move up", "Earlier in the song", () => actions.move(index, index - 1));
  const down = button("↓", "Move down", "Later in the song", () => actions.move(index, index + 1));
  const open = button(
    "Open",
    "Open",
    "Put it back on the sheet of the Groove tab, hit by hit",
    actions.open,
  );
  const copy = button("Copy", "Copy", "The same once more, after it", actions.copy);
  const remove = button("×", "Remove", "Take it out of the song", actions.remove);
  const card = element(
    "li",
    { class: "ps-section" },
    handle,
    play,
    name,
    element("label", { class: "ps-times" }, "×", repeats),
    canvas,
    now,
    element("div", { class: "ps-section-tools" }, open, up, down, copy, remove),
  );

  return {
    card,
    play,
    up,
    down,
    fill(song) {
      name.value = section().name;
      repeats.value = String(section().repeats);
      up.disabled = index === 0;
      down.disabled = index === song.length - 1;
    },
    draw() {
      const { groove } = section();
      drawGroove(canvas, groove, { drums: boot.drums });
      canvas.setAttribute("aria-label", `${groove.hits.length} hits`);
    },
    mark(heard) {
      const words = heard ? `Playing ${heard.pass + 1} of ${section().repeats}` : "";
      if (now.textContent !== words) now.textContent = words;
      if (heard) card.setAttribute("aria-current", "true");
      else card.removeAttribute("aria-current");
      play.setAttribute("aria-pressed", String(heard !== null));
      const share = heard ? (heard.pass + heard.phase) / section().repeats : 0;
      card.style.setProperty("--ps-share", `${100 * share}%`);
    },
  };
}

/** Let cards be dragged by their handle onto one another. */
export function bindCardDragging(list, cards, move) {
  let dragged = null;
  const indexOf = (node) => cards().findIndex(({ card }) => card.contains(node));
  list.addEventListener("dragstart", (event) => {
    dragged = indexOf(event.target);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(cards()[dragged].card, 12, 12);
  });
  list.addEventListener("dragover", (event) => {
    if (dragged !== null) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    const target = indexOf(event.target);
    if (dragged === null || target < 0) return;
    event.preventDefault();
    move(dragged, target);
  });
  list.addEventListener("dragend", () => {
    dragged = null;
  });
}
