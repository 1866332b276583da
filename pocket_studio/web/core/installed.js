// The page as an app: installed from the browser, opened again when its server is gone.

import { fetchAll } from "./later.js";

const LATER_MS = 4000; // the first groove and the first sound come before

/** What has been fetched for the page; the worker knows what of it the page is made of. */
function fetched() {
  const addresses = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = addresses.filter((name) => name.startsWith(location.origin));
  return [...new Set([location.href.split(/[?#]/)[0], ...own])];
}

const quiet = () =>
  new Promise((done) => {
    setTimeout(done, LATER_MS);
  });

/** Let a worker keep the page; a browser that has none, or forbids it, does without. */
export async function keepPage() {
  await quiet();
  await fetchAll();
  try {
    const worker = navigator.serviceWorker;
    await worker.register(new URL("worker.js", document.baseURI));
    const { active } = await worker.ready;
    active.postMessage(fetched());
  } catch {
    // Not over plain HTTP but on this machine, not in private windows: the page works as before.
  }
}
