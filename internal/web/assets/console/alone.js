// One sender for a queue, however many tabs have it open: by the browser's
// locks, or where they are not (plain http), by a lease in the database. Even
// if two sent, after a tab had slept through the end of its lease, it would be
// the same requests with the same keys.
import { newKey } from "./tap.js";
import { lease } from "./database.js";

const owner = newKey();

// alone calls work(signal) as soon as nobody else does for this name; its
// signal is given when the outer one is, or the lease was lost.
export async function alone(name, signal, work) {
  if (navigator.locks) {
    try {
      await navigator.locks.request(`matchstream ${name}`, { signal }, () => work(signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return;
  }
  while (!signal.aborted) {
    if (await lease(name, owner, Date.now() + 6000).catch(() => false)) await leased(name, signal, work);
    else await pause(1000 + Math.random() * 500, signal);
  }
  await lease(name, owner, 0).catch(() => {});
}

async function leased(name, outer, work) {
  const mine = new AbortController();
  const end = () => mine.abort();
  outer.addEventListener("abort", end);
  const renewing = setInterval(async () => {
    if (!(await lease(name, owner, Date.now() + 6000).catch(() => false))) end();
  }, 2000);
  try {
    await work(mine.signal);
  } finally {
    clearInterval(renewing);
    outer.removeEventListener("abort", end);
  }
}

// pause ends after a time, or when the signal is given.
export const pause = (milliseconds, signal) => new Promise((done) => {
  if (signal?.aborted) return done();
  const over = () => (clearTimeout(timer), signal?.removeEventListener("abort", over), done());
  const timer = setTimeout(over, milliseconds);
  signal?.addEventListener("abort", over);
});
