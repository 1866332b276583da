// A MIDI file comes in: by button or drop, two bars of it, and what they are to be used for.

import { element } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { ask, base64FromBytes, createChannel } from "../core/server.js";
import { templateFromRows } from "../core/steps.js";
import { rowOf } from "../sheet/edits.js";

/** @import { App, Drum, Hooks, State } from "../types.js" */

/** Every drum with its hits, silent ones too. */
const lockedRowsOf = (groove, drums) =>
  Object.fromEntries(drums.map((drum) => [drum, rowOf(groove, drum)]));

const contoursOf = (from) => ({
  velocity_pattern: from.velocity_pattern,
  microtiming_pattern: from.microtiming_pattern,
});

const sketchOf = (answer, drums) => ({
  template: templateFromRows(answer.template, drums),
  preset: null,
  tempo_bpm: answer.groove.tempo_bpm,
});

/**
 * What a file can be used for: (answer of read_midi, file name, drums) -> patch of the state.
 *
 * @type {Record<string, {
 *   words: string, patch: (answer: any, name: string, drums: Drum[]) => Partial<State>,
 * }>}
 */
const USES = {
  sketch: {
    words: "The sketch is that of",
    patch: (answer, name, drums) => sketchOf(answer, drums),
  },
  feel: {
    words: "Feel taken from",
    patch: ({ groove }, name) => ({ reference: { name, groove }, reference_notes: false }),
  },
  groove: {
    words: "The groove is that of",
    // What would change the file's hits on their way to the ear is put back.
    patch: (answer, name, drums) => ({
      ...sketchOf(answer, drums),
      locked_rows: lockedRowsOf(answer.groove, drums),
      edits: {},
      swing: 0.5,
      velocity_amount: 1,
      microtiming_amount: 1,
      layer: "microtiming",
      compare: null,
    }),
  },
  contours: { words: "Contours drawn from", patch: contoursOf },
};

/** One radio button for each pair of neighbouring bars, as tall as its first bar is full. */
function buildStrip(hits, chosen, choose) {
  const most = Math.max(1, ...hits);
  return hits.map((n, bar) => {
    const level = element("i");
    level.style.height = `${Math.round((100 * n) / most)}%`;
    const label = element(
      "label",
      { title: `${n} hits` },
      element("span", { class: "ps-bar-level", "aria-hidden": "true" }, level),
      element("span", { text: String(bar + 1), "aria-hidden": "true" }),
    );
    if (bar === hits.length - 1) return label; // two bars can't begin here
    const radio = element("input", {
      type: "radio",
      name: "ps-import-bar",
      value: String(bar),
      "aria-label": `Bars ${bar + 1} and ${bar + 2}, ${n} and ${hits[bar + 1]} hits`,
    });
    radio.checked = bar === chosen;
    radio.addEventListener("change", () => choose(bar));
    label.prepend(radio);
    return label;
  });
}

/** The dialog; returns `open(file)`. */
function createImport({ part, store, boot, server, say, fail }) {
  const dialog = part("import");
  const buttons = Object.keys(USES).map((use) => part(`import-${use}`));
  let file = null; // {name, content}
  let bar = null; // null: the first two bars that sound
  let stripOf = null; // the file whose bars are offered
  let answer = null;

  const channel = createChannel({
    send: server.read_midi,
    makeRequest: () => ({ ...file, bar }),
    onAnswer: show,
    onError: (line) => (dialog.open ? note(line, true) : fail(line)),
  });

  function askServer() {
    channel.request();
    allowUse();
  }

  /** The answer that is here may be about other bars than those just chosen. */
  function allowUse() {
    for (const button of buttons) button.disabled = channel.busy;
  }

  function note(line, isError = false) {
    part("import-note").textContent = line;
    part("import-note").classList.toggle("ps-error", isError);
  }

  function show(read) {
    answer = read;
    allowUse();
    const { n_bars: nBars, bar_hits: hits, groove } = answer;
    part("import-name").textContent = file.name;
    part("import-bars").hidden = nBars <= 2;
    part("import-chosen").textContent = `${answer.bar + 1} and ${answer.bar + 2} of ${nBars}`;
    if (!dialog.open) dialog.showModal();
    if (stripOf !== file) {
      stripOf = file;
      part("import-strip").replaceChildren(
        ...buildStrip(hits, answer.bar, (chosen) => {
          bar = chosen;
          askServer();
        }),
      );
      part("import-strip").querySelector(":checked")?.scrollIntoView({ inline: "center" });
    }
    drawGroove(part("import-map"), groove, { drums: boot.drums });
    const words = `${groove.hits.length} hits at ${Math.round(groove.tempo_bpm)} bpm`;
    part("import-map").setAttribute("aria-label", words);
    note([`${words}.`, ...answer.notices].join(" "));
  }

  dialog.addEventListener("close", () => channel.cancel());
  for (const [use, { words, patch }] of Object.entries(USES)) {
    part(`import-${use}`).addEventListener("click", () => {
      dialog.close();
      const name = [...file.name].slice(0, boot.limits.name_length).join("");
      store.setState({ ...patch(answer, name, boot.drums), view: "studio" });
      say(`${words} ${name}.`);
    });
  }

  return async function open(chosen) {
    if (chosen.size > boot.limits.midi_bytes) {
      fail(`${chosen.name} is too large: a MIDI file may have ${boot.limits.midi_bytes >> 10} KB`);
      return;
    }
    const content = base64FromBytes(new Uint8Array(await chosen.arrayBuffer()));
    file = { name: chosen.name, content };
    bar = null;
    channel.cancel();
    askServer();
  };
}

/** Files may be dropped anywhere on the page. */
function bindDrop(root, open) {
  const isFile = (event) => event.dataTransfer?.types.includes("Files") && root.isConnected;
  window.addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    root.classList.add("ps-dropping");
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("ps-dropping");
  });
  window.addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    root.classList.remove("ps-dropping");
    if (event.dataTransfer.files.length) open(event.dataTransfer.files[0]);
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindImporting(app) {
  const { part, root, store, server, say, fail } = app;
  const openMidi = createImport(app);
  const isProject = ({ name, type }) => /\.json$/i.test(name) || type === "application/json";
  const input = part("import-file");
  part("import-button").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) openMidi(input.files[0]);
    input.value = "";
  });
  bindDrop(root, (file) => (isProject(file) ? app.openProject(file) : openMidi(file)));
  part("reference-remove").addEventListener("click", () => {
    store.setState({ reference: null });
    part("import-button").focus();
  });
  part("reference-notes").addEventListener("change", () => {
    store.setState({ reference_notes: part("reference-notes").checked });
  });
  part("reference-contours").addEventListener("click", async () => {
    const { reference } = store.state;
    const answer = await ask(server.patterns, { groove: reference.groove });
    if (answer.error) {
      fail(answer.error);
    } else if (store.state.reference === reference) {
      store.setState(contoursOf(answer));
      say(`Contours drawn from ${reference.name}.`);
    }
  });
  return {
    update({ reference, reference_notes }) {
      part("reference").hidden = reference === null;
      part("reference-name").textContent = reference ? reference.name : "";
      part("reference-notes-box").hidden = reference === null;
      part("reference-notes").checked = reference_notes;
      part("reference-contours").hidden = reference === null;
    },
  };
}
