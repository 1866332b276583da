// The dialog of a MIDI file: which file, which part, which two bars, and what for.

import { element, fillSelect } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { ask, base64FromBytes, createChannel } from "../core/server.js";
import { buildBars } from "./importbars.js";
import { buildParts, createHearing, keyOf } from "./importparts.js";
import { USES } from "./importuses.js";

/** @import { App } from "../types.js" */

const TEMPO_DECIMALS = 3;

function wordsOf({ hits, tempo_bpm, swing }) {
  const swung = swing > 0.5 ? `, swing ${Math.round(100 * swing)}%` : "";
  const tempo = Number(tempo_bpm.toFixed(TEMPO_DECIMALS));
  return `${hits.length} hit${hits.length === 1 ? "" : "s"} at ${tempo} bpm${swung}.`;
}

/**
 * The dialog; returns `{open(files), hearing}`.
 *
 * @param {App} app
 */
export function createImport(app) {
  const { part, store, boot, server, say, fail } = app;
  const dialog = part("import");
  const buttons = Object.keys(USES).map((use) => part(`import-${use}`));
  let files = []; // all that came in at once
  let file = null; // {name, content}
  let fullName = ""; // however long
  let chosen = null; // the part; null: what the studio takes
  let bar = null; // null: the first two bars that sound
  let partsOf = null; // the file whose parts are offered
  let barsOf = null; // of what the bars are offered
  let answer = null;

  const hearing = createHearing(app, (heard) => {
    for (const button of part("import-part-list").querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.key === heard));
  });

  const channel = createChannel({
    send: server.read_midi,
    makeRequest: () => ({ ...file, part: chosen, bar }),
    onAnswer: show,
    onError: refuse,
  });

  const short = (name) => [...name.toWellFormed()].slice(0, boot.limits.name_length).join("");

  function askServer() {
    channel.request();
    allowUse();
  }

  /** The answer that is here may be about other bars than those just chosen. */
  function allowUse() {
    for (const button of buttons) button.disabled = channel.busy || !answer?.groove;
  }

  function note(line, notices = [], isError = false) {
    part("import-note").textContent = line;
    part("import-note").classList.toggle("ps-error", isError);
    part("import-notices").replaceChildren(...notices.map((text) => element("li", { text })));
  }

  /** One of several files, or a part, that can't be read leaves the choice to the others. */
  function refuse(line) {
    answer = null;
    if (!dialog.open && files.length < 2) {
      channel.cancel(); // no dialog may open by itself when the server is back
      fail(line);
      return;
    }
    showFile();
    if (partsOf !== file) part("import-parts").hidden = true;
    showBars({ n_bars: 0 });
    note(line, [], true);
    allowUse();
  }

  function showFile() {
    part("import-name").textContent = part("import-name").title = fullName;
    if (!dialog.open) dialog.showModal();
  }

  function showParts() {
    if (partsOf === file) return;
    partsOf = file;
    const actions = { choose: choosePart, hear };
    part("import-parts").hidden = answer.parts.length < 2 && answer.groove !== null;
    part("import-part-list").replaceChildren(...buildParts(answer, actions));
  }

  function showBars({ n_bars: nBars }) {
    part("import-bars").hidden = nBars <= 2;
    part("import-map").hidden = nBars === 0;
    if (nBars === 0) return;
    part("import-chosen").textContent = `${answer.bar + 1} and ${answer.bar + 2} of ${nBars}`;
    const shown = `${answer.part}`;
    if (barsOf?.file === file && barsOf.shown === shown) return;
    barsOf = { file, shown };
    part("import-strip").replaceChildren(...buildBars(answer, chooseBars));
    part("import-strip").querySelector(":checked")?.scrollIntoView({ inline: "center" });
  }

  function show(read) {
    answer = read;
    allowUse();
    showFile();
    showParts();
    showBars(answer);
    const { groove, notices } = answer;
    if (groove === null) {
      const [reason, ...others] = notices;
      note(reason, others, true);
      return;
    }
    drawGroove(part("import-map"), groove, { drums: boot.drums });
    part("import-map").setAttribute("aria-label", wordsOf(groove));
    note(wordsOf(groove), notices);
    hearing.replace(keyOf(answer.part), groove);
  }

  function chooseBars(first) {
    bar = first;
    askServer();
  }

  function choosePart(index) {
    chosen = index;
    bar = null;
    askServer();
  }

  /** What is shown of a part is heard, its first two bars otherwise. */
  function hear(index) {
    if (boot.sound_notice) {
      note(boot.sound_notice, [], true);
      return;
    }
    hearing.toggle(keyOf(index), async () => {
      if (answer?.groove && answer.part === index) return answer.groove;
      const read = await ask(server.read_midi, { ...file, part: index, bar: null });
      const line = read.error ?? (read.groove ? "" : read.notices[0]);
      if (line) note(line, [], true);
      return read.groove;
    });
  }

  async function choose(from) {
    hearing.stop();
    channel.cancel();
    [file, chosen, bar, answer] = [{ name: short(from.name), content: "" }, null, null, null];
    fullName = from.name;
    const present = file;
    if (from.size > boot.limits.midi_bytes) {
      refuse(`${file.name} is too large: a MIDI file may have ${boot.limits.midi_bytes >> 10} KB`);
      return;
    }
    try {
      const content = base64FromBytes(new Uint8Array(await from.arrayBuffer()));
      if (file !== present) return; // another was chosen meanwhile
      file.content = content;
      askServer();
    } catch {
      if (file === present) refuse(`${file.name} cannot be read`); // a folder
    }
  }

  dialog.addEventListener("close", () => {
    channel.cancel();
    hearing.stop();
  });
  part("import-which").addEventListener("change", () =>
    choose(files[Number(part("import-which").value)]),
  );
  for (const [use, { words, patch }] of Object.entries(USES)) {
    part(`import-${use}`).addEventListener("click", () => {
      dialog.close();
      store.setState({ ...patch(answer, file.name, boot.drums), view: "studio" });
      say(`${words} ${file.name}.`);
    });
  }

  return {
    hearing,
    /** Open the first of `given`; where they are several, the others can be chosen. */
    open(given) {
      files = given;
      fillSelect(
        part("import-which"),
        files.map(({ name }, index) => ({ value: String(index), text: name })),
      );
      part("import-files").hidden = files.length < 2;
      part("import-n-files").textContent = `Which of the ${files.length} files?`;
      choose(files[0]);
    },
  };
}
