// What outlives the page: sessions in the browser, links, and project files.

import { element } from "../core/fields.js";
import { activeTake, projectKeys, projectOf, stateOf } from "../core/project.js";
import { ask, askUntilAnswered } from "../core/server.js";
import { saveFile } from "./exporting.js";
import { canKeep, openTab } from "./sessions.js";

/** @import { App, Hooks } from "../types.js" */

const LINK = "#groove=";
const COPIED = "The link is copied.";
const ONLY_HERE =
  "Only this machine can open it; for others in your network start the studio with serve --lan.";
const HERE = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
const ROOM = {
  volume: "number",
  click: "boolean",
  timingZoom: "boolean",
  fold: "boolean",
  together: "boolean",
};
const SAVE_DELAY_MS = 300;
const NOT_KEPT =
  "The browser does not keep this session (its storage is full or blocked): " +
  "save it as a file (Ctrl-S) or share it as a link.";

/** The server checks whatever comes from outside; one place knows what a project is. */
function openLink(server, text, onWait) {
  return opened(server.open_share, { text }, onWait);
}

function openText(server, content, onWait) {
  return opened(server.open_project, { content }, onWait);
}

function opened(send, request, onWait) {
  return onWait ? askUntilAnswered(send, request, onWait) : ask(send, request);
}

/**
 * What to begin with: `project` of the session, `linked` from the address; `undo` leads from the
 * second back to the first. `tab` is where the session is kept from now on.
 *
 * A studio that is busy or away is asked until it answers, and that is said: nothing may be begun
 * in place of what only waits.
 */
export async function restoreSession(server, condition) {
  const onWait = (line) => condition("session", `Your groove is still to come: ${line}`);
  const tab = openTab();
  const session = tab.kept;
  const room = Object.fromEntries(
    Object.entries(ROOM)
      .filter(([key, kind]) => session && typeof session[key] === kind)
      .map(([key]) => [key, session[key]]),
  );
  const link = location.hash.startsWith(LINK)
    ? await openLink(server, location.hash.slice(LINK.length), onWait)
    : {};
  const text = session && session.project ? JSON.stringify(session.project) : null;
  const last = text ? await openText(server, text, onWait) : {};
  condition("session", null);
  if (last.error) tab.leave();
  const lost =
    last.error &&
    `The last session could not be opened (${last.error}); Earlier… has it, to be saved as a file.`;
  return {
    tab,
    room,
    project: last.project,
    linked: link.project,
    error: [lost, link.error].filter(Boolean).join(" ") || null,
    notices: (link.project ? link : last).notices || [],
  };
}

function keepSession({ store, boot, condition }, tab, saveProject) {
  let timer = null;
  let isKept = true;
  let at = tab.at(); // when this was last worked on
  const save = () => {
    timer = null;
    const room = Object.fromEntries(Object.keys(ROOM).map((key) => [key, store.state[key]]));
    isKept = tab.write({ at, ...room, project: projectOf(store.state, boot) });
    tell(isKept);
  };
  const remedy = { text: "Save as a file", run: saveProject };
  const tell = (is) => condition("storage", is ? null : NOT_KEPT, remedy);
  tell(canKeep());
  store.subscribe((state, previous, { remembers = false }) => {
    // The address no longer says what is here: a reload must not bring the link's groove back.
    const differs = (keys) => !remembers && keys.some((key) => state[key] !== previous[key]);
    const changed = differs(projectKeys());
    if (changed && location.hash.startsWith(LINK)) {
      history.replaceState(null, "", location.pathname + location.search);
    }
    // A tab in which nothing was done is not the last one worked on.
    if (changed || differs(Object.keys(ROOM))) at = Date.now();
    if (at !== null && timer === null) timer = setTimeout(save, SAVE_DELAY_MS);
  });
  const leave = () => {
    const isGone = at !== null && tab.at() === null; // other tabs have made newer ones
    if (timer === null && !isGone) return;
    clearTimeout(timer);
    save();
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("beforeunload", (event) => {
    if (!isKept) event.preventDefault(); // the browser asks whether to leave
  });
}

/** When a session was left, and what it is, if that can be told. */
function nameOf({ at, project }) {
  const { genre, tempo_bpm } = project;
  const words = genre && tempo_bpm ? `${genre}, ${Math.round(tempo_bpm)} bpm` : "cannot be opened";
  if (!at) return words;
  return `${new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}: ${words}`;
}

/** The menu of the sessions of other tabs, open or closed. */
function bindEarlier(menu, tab, choose) {
  let offered = [];
  function fill() {
    offered = tab.others().filter(({ project }) => project);
    menu.replaceChildren(
      element("option", { value: "", text: "Earlier…" }),
      ...offered.map((one) => element("option", { value: one.key, text: nameOf(one) })),
    );
    menu.hidden = !offered.length;
  }
  for (const event of ["focus", "pointerdown"]) menu.addEventListener(event, fill);
  menu.addEventListener("change", () => {
    const chosen = offered.find(({ key }) => key === menu.value);
    menu.value = "";
    if (chosen) choose(chosen);
  });
  addEventListener("storage", () => menu !== document.activeElement && fill());
  fill();
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindSession(app) {
  const { part, store, boot, server, say, fail, shortcuts } = app;

  function open(answer, words) {
    if (answer.error) {
      fail(answer.error);
      return;
    }
    store.setState({
      ...stateOf(answer.project, boot),
      compare: null,
      layer: "microtiming",
      selected: [],
    });
    say([words, ...answer.notices].join(" "));
  }

  async function openFile(file) {
    if (file.size > boot.limits.project_bytes) {
      fail(`${file.name} is too large for a project`);
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
      fail(answer.error);
      return;
    }
    history.replaceState(null, "", location.pathname + location.search + LINK + answer.text);
    const isHere = HERE.includes(location.hostname);
    const others = isHere ? boot.lan_url : null;
    const url = others ? new URL(location.hash, others).href : location.href;
    let words = others ? `The link is copied, for all in this network: ${others}.` : COPIED;
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      words = others ? `For others in this network: ${url}` : "The link is in the address bar.";
    }
    if (isHere && !others) words += ` ${ONLY_HERE}`;
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
  bindEarlier(part("earlier"), app.tab, async (session) => {
    const text = JSON.stringify(session.project);
    const answer = await openText(server, text);
    open(answer, `Opened the session of ${nameOf(session)}.`);
    if (!answer.error || answer.away || answer.busy) return;
    saveFile(text, "application/json", "pocket-session.pocket.json");
    fail(`This session cannot be opened (${answer.error}): saved pocket-session.pocket.json.`);
  });
  keepSession(app, app.tab, save);
  app.openProject = openFile;
}
