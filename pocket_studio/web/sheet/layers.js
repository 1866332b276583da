// What is seen and heard of the groove: as far as a layer of the model, or the take before.

import { createChoice } from "../core/fields.js";
import { asksModel } from "../core/project.js";

/** @import { App, Hooks } from "../types.js" */

const PREVIOUS = "previous";
const SHOWN = [
  { value: "template", text: "Sketch", title: "Your sketch as it is, without the model" },
  { value: "notes", text: "+ notes", title: "The hits of the model, equally loud, on the grid" },
  { value: "velocity", text: "+ velocity", title: "With their loudness, still on the grid" },
  { value: "microtiming", text: "Groove", title: "With their timing: the whole groove" },
  { value: PREVIOUS, text: "Take before", title: "The groove of the take before this one (B)" },
];

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindLayers({ part, store, say, instance, shortcuts }) {
  const choose = (value) =>
    store.setState(
      value === PREVIOUS
        ? { compare: PREVIOUS, layer: "microtiming" }
        : { compare: null, layer: value },
    );
  const shown = createChoice(part("layers"), { name: "layer", options: SHOWN, onChoose: choose });

  function stepLayer() {
    const layers = SHOWN.filter(({ value }) => value !== PREVIOUS);
    const { layer, compare } = store.state;
    const now = compare ? -1 : layers.findIndex(({ value }) => value === layer);
    const next = layers[(now + 1) % layers.length];
    choose(next.value);
    say(`Shown: ${next.text}.`);
  }

  function toggleBefore() {
    if (!instance.previous) {
      say("There is no take before this one yet.");
      return;
    }
    choose(store.state.compare ? "microtiming" : PREVIOUS);
    say(store.state.compare ? "The take before." : "The take now.");
  }

  shortcuts.add(["l"], "Next layer: sketch, + notes, + velocity, groove", stepLayer);
  shortcuts.add(["b"], "Take before and back", toggleBefore);

  return {
    update(state, previous) {
      shown.show(state.compare ?? state.layer);
      if (!previous || !state.compare || state.compare !== previous.compare) return;
      // Who changes the groove wants to hear the change; after this change has gone its round.
      if (asksModel(state, previous) || state.edits !== previous.edits) {
        queueMicrotask(() => store.setState({ compare: null }));
      }
    },
    show: () => shown.allow(PREVIOUS, instance.previous !== null),
  };
}
