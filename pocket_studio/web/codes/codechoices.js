// One code that a beat could have: its picture, how likely it is here, and how far it leaks.

import { element } from "../core/fields.js";
import { N_BEATS, STEPS_PER_BEAT } from "../core/steps.js";
import { beatPicture, drumNames } from "./pictures.js";

const LIKELY = [
  [0.2, "very likely"],
  [0.05, "likely"],
  [0.01, "possible"],
  [0, "unlikely"],
];

const likelyWords = (share) => LIKELY.find(([least]) => share >= least)[1];

export function percent(share) {
  if (share > 0 && share < 0.001) return "<0.1%";
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
}

const cells = (n) => `${n} ${n === 1 ? "cell" : "cells"}`;

/** "changes 5 cells in this beat, 3 in the beat before, 1 after" */
function leakWords(leak, beat) {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const before = beat > 0 ? leak[beat - 1] : 0;
  const after = beat < N_BEATS - 1 ? leak[beat + 1] : 0;
  const far = sum(leak) - leak[beat] - before - after;
  if (sum(leak) === 0) return "changes nothing";
  const words = [`changes ${cells(leak[beat])} in this beat`];
  if (beat > 0) words.push(`${before} in the beat before`);
  if (beat < N_BEATS - 1) words.push(`${after} in the beat after`);
  if (far) words.push(`${far} further away`);
  return words.join(", ");
}

/** A code as an option of the list; `words` say all that it shows. */
export function buildChoice(choice, { boot, beat, present }) {
  const chosen = choice.code === present;
  const genres = choice.favourite_of.map((genre) => boot.genre_titles[genre]);
  const badges = element(
    "span",
    { class: "ps-code-choice-badges" },
    ...genres.map((title) =>
      element("i", { text: title.slice(0, 2), title: `Favourite of ${title}` }),
    ),
  );
  const favourite = genres.length ? `, a favourite of ${genres.join(", ")}` : "";
  const words =
    `Code ${choice.code}${chosen ? ", the present one" : ""}: ` +
    `${likelyWords(choice.probability)} here (${percent(choice.probability)})${favourite}; ` +
    `${leakWords(choice.leak, beat)}`;
  const head = element(
    "span",
    { class: "ps-code-choice-head" },
    element("b", { text: chosen ? `✓ ${choice.code}` : String(choice.code) }),
    element("span", { text: percent(choice.probability) }),
  );
  const node = element(
    "button",
    {
      type: "button",
      role: "option",
      class: "ps-code-choice",
      tabindex: "-1",
      "aria-selected": String(chosen),
      "aria-label": words,
      "data-code": String(choice.code),
    },
    head,
  );
  const first = beat * STEPS_PER_BEAT;
  const isOn = (drum, step) => choice.note[boot.drums[drum]][step] === "x";
  const plays = (drum) =>
    choice.note[boot.drums[drum]].slice(first, first + STEPS_PER_BEAT).includes("x");
  const picture = element("span", { class: "ps-code-picture" }, drumNames(boot.drum_titles, plays));
  picture.insertAdjacentHTML("beforeend", beatPicture(boot.drums.length, beat, isOn));
  node.append(picture, badges);
  return { choice, node, words };
}
