// What a code plays, as a small picture: a row a drum in its colour, kick at the bottom.

import { element } from "../core/fields.js";
import { STEPS_PER_BEAT } from "../core/steps.js";

export const drumColour = (drum) => `var(--ps-drum-${drum})`;

/** A beat, four steps wide; `isOn(drum, step)` says where a hit is, by index and step of the loop. */
export function beatPicture(nDrums, beat, isOn) {
  const first = beat * STEPS_PER_BEAT;
  const rows = Array.from({ length: nDrums }, (_, drum) => {
    const hits = Array.from({ length: STEPS_PER_BEAT }, (__, step) =>
      isOn(drum, first + step) ? `M${step + 0.1} ${nDrums - 1 - drum + 0.08}h.8v.84h-.8z` : "",
    ).join("");
    return hits && `<path style="fill: ${drumColour(drum)}" d="${hits}"/>`;
  });
  const box = `viewBox="0 0 ${STEPS_PER_BEAT} ${nDrums}" preserveAspectRatio="none"`;
  return `<svg ${box} aria-hidden="true">${rows.join("")}</svg>`;
}

/** The names of the drums beside a picture, each in its colour; only those that `plays(drum)`. */
export function drumNames(titles, plays) {
  const names = titles.map((title, drum) =>
    plays(drum)
      ? element("span", { text: title, style: `color: ${drumColour(drum)}` })
      : element("span"),
  );
  return element("span", { class: "ps-drum-names", "aria-hidden": "true" }, ...names.toReversed());
}
