// Downloads: what is heard, as MIDI, sound or picture; and MIDI to be dragged into a DAW.

import { bindNumber, element, fillSelect } from "../core/fields.js";
import { activeTake, editsToList } from "../core/project.js";
import { ask, bytesFromBase64 } from "../core/server.js";
import { templateToRows } from "../core/steps.js";
import { shownInstead } from "../sheet/edits.js";

/** @import { App, Hooks } from "../types.js" */

const STORAGE_KEY = "pocket-studio/export/1";
const CUSTOM = "Custom";
const MAX_PITCH = 127;
const SHOWN_MS = 300; // what is made sooner needs no word
const LEADS = {
  none: "None: a loop",
  pre_roll: "Pre-roll: an empty bar",
  count_in: "Count-in: four sticks",
};

const EARLY = 1 / 30; // of half a step: nobody hears less
const WRAPPED =
  " Its first beat is early and stands at the loop's end; a lead (Export options) keeps it in front.";

/** Whether a MIDI file has a hit from before its first beat at its end. */
function wraps({ kind, lead, sections, groove }) {
  if (kind !== "midi" || lead !== "none" || sections) return false;
  return groove.hits.some(({ step, microtiming }) => step === 0 && microtiming < -EARLY);
}

/** Hand `bytes` to the browser as a download. */
export function saveFile(bytes, mime, filename) {
  const url = URL.createObjectURL(new Blob([bytes], { type: mime }));
  const link = element("a", { href: url, download: filename });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** The options of the last visit, each replaced by its default where it is none of ours. */
function storedOptions({ drums, leads, note_maps: maps, limits }) {
  let stored = null;
  try {
    stored = JSON.parse(localStorage.getItem(STORAGE_KEY));
  } catch {
    // No storage, or not ours.
  }
  const { repeats, lead, normalise, map, note_map: pitches } = stored || {};
  const [least, most] = limits.repeats;
  const [firstMap] = Object.keys(maps);
  const within = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
  const isMap = drums.every((drum) => within(pitches?.[drum], 0, MAX_PITCH));
  return {
    repeats: within(repeats, least, most) ? repeats : 1,
    lead: leads.includes(lead) ? lead : leads[0],
    normalise: normalise !== false,
    map: isMap && (map in maps || map === CUSTOM) ? map : firstMap,
    note_map: isMap ? pitches : maps[firstMap],
  };
}

/** Bind the options panel; they belong to whoever exports and not to the project. */
function createOptions({ part, boot }) {
  const { drums, leads, note_maps: maps, limits } = boot;
  let options = storedOptions(boot);
  const [least, most] = limits.repeats;
  const pitches = Object.fromEntries(
    drums.map((drum) => [
      drum,
      element("input", {
        type: "number",
        step: "1",
        "data-ps": `pitch-${drum}`,
      }),
    ]),
  );

  function show() {
    part("export-repeats").value = String(options.repeats);
    part("export-lead").value = options.lead;
    part("export-normalise").checked = options.normalise;
    part("export-map").value = options.map;
    const told = [
      options.repeats > least ? `${options.repeats} repeats` : "",
      options.lead === leads[0] ? "" : LEADS[options.lead].split(":")[0].toLowerCase(),
      options.normalise ? "" : "not normalised",
      options.map === Object.keys(maps)[0] ? "" : "other notes",
    ].filter(Boolean);
    part("export-summary").textContent =
      `Export options${told.length ? ` (${told.join(", ")})` : ""}`;
    for (const drum of drums) pitches[drum].value = String(options.note_map[drum]);
  }

  function set(patch) {
    options = { ...options, ...patch };
    show();
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(options));
    } catch {
      // A full or forbidden storage costs the remembered options and nothing else.
    }
  }

  bindNumber(part("export-repeats"), {
    low: least,
    high: most,
    whole: true,
    read: () => options.repeats,
    write: (repeats) => set({ repeats }),
  });
  fillSelect(
    part("export-lead"),
    leads.map((lead) => ({ value: lead, text: LEADS[lead] })),
  );
  part("export-lead").addEventListener("change", () => set({ lead: part("export-lead").value }));
  part("export-normalise").addEventListener("change", () => {
    set({ normalise: part("export-normalise").checked });
  });
  fillSelect(
    part("export-map"),
    [...Object.keys(maps), CUSTOM].map((name) => ({ value: name, text: name })),
  );
  part("export-map").addEventListener("change", () => {
    const map = part("export-map").value;
    set({ map, note_map: maps[map] || options.note_map });
  });
  drums.forEach((drum, index) => {
    bindNumber(pitches[drum], {
      low: 0,
      high: MAX_PITCH,
      whole: true,
      read: () => options.note_map[drum],
      write: (pitch) => set({ map: CUSTOM, note_map: { ...options.note_map, [drum]: pitch } }),
    });
    part("export-pitches").append(
      element(
        "label",
        { class: "ps-field" },
        element("span", { text: boot.drum_titles[index] }),
        pitches[drum],
      ),
    );
  });
  show();
  return () => {
    const { repeats, lead, normalise, note_map } = options;
    return { repeats, lead, normalise, note_map };
  };
}

