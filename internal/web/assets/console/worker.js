// The console's service worker keeps the page and its assets, nothing else:
// whatever the API says goes past it. (The server puts `kept` before this: the
// version, the languages, and the addresses of assets, which have the hash of
// their content in them.)
const cacheName = `operate ${kept.version}`;
const pageOf = (code) => `/operate?lang=${code}`;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(cacheName);
  await cache.addAll([...kept.assets, ...kept.tongues.map(pageOf)].map((address) => new Request(address, { cache: "no-cache" })));
  await self.skipWaiting(); // a page that is open has all its scripts already
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("operate ") && name !== cacheName) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === "/operate" && event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

// page is the one the server has now; where it does not answer soon, that which
// is kept, in the reader's language.
async function page(request, url) {
  const asked = fetch(request);
  const late = new Promise((done) => setTimeout(done, 3000));
  try {
    const answer = await Promise.race([asked, late]);
    if (answer?.status === 200) return answer;
  } catch {
    // no network
  }
  const wanted = [url.searchParams.get("lang"), ...navigator.languages.map((l) => l.slice(0, 2))];
  const code = wanted.find((l) => kept.tongues.includes(l)) ?? kept.tongues[0];
  return (await caches.match(pageOf(code))) ?? asked;
}

const asset = async (request) => (await caches.match(request)) ?? fetch(request);
