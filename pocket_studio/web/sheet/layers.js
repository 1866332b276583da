// What is heard of the groove: as far as a layer of the model, or another groove to compare with.

import { createChoice } from "../core/fields.js";
import { asksModel } from "../core/project.js";

/** @import { App, Hooks } from "../types.js" */

const LAYERS = [
  { value: "template", text: "Template", title: "Your sketch as it is, all hits equally loud" },
  { value: "notes", text: "+ notes", title: "The hits of the model, equally loud, on the grid" },
  { value: "velocity", text: "+ velocity", title: "With their loudness, still on the grid" },
  { value: "microtiming", text: "+ timing", title: "With their timing: the whole groove" },
];
const COMPARED = [
  { value: "now", text: "Now", title: "The present groove" },
  { value: "previous", text: "Take before", title: "The groove of the take before this one (B)" },
  { value: "sketch", text: "Sketch", title: "Your sketch as it is" },
];

const comparedIn = ({ compare, layer }) => {
  if (compare) return compare;
  return layer === "template" ? "sketch" : "now";
};

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindLayers({ part, store, say, instance, shortcuts }) {
  const setLayer = (layer) => store.setState({ layer });
  const compareWith = (value) => {
    const { layer } = store.state;
    const whole = layer === "template" ? "microtiming" : layer;
    store.setState({
      compare: value === "previous" ? value : null,
      layer: value === "sketch" ? "template" : whole,
    });
  };
  const layers = createChoice(part("layers"), {
    name: "layer",
    options: LAYERS,
    onChoose: setLayer,
  });
  const compared = createChoice(part("compare"), {
    name: "compare",
    options: COMPARED,
    onChoose: compareWith,
  });

  function stepLayer() {
    const now = LAYERS.findIndex(({ value }) => value === store.state.layer);
    const next = LAYERS[(now + 1) % LAYERS.length];
    setLayer(next.value);
    say(`Layer: ${next.text}.`);
  }

  function toggleBefore() {
    if (!instance.previous) {
      say("There is no take before this one yet.");
      return;
    }
    compareWith(store.state.compare ? "now" : "previous");
    say(store.state.compare ? "The take before." : "The take now.");
  }

  shortcuts.add(["l"], "Next layer: template, + notes, + velocity, + timing", stepLayer);
  shortcuts.add(["b"], "Take before and back", toggleBefore);

  return {
    update(state, previous) {
      layers.show(state.layer);
      compared.show(comparedIn(state));
      if (!previous || !state.compare || state.compare !== previous.compare) return;
      // Who changes the groove wants to hear the change; after this change has gone its round.
      if (asksModel(state, previous) || state.edits !== previous.edits) {
        queueMicrotask(() => store.setState({ compare: null }));
      }
    },
    show: () => compared.allow("previous", instance.previous !== null),
  };
}
