"use strict";
// Keeps the scanner's pages as they were given last, so that one that was open opens again without a connection.
// Signing out empties it.
const PAGES = "scan-pages";
const FILES = "scan-files";
const MOST = 60;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/inbox/assets/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && address.pathname === "/inbox/scan") event.respondWith(page(request));
});

// A file's address has its hash: what was kept under it is right.
async function file(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await put(FILES, request, answer.clone());
  return answer;
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await put(PAGES, request, answer.clone());
    if (![502, 503, 504].includes(answer.status)) return answer;
    return (await caches.match(request)) ?? answer;
  } catch (error) {
    const found = (await caches.match(request)) ?? (await caches.match("/inbox/scan"));
    if (found) return found;
    throw error;
  }
}

async function put(name, request, answer) {
  const cache = await caches.open(name);
  await cache.put(request, answer);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await cache.delete(old);
}
