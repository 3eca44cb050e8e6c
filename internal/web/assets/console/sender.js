// The sending of a queue: strictly in order, one at a time, each with its key
// until it is known what became of it.
import { again, ask, pauseAfter } from "./ask.js";
import { alone, pause } from "./alone.js";
import { alter } from "./database.js";
import { tokenOf } from "./servers.js";
import { anew, bodyOf } from "./tap.js";

// send sends a place's queue until the signal is given, when no other tab does.
export const send = (place, signal) => alone(place.name, signal, async (mine) => {
  mine.addEventListener("abort", () => place.wake());
  let tries = 0, tried;
  while (!mine.aborted) {
    const woken = place.woken(), entry = place.head;
    if (entry?.state !== "waiting" || place.barred || place.link === "missing" || !tokenOf(place.origin)) {
      await woken;
      continue;
    }
    if (tried !== entry.key) [tries, tried] = [0, entry.key];
    let wait;
    try {
      // Without the match's epoch it is not known what the operator had seen.
      if (!place.epoch && !(await place.refresh())) wait = 1;
      else {
        const ready = await final(place, entry);
        if (!ready) continue;
        wait = await once(place, ready);
      }
    } catch (error) {
      console.error("a tap could not be sent yet", error); // the database, perhaps: it stays where it is
      wait = 2;
    }
    tries = wait === undefined ? 0 : tries + 1;
    if (wait === undefined) continue;
    await Promise.race([pause(Math.max(wait * 1000, pauseAfter(tries)), mine), online(mine), dropped(place, entry)]);
  }
});

const online = (signal) => new Promise((done) => addEventListener("online", done, { once: true, signal }));

async function dropped(place, { key }) {
  while (place.head?.key === key) await place.woken();
}

// final fixes body and condition of an entry before it is first sent: from
// then on only the same may be repeated with its key. The condition is what
// the operator had seen when he tapped, or his own event before it.
async function final(place, { n, place: name }) {
  const written = await alter({ n, place: name }, (entry) => {
    if (entry.state !== "waiting") return undefined;
    if (entry.body) return entry;
    const ref = entry.about ? place.idOf(entry.about) : entry.data.ref;
    if (entry.about && ref === undefined) return null; // what it was about was dropped
    return { ...entry, body: bodyOf(entry, ref), ifMatch: conditionOf(place, entry) };
  });
  await place.readQueue();
  return written;
}

function conditionOf(place, { n, seen }) {
  const [id, epoch = place.epoch] = seen.split("-");
  const own = place.entries.filter((e) => e.n < n && e.state === "confirmed" && e.epoch === epoch).map((e) => e.id);
  return `${Math.max(Number(id), ...own)}-${epoch}`;
}

// once sends an entry. It gives the seconds to wait at least before it is sent
// again, undefined where it needs not.
async function once(place, entry) {
  const answer = await ask(place.origin, "POST", `/1/match/${encodeURIComponent(place.match)}/events`, {
    token: tokenOf(place.origin), body: entry.body, headers: { "Idempotency-Key": entry.key, "If-Match": `"${entry.ifMatch}"` } });
  const { status, data } = answer;
  // A success that names no event is somebody else's: the page of a hotspot.
  const wait = again(answer) ?? (status < 300 && !(data.id && data.position) ? 2 : undefined);
  if (wait !== undefined) {
    place.hold(entry, answer);
    return wait;
  }
  if (status === 401 || status === 403) {
    place.barred = status === 401 ? "signin" : "forbidden";
    place.change();
  } else if (status === 200 || status === 201) {
    const epoch = data.position.split("-")[1];
    await alter(entry, (now) => (now.key === entry.key ? { ...now, state: "confirmed", id: data.id, epoch } : undefined));
    place.confirmed(entry, data, answer);
    if (place.epoch !== epoch) await place.refresh();
    await place.readQueue();
  } else if (status === 404) {
    await place.refresh(); // the match is gone, or was not there yet: the tap is kept
    return 2;
  } else {
    const known = await place.refresh(); // to show it beside what happened
    const { seen } = place, unseen = place.since(entry.ifMatch);
    const same = entry.ifMatch.split("-")[1] === place.epoch;
    if (!known || status === 412 && same && !unseen.length) { // what happened is not known yet
      place.hold(entry, answer);
      return 2;
    }
    const silent = status === 412 && same && unseen.every((e) => e.kind.startsWith("x-")); // no stream tells of these
    await alter(entry, (now) => (now.key !== entry.key || now.state !== "waiting" ? undefined
      : silent ? anew(now, { seen })
        : { ...now, state: status === 412 ? "overtaken" : "refused", problem: { status, ...data } }));
    await place.readQueue();
  }
  return undefined;
}
