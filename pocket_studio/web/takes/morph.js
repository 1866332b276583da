// A path from the chosen take to another: hits switch beat by beat, loudness and timing glide.

import { fillSelect } from "../core/fields.js";
import { nMorphedBeats } from "../core/kept.js";
import { N_BEATS } from "../core/steps.js";
import { TAKE_NAMES } from "./takes.js";

/** @import { App, Hooks } from "../types.js" */

const OFF = "";

function describe(state) {
  const [from, to] = [state.take, state.morph.to].map((index) => TAKE_NAMES[index]);
  const n = nMorphedBeats(state);
  const beats =
    n === 0
      ? `All eight beats still have ${from}'s hits`
      : n === N_BEATS
        ? `All eight beats have ${to}'s hits`
        : `The first ${n === 1 ? "beat has" : `${n} beats have`} ${to}'s hits, the others ${from}'s`;
  return `${beats}: hits change beat by beat, while loudness and timing glide from one take to the other.`;
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindMorph({ part, store }) {
  const select = part("morph-to");
  const slider = part("morph-amount");
  let drag = {};

  select.addEventListener("change", () => {
    const amount = store.state.morph ? store.state.morph.amount : 0.5;
    store.setState({ morph: select.value === OFF ? null : { to: Number(select.value), amount } });
  });
  slider.addEventListener("input", () => {
    const { morph } = store.state;
    store.setState({ morph: { ...morph, amount: Number(slider.value) / 100 } }, { merge: drag });
  });
  slider.addEventListener("change", () => {
    drag = {};
  });

  function fill(state) {
    const others = TAKE_NAMES.flatMap((name, index) =>
      index === state.take ? [] : [{ value: String(index), text: `take ${name}` }],
    );
    fillSelect(select, [{ value: OFF, text: "off" }, ...others]);
    part("morph-from").textContent = `Morph ${TAKE_NAMES[state.take]} to`;
  }

  return {
    update(state, previous) {
      if (!previous || state.take !== previous.take) fill(state);
      const { morph } = state;
      select.value = morph ? String(morph.to) : OFF;
      slider.disabled = !morph;
      slider.value = morph ? String(Math.round(100 * morph.amount)) : "0";
      part("morph-text").textContent = morph ? `${slider.value}%` : "";
      part("morph-note").hidden = !morph;
      part("morph-note").textContent = morph ? describe(state) : "";
    },
  };
}
