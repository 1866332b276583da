// MIDI files come in, by button or drop; and what of one stays: the feel of a reference.

import { NOT_FETCHED, later } from "../core/later.js";
import { ask } from "../core/server.js";
import { contoursOf } from "../sheet/contours.js";

/** @import { App, Hooks } from "../types.js" */

const fetchDialog = later(() => import("./importdialog.js"));

const isProject = ({ name, type }) => /\.json$/i.test(name) || type === "application/json";

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
    if (event.dataTransfer.files.length) open([...event.dataTransfer.files]);
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindImporting(app) {
  const { part, root, store, server, say, fail } = app;
  /** @type {import("./importdialog.js").ImportDialog | null} */
  let dialog = null; // until the first file
  async function open(files) {
    try {
      const { createImport } = await fetchDialog();
      dialog ??= createImport(app);
    } catch {
      fail(NOT_FETCHED);
      return;
    }
    dialog.open(files);
  }
  const input = part("import-file");
  part("import-button").addEventListener("click", () => dialog?.reopen() || input.click());
  part("import-other").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) open([...input.files]);
    input.value = "";
  });
  bindDrop(root, (files) => {
    if (!files.some(isProject)) open(files);
    else if (files.length === 1) app.openProject(files[0]);
    else fail("A project replaces what is here: drop it by itself.");
  });
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
    sound: () => dialog?.hearing.follow(),
  };
}
