// Sessions in the browser's storage: each tab has one of its own, a new tab begins with the last.

const PREFIX = "pocket-studio/session/2/"; // and the tab's name
const FORMER = "pocket-studio/session/1"; // when there was one for all tabs
const UNREADABLE = "pocket-studio/session/unreadable";
const TAB = "pocket-studio/tab"; // in the tab's own storage, which a reload keeps
const MOST = 12; // the oldest go

function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key));
  } catch {
    return null; // no storage, or not ours
  }
}

/** @returns whether it is kept: a storage may be full or forbidden. */
function write(storage, key, text) {
  try {
    storage().setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

// As functions: where storage is forbidden, to name it is an error.
const lasting = () => localStorage;
const ofTab = () => sessionStorage;

/** All sessions that are kept, the latest first: {key, at (ms), ...}. */
function keptSessions() {
  let keys;
  try {
    keys = Object.keys(localStorage);
  } catch {
    return [];
  }
  return keys
    .filter((key) => key.startsWith(PREFIX) || key === FORMER)
    .map((key) => {
      const session = read(lasting, key);
      return { ...session, key, at: Number(session?.at) || 0 };
    })
    .sort((a, b) => b.at - a.at);
}

/**
 * The session of this tab: {kept, write, others}.
 *
 * `kept` is what the tab begins with: its own of before a reload, that of the tab it was duplicated
 * from, else the last one of any; null if there is none. `write(session)` says whether it is kept,
 * with `at` the time (ms) when it was last worked on; `others()` are those of other tabs, open or closed, the latest first.
 */
export function openTab() {
  const known = read(ofTab, TAB);
  // A duplicated tab has the name of one that is still open.
  const isOurs = known !== null && !known.open;
  const name = isOurs ? known.name : crypto.getRandomValues(new Uint32Array(2)).join("-");
  const mark = (open) => write(ofTab, TAB, JSON.stringify({ name, open }));
  mark(true);
  addEventListener("pagehide", () => mark(false));
  addEventListener("pageshow", () => mark(true));

  const own = PREFIX + name;
  const others = () => keptSessions().filter(({ key }) => key !== own);
  const last = keptSessions();
  return {
    kept: (known && read(lasting, PREFIX + known.name)) || last[0] || null,
    others,
    write(session) {
      if (!write(lasting, own, JSON.stringify(session))) return false;
      for (const { key } of others().slice(MOST - 1)) localStorage.removeItem(key);
      return true;
    },
  };
}

/** Keep a session that could not be opened beside the others. */
export const keepUnreadable = (text) => write(lasting, UNREADABLE, text);

/** Whether the browser keeps anything at all. */
export function canKeep() {
  const key = `${PREFIX}probe`;
  if (!write(lasting, key, "{}")) return false;
  localStorage.removeItem(key);
  return true;
}
