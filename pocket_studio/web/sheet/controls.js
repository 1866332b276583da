// The controls above the sheet: each reads the state and writes it through setState.

import { bindNumber, bindSlider, element, fillGenres } from "../core/fields.js";
import { withOpenedBeats } from "../core/kept.js";
import { activeTake, asksModel, fieldOf, sliderKeys } from "../core/project.js";
import { rollSeed, withNewSeed } from "../core/seeds.js";
import { clamp } from "../core/shaping.js";
import { isHit, templateFromRows } from "../core/steps.js";
import { bindTap, createTap } from "../core/tapping.js";

/** @import { App, Hooks } from "../types.js" */

const TEMPO_DECIMALS = 3; // as many as a MIDI file gives back

/** All presets by genre, those of the present one first. */
function showPresets(select, state, boot) {
  const genres = [state.genre, ...boot.genres.filter((genre) => genre !== state.genre)];
  const groups = genres.map((genre) =>
    element(
      "optgroup",
      { label: boot.genre_titles[genre] },
      ...boot.presets[genre].map(({ name }) => element("option", { value: name, text: name })),
    ),
  );
  select.replaceChildren(element("option", { value: "", text: "Choose a beat…" }), ...groups);
}

/** A preset is begun with as it was chosen: with its genre, tempo, swing and a take of its own. */
function bindPresets(select, { store, boot, say }) {
  select.addEventListener("change", () => {
    const genre = boot.genres.find((one) =>
      boot.presets[one].some(({ name }) => name === select.value),
    );
    if (!genre) return;
    const preset = boot.presets[genre].find(({ name }) => name === select.value);
    const { name, tempo_bpm, swing, seed } = preset;
    const template = templateFromRows(preset.template, boot.drums);
    const sketch = { template, genre, tempo_bpm, swing, preset: name, selected: [] };
    const opened = { ...store.state, ...withOpenedBeats(store.state, sketch) };
    store.setState({ ...sketch, ...withNewSeed(opened, seed) });
    say(
      `${name}: genre ${boot.genre_titles[genre]}, tempo ${tempo_bpm}, ${swingWords(swing)}, ` +
        `seed ${seed}. Undo takes all of it back.`,
    );
  });
}

const swingWords = (swing) => (swing === 0.5 ? "no swing" : `swing ${percent(swing)}`);

/** "a hint": how far the notes go towards the genre, 0 to 4. */
function strengthWords(guidance) {
  const words = [
    [0, "not heard"],
    [0.75, "a hint"],
    [1.5, "some"],
    [2.5, "clear"],
    [3.75, "strong"],
  ];
  return words.find(([end]) => guidance <= end)?.[1] ?? "all the way";
}

/** Sliders that stand at words and not at a number. */
const WORDS = {
  guidance: strengthWords,
  swing: (swing) => (swing === 0.5 ? "straight" : percent(swing)),
};

/** "+16 hits", "+52, got 21": asked for and, once it is known, played beyond the sketch. */
function densityWords(asked, got) {
  if (asked === null) return "auto";
  if (got !== null && got !== asked) return `+${asked}, got ${got}`;
  return `+${asked} ${asked === 1 ? "hit" : "hits"}`;
}

/** What a slider stands at, in words that are read out as well. */
function showWords(part, key, words) {
  part(`${key}-text`).textContent = words;
  part(key).setAttribute("aria-valuetext", words);
}

const percent = (share) => `${Math.round(100 * share)}%`;

