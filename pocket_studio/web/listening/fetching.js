// The data set of the listening test, fetched from the tab.

import { ask } from "../core/server.js";

const LOOK_MS = 400;
const MISSING =
  "The test needs human drummers, who come with the Groove MIDI Dataset (CC BY 4.0). " +
  "Fetch it here once; everything else works without it.";
const FAILED =
  "The data set did not come. Is this machine offline? Everything else works without it:";

/** What is said of a fetch in words. */
function wordsOf({ running, cancelled, share, error }) {
  if (running && cancelled) return "Cancelling…";
  if (running && share === null) return "Preparing the data set…";
  if (running) return `Fetching the data set: ${Math.round(100 * share)}%`;
  return error ? `${FAILED} ${error}` : MISSING;
}

/**
 * Show why no test can be taken, and offer to fetch what is missing.
 *
 * Returns {show, leave}: `show(answer)` after the server's notice, which it asks for again while
 *   something is on its way, until `leave()`; `onNotice(notice, error)` is told each time.
 */
export function createFetching(part, { server, onNotice }) {
  let timer = null;

  async function request(call, data) {
    clearTimeout(timer);
    show(await ask(call, data));
  }

  function show({ notice = "", fetch = null, error = "" }) {
    clearTimeout(timer);
    const words = fetch ? wordsOf(fetch) : notice;
    const node = part("listening-notice");
    if (node.textContent !== words) node.textContent = words;
    node.classList.toggle("ps-warning", !fetch);
    const running = Boolean(fetch?.running);
    part("listening-fetch").hidden = !fetch;
    part("fetch-start").hidden = running;
    for (const name of ["fetch-progress", "fetch-cancel"]) part(name).hidden = !running;
    if (running && fetch.share !== null) part("fetch-progress").value = fetch.share;
    else part("fetch-progress").removeAttribute("value");
    onNotice(words, error);
    if (running) timer = setTimeout(() => request(server.listening_notice, {}), LOOK_MS);
  }

  part("fetch-start").addEventListener("click", () => {
    request(server.listening_fetch, { want: "start" });
  });
  part("fetch-cancel").addEventListener("click", () => {
    request(server.listening_fetch, { want: "cancel" });
  });
  return { show, leave: () => clearTimeout(timer) };
}
