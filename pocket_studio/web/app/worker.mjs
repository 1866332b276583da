// Keeps what the page is made of, for when its server is gone: whatever the server answers goes
// before it. What is asked of the studio is never kept, nor the sounds, of no use without it.

const KEPT = "pocket-studio";
const OWN = /^\/(modules\/|assets\/|static\/|theme\.css|config|icon\.svg|manifest\.json|favicon\.ico)|^\/$/;

/** The path below the page, which may itself lie below the root of its host. */
function pathOf(url) {
  return `/${new URL(url).pathname.slice(new URL(self.registration.scope).pathname.length)}`;
}

async function keep(request, fresh) {
  const kept = await caches.open(KEPT);
  await kept.put(request, fresh);
}

async function answer(event) {
  const { request } = event;
  try {
    const fresh = await fetch(request);
    // Storage may be full or closed: the page has its answer all the same.
    if (fresh.status === 200) event.waitUntil(keep(request, fresh.clone()).catch(() => {}));
    return fresh;
  } catch (error) {
    const ignoreSearch = request.mode === "navigate";
    const before = await caches.match(request, { ignoreVary: true, ignoreSearch });
    if (before) return before;
    throw error;
  }
}

/** Keep what the page had fetched before there was a worker; what is no longer used goes. */
async function keepOnly(addresses) {
  const kept = await caches.open(KEPT);
  const wanted = addresses.filter((one) => OWN.test(pathOf(one)));
  for (const request of await kept.keys()) {
    if (!wanted.includes(request.url)) await kept.delete(request);
  }
  const missing = await Promise.all(wanted.map(async (one) => !(await kept.match(one)) && one));
  await Promise.all(missing.filter(Boolean).map((one) => kept.add(one).catch(() => {})));
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keepOnly(event.data)));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope) && OWN.test(pathOf(url)))
    event.respondWith(answer(event));
});
