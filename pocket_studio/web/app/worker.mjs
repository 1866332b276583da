// Keeps what the page is made of, for when its server is gone: whatever the server answers goes
// before it. What is asked of the studio itself is never kept.

const KEPT = "pocket-studio";
const ASKED = /\/(api|gradio_api|call)\//;

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200) await kept.put(request, fresh.clone()).catch(() => {});
    return fresh;
  } catch (error) {
    const before = await kept.match(request, { ignoreVary: true });
    if (before) return before;
    throw error;
  }
}

/** Keep what the page had fetched before there was a worker; what is no longer used goes. */
async function keepOnly(addresses) {
  const kept = await caches.open(KEPT);
  const wanted = new Set(addresses);
  for (const request of await kept.keys()) {
    if (!wanted.has(request.url) && !request.url.includes("/kits/")) await kept.delete(request);
  }
  const missing = await Promise.all(addresses.map(async (one) => !(await kept.match(one)) && one));
  await Promise.all(missing.filter(Boolean).map((one) => kept.add(one).catch(() => {})));
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keepOnly(event.data)));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin || ASKED.test(pathname)) return;
  event.respondWith(answer(event.request));
});