/** MIDI that is ready when a drag begins: by then it is too late to ask for it. */
function bindDrag({ part, server, player, say }, requestOf) {
  const handle = part("drag-midi");
  let ready = null; // {text: the request, answer}

  async function prepare() {
    const request = requestOf("midi");
    const text = JSON.stringify(request);
    if (!request || (ready && ready.text === text)) return;
    const answer = await ask(server.export, request);
    if (text !== JSON.stringify(requestOf("midi"))) return; // another has been asked for since
    ready = answer.error ? null : { text, answer };
  }

  for (const near of [part("files"), handle]) near.addEventListener("pointerenter", prepare);
  handle.addEventListener("pointerdown", () => {
    player.endPreview();
    prepare();
  });
  handle.addEventListener("dragstart", (event) => {
    if (!ready || ready.text !== JSON.stringify(requestOf("midi"))) {
      event.preventDefault();
      say("The MIDI file was not ready yet: drag once more.");
      prepare();
      return;
    }
    const { mime, filename, content } = ready.answer;
    const url = `data:${mime};base64,${content}`;
    event.dataTransfer.effectAllowed = "copy";
    event.dataTransfer.setData("DownloadURL", `${mime}:${filename}:${url}`);
    event.dataTransfer.setData("text/uri-list", url);
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindExporting(app) {
  const { part, boot, store, server, player, instance, say, fail } = app;
  const optionsOf = createOptions(app);

  /** What the server needs beside the notes to make a file of what is heard. */
  function present() {
    const { state } = store;
    const { soundfont, kit, levels } = player.mix();
    const shown = (state.compare === "previous" && instance.previous) || instance.performance;
    const { seed } = shown ?? activeTake(state); // a song may be saved before the first groove came
    return { soundfont, kit, levels, genre: state.genre, seed, ...optionsOf() };
  }

  function requestOf(kind) {
    if (!instance.groove) return null;
    const { state } = store;
    return {
      kind,
      groove: instance.groove,
      template: templateToRows(state.template, boot.drums),
      edits: editsToList(state.edits),
      layer: state.layer,
      timing_zoom: state.timingZoom,
      ...present(),
    };
  }

  const made = new Map(); // button -> what ends the making of its file

  /** Have a file made and save it; meanwhile its button says so, and cancels. */
  async function save(button, request) {
    if (made.has(button)) {
      made.get(button).abort();
      return;
    }
    const words = [...button.childNodes];
    const what = `${button.textContent.trim()}${request.sections ? " of the song" : ""}`;
    const shown = request.sections ? null : shownInstead(store.state);
    const making = new AbortController();
    made.set(button, making);
    button.setAttribute("aria-busy", "true");
    const timer = setTimeout(() => {
      button.replaceChildren("Cancel");
      say(`Making ${what}…`, false, { stays: true });
    }, SHOWN_MS);
    const answer = await ask(server.export, request, making.signal);
    clearTimeout(timer);
    made.delete(button);
    button.removeAttribute("aria-busy");
    button.replaceChildren(...words);
    if (making.signal.aborted) {
      say(`Cancelled: ${what}.`);
      return;
    }
    if (answer.error) {
      fail(answer.error);
      return;
    }
    saveFile(bytesFromBase64(answer.content), answer.mime, answer.filename);
    const about = shown ? `, which is of ${shown}, not of the groove` : "";
    say(`Saved ${answer.filename}${about}.${wraps(request) ? WRAPPED : ""}`);
  }

  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = app.root.querySelectorAll("button[data-kind]");
  for (const button of buttons) {
    const { kind } = button.dataset;
    button.addEventListener("click", () => {
      player.endPreview(); // a file is of the groove itself, not of what is tried
      const request = requestOf(kind);
      if (request) save(button, request);
    });
  }
  bindDrag(app, requestOf);
  part("export-groove").addEventListener("click", () => {
    store.setState({ layer: "microtiming", compare: null });
  });
  /** Save `sections` as one file, with the same options. */
  app.saveSong = (button, kind, sections) =>
    save(button, {
      kind,
      sections,
      tempo_bpm: store.state.tempo_bpm,
      ...present(),
    });
  return {
    update(state) {
      const shown = shownInstead(state);
      part("export-shown").hidden = shown === null;
      part("export-shown-text").textContent = `Files are of what is shown: ${shown}.`;
    },
  };
}
