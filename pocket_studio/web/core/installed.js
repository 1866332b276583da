// The page as an app: installed from the browser, opened again when its server is gone.

/** What has been fetched for the page; the worker knows what of it the page is made of. */
function fetched() {
  const addresses = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = addresses.filter((name) => name.startsWith(location.origin));
  return [...new Set([location.href.split(/[?#]/)[0], ...own])];
}

/** Let a worker keep the page; a browser that has none, or forbids it, does without. */
export async function keepPage() {
  try {
    const worker = navigator.serviceWorker;
    await worker.register(new URL("worker.js", document.baseURI));
    const { active } = await worker.ready;
    active.postMessage(fetched());
  } catch {
    // Not over plain HTTP but on this machine, not in private windows: the page works as before.
  }
}
