// Sessions in the browser's storage: each tab has one of its own, a new tab begins with the last.

const PREFIX = "pocket-studio/session/2/"; // and the tab's name
const FORMER = "pocket-studio/session/1"; // when there was one for all tabs
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

const newName = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

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
 * The session of this tab: {kept, at, leave, write, others}.
 *
 * `kept` is what the tab begins with: its own of before a reload, that of the tab it was duplicated
 * from, else the last one of any; null if there is none. `at()` is when the one that is kept of this
 * tab itself was last worked on (ms), null if none is. `leave()` leaves that one among the others:
 * the tab goes on under another name. `write(session)` says whether it is kept, with its `at`;
 * `others()` are those of other tabs, open or closed, the latest first.
 */
export function openTab() {
  const known = read(ofTab, TAB);
  // A duplicated tab has the name of one that is still open.
  const isOurs = known !== null && !known.open;
  let name = isOurs ? known.name : newName();
  const mark = (open) => write(ofTab, TAB, JSON.stringify({ name, open }));
  mark(true);
  addEventListener("pagehide", () => mark(false));
  addEventListener("pageshow", () => mark(true));

  const ownKey = () => PREFIX + name;
  const others = () => keptSessions().filter(({ key }) => key !== ownKey());
  const last = keptSessions();
  return {
    kept: (known && read(lasting, PREFIX + known.name)) || last[0] || null,
    at: () => keptSessions().find(({ key }) => key === ownKey())?.at ?? null,
    others,
    leave() {
      name = newName();
      mark(true);
    },
    write(session) {
      const keys = others().map(({ key }) => key);
      if (!writeInPlaceOf(keys, ownKey(), JSON.stringify(session))) return false;
      for (const key of keys.slice(MOST - 1)) localStorage.removeItem(key);
      return true;
    },
  };
}

/** Write, where the storage is full in place of the last of `keys`; they stay if that is no help. */
function writeInPlaceOf(keys, key, text) {
  const removed = [];
  while (!write(lasting, key, text)) {
    const last = keys.at(-1 - removed.length);
    if (last === undefined) {
      for (const [former, its] of removed.reverse()) write(lasting, former, its);
      return false;
    }
    removed.push([last, localStorage.getItem(last)]);
    localStorage.removeItem(last);
  }
  return true;
}

/** Whether the browser keeps anything: where sessions are, one may take the place of another. */
export function canKeep() {
  const key = `${PREFIX}probe`;
  if (!write(lasting, key, "{}")) return keptSessions().length > 0;
  localStorage.removeItem(key);
  return true;
}
