// The dialog of a MIDI file: which file, which part, which two bars, and what for.

import { element, fillSelect } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { ask, createChannel } from "../core/server.js";
import { buildBars } from "./importbars.js";
import { createFiles } from "./importfiles.js";
import { buildParts, createHearing, keyOf } from "./importparts.js";
import { createTiming, dragged } from "./importtiming.js";
import { USES, heldBy, reducedWords, wholeSketch } from "./importuses.js";

/** @import { App } from "../types.js" */

const TEMPO_DECIMALS = 3;

function wordsOf({ hits, tempo_bpm, swing }) {
  const swung = swing > 0.5 ? `, swing ${Math.round(100 * swing)}%` : "";
  const tempo = Number(tempo_bpm.toFixed(TEMPO_DECIMALS));
  return `${hits.length} hit${hits.length === 1 ? "" : "s"} at ${tempo} bpm${swung}.`;
}

/** @typedef {ReturnType<typeof createImport>} ImportDialog */

/**
 * The dialog; returns `{open(files), reopen, hearing}`.
 *
 * @param {App} app
 */
export function createImport(app) {
  const { part, store, boot, server, say, fail } = app;
  const dialog = part("import");
  const buttons = Object.keys(USES).map((use) => part(`import-${use}`));
  const files = createFiles(boot.limits);
  let nAdded = 0; // came in at once, with the one that is looked at
  /** @type {import("./importfiles.js").ImportedFile} */
  let file = null;
  let content = ""; // its bytes
  let refused = []; // files that cannot be read go with the dialog
  let partsOf = null; // the file whose parts are offered
  let barsOf = null; // of what the bars are offered
  let answer = null;
  let heard = null; // the key of what is heard

  const hearing = createHearing(app, (key) => {
    heard = key;
    showHeard();
  });

  const showTiming = createTiming(part, {
    setDownbeat(move) {
      file.downbeat = move(file.downbeat);
      askServer();
    },
    showMoved: (by) => answer?.groove && drawMap(dragged(answer, by)),
    setTempo(tempo) {
      file.tempo = tempo;
      if (!answer?.groove) return;
      answer = atTempo(answer);
      showGroove();
    },
  });

  const channel = createChannel({
    send: server.read_midi,
    makeRequest: () => requestOf(file.part, file.bar),
    onAnswer: show,
    onError(line, { busy, away }) {
      const isOfBars = file.bar !== null && !busy && !away;
      if (!isOfBars) {
        refuse(line, Boolean(busy || away));
        return;
      }
      file.bar = barsOf = null; // the file no longer has these two, as its bars begin elsewhere
      askServer();
    },
  });

  function requestOf(ofPart, bar) {
    const { name, downbeat } = file;
    return { name, content, part: ofPart, bar, downbeat };
  }

  /** What was read, in the tempo that was set for the file. */
  function atTempo(read) {
    if (!read.groove || file.tempo === null) return read;
    return { ...read, groove: { ...read.groove, tempo_bpm: file.tempo } };
  }

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
  function refuse(line, mayComeYet = false) {
    answer = null;
    if (!mayComeYet) refused.push(file);
    if (!dialog.open && nAdded < 2) {
      channel.cancel(); // no dialog may open by itself when the server is back
      dropRefused();
      fail(line);
      return;
    }
    showFile();
    if (partsOf !== file) part("import-parts").hidden = true;
    showBars({ n_bars: 0 });
    note(line, [], true);
    allowUse();
  }

  function dropRefused() {
    for (const one of refused) files.drop(one);
    refused = [];
  }

  function showFile() {
    part("import-name").textContent = part("import-name").title = file.fullName;
    if (!dialog.open) dialog.showModal();
  }

  function showFiles() {
    const all = files.all();
    fillSelect(
      part("import-which"),
      all.map(({ fullName }, index) => ({ value: String(index), text: fullName })),
    );
    part("import-which").value = String(all.indexOf(file));
    part("import-files").hidden = all.length < 2;
    part("import-n-files").textContent = `Which of the ${all.length} files?`;
  }

  function showHeard() {
    for (const button of part("import-part-list").querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.key === heard));
    const isHeard = heard !== null && answer !== null && heard === keyOf(answer.part);
    part("import-play").setAttribute("aria-pressed", String(isHeard));
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
    part("import-map").hidden = part("import-timing").hidden = nBars === 0;
    if (nBars === 0) return;
    part("import-chosen").textContent = `${answer.bar + 1} and ${answer.bar + 2} of ${nBars}`;
    const shown = `${answer.part} ${file.downbeat}`;
    if (barsOf?.file === file && barsOf.shown === shown) return;
    barsOf = { file, shown };
    part("import-strip").replaceChildren(...buildBars(answer, chooseBars));
    part("import-strip").querySelector(":checked")?.scrollIntoView({ inline: "center" });
  }

  function show(read) {
    answer = atTempo(read);
    refused = refused.filter((one) => one !== file);
    allowUse();
    showFile();
    showParts();
    showBars(answer);
    showHeard();
    if (answer.groove) {
      showGroove();
      return;
    }
    const [reason, ...others] = answer.notices;
    note(reason, others, true);
  }

  const drawMap = (groove) => drawGroove(part("import-map"), groove, { drums: boot.drums });

  function showGroove() {
    const { groove, says_tempo, notices } = answer;
    drawMap(groove);
    part("import-map").setAttribute("aria-label", wordsOf(groove));
    showTiming(file.downbeat, groove.tempo_bpm);
    const isAssumed = !says_tempo && file.tempo === null;
    const tempo = `The file says no tempo: ${groove.tempo_bpm} bpm is a guess. Tap it or type it.`;
    note(wordsOf(groove), isAssumed ? [tempo, ...notices] : notices);
    hearing.replace(keyOf(answer.part), groove);
  }

  function chooseBars(first) {
    file.bar = first;
    askServer();
  }

  function choosePart(index) {
    file.part = index;
    file.bar = null;
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
      const read = await ask(server.read_midi, requestOf(index, null));
      const line = read.error ?? (read.groove ? "" : read.notices[0]);
      if (line) note(line, [], true);
      return atTempo(read).groove;
    });
  }

  async function choose(wanted) {
    hearing.stop();
    channel.cancel();
    [file, content, answer] = [wanted, "", null];
    partsOf = barsOf = null;
    showFiles();
    try {
      const bytes = await wanted.content();
      if (file !== wanted) return; // another was chosen meanwhile
      content = bytes;
      askServer();
    } catch (error) {
      if (file === wanted) refuse(/** @type {Error} */ (error).message);
    }
  }

  dialog.addEventListener("close", () => {
    channel.cancel();
    hearing.stop();
    dropRefused();
  });
  part("import-which").addEventListener("change", () =>
    choose(files.all()[Number(part("import-which").value)]),
  );
  part("import-play").addEventListener("click", () => answer && hear(answer.part));
  for (const [use, { words, patch }] of Object.entries(USES)) {
    part(`import-${use}`).addEventListener("click", () => {
      const held = heldBy(store.state);
      dialog.close();
      const taken = answer;
      store.setState({ ...patch(taken, file.name, boot.drums), view: "studio" });
      const reduced = use === "sketch" ? reducedWords(taken) : "";
      const line = `${words} ${file.name}${reduced}.`;
      if (use !== "groove" && held) {
        const remedy = { text: "Release them", run: release };
        say(`${line} It does not reach what you hold: ${held}.`, false, { remedy });
      } else if (reduced) {
        const run = () => {
          store.setState(wholeSketch(taken, boot.drums));
          say(`The sketch has all hits of ${file.name}.`);
        };
        say(line, false, { remedy: { text: "Take all its hits", run } });
      } else say(line);
    });
  }

  function release() {
    store.setState({ locked_rows: {}, edits: {} });
    say("Released: the model plays all drums.");
  }

  return {
    hearing,
    /** Open the first of `given`; where they are several, the others can be chosen. */
    open(given) {
      nAdded = given.length;
      choose(files.add(given)[0]);
    },
    /** Open the file that was looked at last where it was left; false if there is none. */
    reopen() {
      const last = files.all().includes(file) ? file : files.all()[0];
      if (!last) return false;
      nAdded = 0;
      choose(last);
      return true;
    },
  };
}
