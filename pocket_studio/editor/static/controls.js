// The controls above and below the sheet: each reads the state and writes it through setState.
"use strict";

(function (studio) {
  const { element } = studio;
  const MAX_SEED = 2147483647;
  const ROLLED_SEEDS = 100000; // short enough to read out and type again

  const rollSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % ROLLED_SEEDS;

  function fillSelect(select, options) {
    const nodes = options.map(({ value, text }) => element("option", { value, text }));
    select.replaceChildren(...nodes);
  }

  /** A number field that keeps the state's value when what was typed is out of range. */
  function bindNumber(input, store, key, { low, high, whole }) {
    input.addEventListener("change", () => {
      const typed = input.value.trim() === "" ? NaN : Number(input.value);
      if (Number.isFinite(typed)) {
        const value = Math.min(high, Math.max(low, whole ? Math.round(typed) : typed));
        store.setState({ [key]: value });
      }
      input.value = String(store.state[key]);
    });
  }

  function bindSlider(input, store, key) {
    input.addEventListener("input", () => store.setState({ [key]: Number(input.value) }));
  }

  function fillGenres(select, boot) {
    const text = (genre) => boot.genre_titles[genre];
    fillSelect(select, boot.genres.map((genre) => ({ value: genre, text: text(genre) })));
  }

  /** The presets of a genre; "any" offers all of them. */
  function presetsOf(boot, genre) {
    if (genre !== "any") return boot.presets[genre] || [];
    return boot.genres.flatMap((one) => boot.presets[one] || []);
  }

  function showPresets(select, state, boot) {
    const options = presetsOf(boot, state.genre).map(({ name }) => ({ value: name, text: name }));
    fillSelect(select, [{ value: "", text: "Choose a beat…" }, ...options]);
  }

  function showKits(select, state, boot) {
    const fitting = boot.kits.find((kit) => kit.program === boot.genre_kits[state.genre]);
    const genreKit = { value: "", text: `Fitting: ${fitting ? fitting.name : "Standard"}` };
    const kits = boot.kits.map((kit) => ({ value: String(kit.program), text: kit.name }));
    fillSelect(select, [genreKit, ...kits]);
  }

  function bindPresets(select, store, boot) {
    select.addEventListener("change", () => {
      const all = presetsOf(boot, store.state.genre);
      const preset = all.find(({ name }) => name === select.value);
      if (!preset) return;
      const template = studio.templateFromRows(preset.template, boot.drums);
      store.setState({ template, tempo: preset.tempo_bpm, preset: preset.name });
    });
  }

  /** @returns {{update: function}} `update(state, previous)` shows the state in the controls. */
  function createControls(part, { store, boot }) {
    const { tempo_bpm: tempoRange, temperature: temperatureRange } = boot.limits;
    for (const input of [part("tempo"), part("tempo-slider")]) {
      [input.min, input.max] = tempoRange.map(String);
    }
    [part("temperature").min, part("temperature").max] = temperatureRange.map(String);
    part("seed").max = String(MAX_SEED);
    fillGenres(part("genre"), boot);
    const [lowest, highest] = tempoRange;
    bindNumber(part("tempo"), store, "tempo", { low: lowest, high: highest, whole: false });
    bindSlider(part("tempo-slider"), store, "tempo");
    bindSlider(part("temperature"), store, "temperature");
    bindNumber(part("seed"), store, "seed", { low: 0, high: MAX_SEED, whole: true });
    bindPresets(part("preset"), store, boot);
    part("genre").addEventListener("change", () => {
      store.setState({ genre: part("genre").value, preset: null });
    });
    part("kit").addEventListener("change", () => {
      const { value } = part("kit");
      store.setState({ kit: value === "" ? null : Number(value) });
    });
    part("new-take").addEventListener("click", () => store.setState({ seed: rollSeed() }));
    part("clear-grid").addEventListener("click", () => {
      store.setState({ template: studio.emptyTemplate(boot.drums.length), preset: null });
    });
    for (const lane of ["velocity", "timing"]) {
      part(`${lane}-auto`).addEventListener("click", () => {
        store.setState({ [lane]: studio.AUTO.repeat(studio.STEPS) });
      });
    }

    function update(state, previous) {
      if (!previous || state.genre !== previous.genre) {
        part("genre").value = state.genre;
        showPresets(part("preset"), state, boot);
        showKits(part("kit"), state, boot);
      }
      part("preset").value = state.preset || "";
      part("kit").value = state.kit === null ? "" : String(state.kit);
      for (const name of ["tempo", "tempo-slider"]) part(name).value = String(state.tempo);
      part("temperature").value = String(state.temperature);
      part("temperature-text").textContent = state.temperature.toFixed(2);
      part("seed").value = String(state.seed);
      part("reference").hidden = state.reference === null;
      part("reference-name").textContent = state.reference ? state.reference.name : "";
    }

    update(store.state, null);
    return { update };
  }

  Object.assign(studio, { createControls, fillGenres, rollSeed });
})(window.PocketStudio);
