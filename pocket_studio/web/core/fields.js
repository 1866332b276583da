// Elements and what is bound to fields of a form.

import { clamp } from "./shaping.js";

/** Make an element: `element("button", {class: "x", text: "Play"}, child, ...)`. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function fillSelect(select, options) {
  const nodes = options.map(({ value, text }) => element("option", { value, text }));
  select.replaceChildren(...nodes);
}

/** A number field that keeps the present value when what was typed is no number. */
export function bindNumber(input, { low, high, whole, read, write }) {
  [input.min, input.max] = [String(low), String(high)];
  input.addEventListener("change", () => {
    const typed = input.value.trim() === "" ? NaN : Number(input.value);
    if (Number.isFinite(typed)) {
      write(clamp(whole ? Math.round(typed) : typed, low, high));
    }
    input.value = String(read());
  });
  // Enter gives the keys back to the studio: Space then plays, and N rolls.
  input.addEventListener("keydown", (event) => event.key === "Enter" && input.blur());
}

/** A slider of a share or a number; one drag is one step to undo. `scale` is 100 for percent. */
export function bindSlider(input, store, key, { low, high, scale = 1, step = 1 }) {
  [input.min, input.max, input.step] = [low * scale, high * scale, step].map(String);
  let drag = {};
  input.addEventListener("input", () => {
    store.setState({ [key]: Number(input.value) / scale }, { merge: drag });
  });
  input.addEventListener("change", () => {
    drag = {};
  });
}

export function fillGenres(select, boot) {
  const text = (genre) => boot.genre_titles[genre];
  fillSelect(
    select,
    boot.genres.map((genre) => ({ value: genre, text: text(genre) })),
  );
}

/** A row of radio buttons; returns `show(value)` and `allow(value, allowed)`. */
export function createChoice(root, { name, options, onChoose }) {
  const inputs = Object.fromEntries(
    options.map(({ value, text, title }) => {
      const input = element("input", { type: "radio", name: `ps-${name}`, value });
      input.addEventListener("change", () => onChoose(value));
      root.append(element("label", { title }, input, element("span", { text })));
      return [value, input];
    }),
  );
  return {
    show: (value) => {
      inputs[value].checked = true;
    },
    allow: (value, allowed) => {
      inputs[value].disabled = !allowed;
    },
  };
}
