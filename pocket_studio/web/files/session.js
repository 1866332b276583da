// What outlives the page: the last session in the browser, links, and project files.

import { activeTake, projectKeys, projectOf, stateOf } from "../core/project.js";
import { ask } from "../core/server.js";
import { saveFile } from "./exporting.js";

/** @import { App, Hooks } from "../types.js" */

const STORAGE_KEY = "pocket-studio/session/1";
const UNREADABLE_KEY = "pocket-studio/session/unreadable";
const LINK = "#groove=";
const ROOM = { volume: "number", click: "boolean" };
const SAVE_DELAY_MS = 300;

function readStorage() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY));
  } catch {
    return null; // no storage, or not ours
  }
}

function writeStorage(text, key = STORAGE_KEY) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A full or forbidden storage costs the restored session and nothing else.
  }
}

/** The server checks whatever comes from outside; one place knows what a project is. */
function openLink(server, text) {
  return ask(server.open_share, { text });
}

function openText(server, content) {
  return ask(server.open_project, { content });
}

/**
 * What to begin with: `project` of the last session, `linked` from the address; `undo` leads from
 * the second back to the first.
 */
export async function restoreSession(server) {
  const session = readStorage();
  const room = Object.fromEntries(
    Object.entries(ROOM)
      .filter(([key, kind]) => session && typeof session[key] === kind)
      .map(([key]) => [key, session[key]]),
  );
  const link = location.hash.startsWith(LINK)
    ? await openLink(server, location.hash.slice(LINK.length))
    : {};
  const text = session && session.project ? JSON.stringify(session.project) : null;
  const last = text ? await openText(server, text) : {};
  if (last.error) writeStorage(text, UNREADABLE_KEY);
  const lost =
    last.error && `The last session could not be opened (${last.error}); the browser keeps it.`;
  return {
    room,
    project: last.project,
    linked: link.project,
    error: link.error || lost,
    notices: (link.project ? link : last).notices || [],
  };
}

function keepSession(store, boot) {
  let timer = null;
  const save = () => {
    timer = null;
    const room = Object.fromEntries(Object.keys(ROOM).map((key) => [key, store.state[key]]));
    writeStorage(JSON.stringify({ ...room, project: projectOf(store.state, boot) }));
  };
  store.subscribe((state, previous, { remembers = false }) => {
    // The address no longer says what is here: a reload must not bring the link's groove back.
    const changed = !remembers && projectKeys().some((key) => state[key] !== previous[key]);
    if (changed && location.hash.startsWith(LINK)) {
      history.replaceState(null, "", location.pathname + location.search);
    }
    if (timer === null) timer = setTimeout(save, SAVE_DELAY_MS);
  });
  addEventListener("pagehide", () => {
    if (timer !== null) save();
  });
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindSession(app) {
  const { part, store, boot, server, say, shortcuts } = app;

  function open(answer, words) {
    if (answer.error) {
      say(answer.error, true);
      return;
    }
    store.setState({
      ...stateOf(answer.project, boot),
      compare: null,
      layer: "microtiming",
    });
    say([words, ...answer.notices].join(" "));
  }

  async function openFile(file) {
    if (file.size > boot.limits.project_bytes) {
      say(`${file.name} is too large for a project`, true);
      return;
    }
    open(await openText(server, await file.text()), `Opened ${file.name}.`);
  }

  function save() {
    const text = JSON.stringify(projectOf(store.state, boot), null, 1);
    const { genre, tempo_bpm } = store.state;
    const name = `pocket-${genre}-${Math.round(tempo_bpm)}bpm-${activeTake(store.state).seed}`;
    saveFile(text, "application/json", `${name}.pocket.json`);
    say(`Saved ${name}.pocket.json.`);
  }

  async function share() {
    const answer = await ask(server.share, { project: projectOf(store.state, boot) });
    if (answer.error) {
      say(answer.error, true);
      return;
    }
    history.replaceState(null, "", LINK + answer.text);
    let words = "The link is copied.";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      words = "The link is in the address bar.";
    }
    say([words, ...answer.notices].join(" "));
  }

  const input = part("project-file");
  part("open-project").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) openFile(input.files[0]);
    input.value = "";
  });
  part("save-project").addEventListener("click", save);
  part("share").addEventListener("click", share);
  shortcuts.add(["ctrl+s"], "Save the project as a file", save);
  shortcuts.add(["ctrl+o"], "Open a project file", () => input.click());
  addEventListener("hashchange", async () => {
    if (!location.hash.startsWith(LINK)) return;
    open(await openLink(server, location.hash.slice(LINK.length)), "Opened the link.");
  });
  keepSession(store, boot);
  app.openProject = openFile;
}