/** Bind what changes the project in place; returns nothing: `show` below shows the state. */
function bindProject(part, app) {
  const { store, boot, shortcuts, say } = app;
  const tempoRange = fieldOf("tempo_bpm");
  const setTempo = (tempo) =>
    store.setState({
      tempo_bpm: clamp(Number(tempo.toFixed(TEMPO_DECIMALS)), tempoRange.low, tempoRange.high),
    });
  bindNumber(part("tempo_bpm"), {
    ...tempoRange,
    whole: false,
    read: () => store.state.tempo_bpm,
    write: setTempo,
  });
  bindSlider(part("tempo-slider"), store, "tempo_bpm", tempoRange);
  const tap = createTap(setTempo);
  bindTap(part("tap"), tap);
  shortcuts.add(["t"], "Tap the tempo", tap);
  for (const key of sliderKeys()) {
    const { step } = fieldOf(key).slider;
    bindSlider(part(key), store, key, { ...fieldOf(key), ...(step ? { step } : { scale: 100 }) });
  }
  bindSlider(part("density"), store, "density", fieldOf("density"));
  part("density-auto").addEventListener("click", () => {
    const asked = store.state.density === null ? Number(part("density").value) : null;
    store.setState({ density: asked });
  });
  bindNumber(part("seed"), {
    low: boot.limits.seed[0],
    high: boot.limits.seed[1],
    whole: true,
    read: () => activeTake(store.state).seed,
    write: (seed) => store.setState(withNewSeed(store.state, seed)),
  });
  bindPresets(part("preset"), app);
  part("keep-sketch").addEventListener("click", () => {
    store.setState({ keep_sketch: !store.state.keep_sketch });
  });
  part("genre").addEventListener("change", () => {
    store.setState({ genre: part("genre").value, preset: null });
  });
  const rollTake = () => {
    store.setState(withNewSeed(store.state, rollSeed()));
    if (Object.keys(store.state.locked_rows).length < boot.drums.length) return;
    const run = () => store.setState({ locked_rows: {} });
    const remedy = { text: "Unlock all rows", run };
    say("All rows are locked: another take plays the same.", false, { remedy });
  };
  part("new-take").addEventListener("click", rollTake);
  shortcuts.add(["n"], "New take: another groove for the same sketch", rollTake);
}

/** Volume and metronome: they belong to the room and not to the project. */
function bindRoom(part, { store, transport, shortcuts }) {
  bindSlider(part("volume"), store, "volume", { low: 0, high: 1, scale: 100 });
  const toggle = () => store.setState({ click: !store.state.click });
  part("click").addEventListener("click", toggle);
  shortcuts.add(["c"], "Metronome on or off", toggle);
  transport.setVolume(store.state.volume);
}

/** How many hits of a groove the sketch has not. */
const nAdded = ({ hits }, template, drums) =>
  hits.filter(({ drum, step }) => !isHit(template[drums.indexOf(drum)][step])).length;

function show(part, state) {
  part("preset").value = state.preset || "";
  for (const name of ["tempo_bpm", "tempo-slider"]) part(name).value = String(state.tempo_bpm);
  for (const key of sliderKeys()) {
    const { step } = fieldOf(key).slider;
    part(key).value = String(step ? state[key] : Math.round(100 * state[key]));
    const plain = step ? state[key].toFixed(2) : percent(state[key]);
    showWords(part, key, WORDS[key]?.(state[key]) ?? plain);
  }
  if (state.density !== null) part("density").value = String(state.density);
  part("density-auto").setAttribute("aria-pressed", String(state.density === null));
  part("volume").value = String(Math.round(100 * state.volume));
  part("volume-text").textContent = percent(state.volume);
  part("click").setAttribute("aria-pressed", String(state.click));
  part("keep-sketch").setAttribute("aria-pressed", String(state.keep_sketch));
  part("feel-note").hidden = state.reference === null || !state.reference_notes;
  part("seed").value = String(activeTake(state).seed);
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindControls(app) {
  const { part, boot, transport, store, player } = app;
  let got = null; // hits beyond the sketch; null while the model is asked
  fillGenres(part("genre"), boot);
  bindProject(part, app);
  bindRoom(part, app);

  function update(state, previous) {
    if (!previous || state.genre !== previous.genre) {
      part("genre").value = state.genre;
      showPresets(part("preset"), state, boot);
    }
    show(part, state);
    if (!previous || asksModel(state, previous)) got = null;
    showDensity();
    if (previous && state.volume !== previous.volume) transport.setVolume(state.volume);
  }

  const showDensity = () => showWords(part, "density", densityWords(store.state.density, got));

  return {
    update,
    show({ performance }) {
      if (player.channel.busy) return; // there is more to come
      got = nAdded(performance.groove, store.state.template, boot.drums);
      showDensity();
    },
  };
}
