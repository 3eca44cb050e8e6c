// The match that is being operated, on all servers at once. What is shown is
// the match of the first; a tap goes into the queue of each.
import { add, decide, placesKept } from "./database.js";
import { Place } from "./place.js";
import { can } from "./rules.js";
import { send } from "./sender.js";
import { operates, servers, signedIn } from "./servers.js";
import { anew, newEntry, newKey } from "./tap.js";

// unsent: nobody but this device knows of it.
const unsent = (entry) => !entry.body && entry.state !== "confirmed";

export class Desk {
  #ending = new AbortController();
  places = [];

  changed = () => {}; // called whenever something else is to be shown

  constructor(match) {
    this.match = match;
  }

  // begin joins the servers that have this match on this device already, and
  // those that there is a token for.
  async begin() {
    const kept = (await placesKept()).filter((p) => p.match === this.match && servers().includes(p.origin)).map((p) => p.origin);
    const mine = signedIn().filter((o) => operates(o, this.match));
    const all = [...new Set([...mine, ...kept])].sort((a, b) => (b === location.origin) - (a === location.origin));
    await Promise.all(all.map((origin) => this.join(origin)));
  }

  async join(origin) {
    if (this.places.some((p) => p.origin === origin)) return;
    const place = new Place(origin, this.match, () => this.changed(), this.#ending.signal);
    this.places.push(place);
    await place.begin();
    send(place, this.#ending.signal);
  }

  end() {
    this.changed = () => {};
    this.#ending.abort();
  }
  get signal() { return this.#ending.signal; }

  get first() { return this.places[0]; }
  get state() { return this.first.state; }
  // look notes what the operator has before his eyes as he begins a tap: while
  // he chooses a player, another operator may be tapping the same goal.
  #looked = new Map();
  look() { this.#looked = new Map(this.places.map((p) => [p.name, p.seen])); }
  #seen(place) { return this.#looked.get(place.name) ?? place.seen; }

  get waiting() { return Math.max(0, ...this.places.map((p) => p.open.length)); }
  can(kind) { return can(kind, this.state); }

  name(side) {
    const id = this.first[side];
    for (const { info } of this.places) if (info?.[`${side}-name`]) return info[`${side}-name`];
    return id;
  }
  get names() { return { [this.first.home]: this.name("home"), [this.first.visit]: this.name("visit") }; }

  // What changes the queue is done one after the other: undo takes back what
  // was tapped before it, not what was there a moment earlier. done is when all is.
  done = Promise.resolve();
  #inTurn(work) {
    const mine = this.done.then(work);
    this.done = mine.catch(() => {});
    return mine;
  }

  // tap puts an event into every queue. It carries the minute at which it was
  // tapped, always: a request may be sent, or repeated, long after.
  tap(kind, data = {}, { about, named = [], only, ...tied } = {}) {
    const tap = newKey(), at = this.first.time.now(), seen = new Map(this.places.map((p) => [p, this.#seen(p)]));
    return this.#inTurn(async () => {
      const minute = data.minute || (kind === "amend" || kind === "cancel" ? "" : this.first.minute(at));
      const whole = minute ? { ...data, minute } : data;
      const places = only ? [only] : [...seen.keys()].filter((p) => !about || p.entries.some((e) => e.tap === about));
      await add(places.map((p) => newEntry(p.name, tap, { at, kind, data: whole, about, named, seen: seen.get(p), ...tied })));
      return tap;
    });
  }

  // refer taps something about an event that is told (fold.js): to each
  // server's own event of that tap, or, of another's event, where it is shown.
  refer(kind, told, data = {}) {
    if (told.tap) return this.tap(kind, data, { about: told.tap });
    return this.tap(kind, { ...data, ref: told.mark }, { only: this.first });
  }

  // last is what undo would take back: our last tap, if it is still here; else
  // our last event that counts.
  get last() {
    const newest = this.first.open.at(-1);
    if (newest?.state === "waiting" && unsent(newest)) return newest;
    return this.state.told.findLast((e) => e.tap && !e.cancelled && e.kind !== "cancel" && e.kind !== "amend");
  }

  // undo takes it back on every server, or on none: what was never sent is
  // dropped, what may have arrived is cancelled.
  undo() { return this.#inTurn(() => this.#undo(this.last)); }
  async #undo(last) {
    if (!last) return;
    const tap = newKey();
    await decide(this.#entriesOf(last.tap), (now) => {
      if (unsent(now)) return null;
      if (last.kind === "cancel" || last.kind === "amend") return undefined; // it is on its way
      const twice = this.places.some((p) => p.name === now.place && p.entries.some((e) => e.kind === "cancel" && e.about === now.tap && e.state !== "refused"));
      return twice ? undefined : this.#about(now, tap, "cancel", {});
    });
  }

  #entriesOf(tap) { return this.places.map((p) => p.entries.find((e) => e.tap === tap)).filter(Boolean); }

  #about(entry, tap, kind, data) {
    const place = this.places.find((p) => p.name === entry.place);
    return newEntry(place.name, tap, { at: this.first.time.now(), kind, data, about: entry.tap, seen: this.#seen(place) });
  }

  // change corrects an event: one that was never sent as it stands, else by an
  // amend, whose tap it gives. changes are details, null for those that go;
  // tied: {with} another tap, without which it is not to be sent.
  change(told, changes, tied = {}) {
    if (!told.tap) return this.tap("amend", { ref: told.mark, ...changes }, { only: this.first, ...tied });
    return this.#inTurn(() => this.#change(told, changes, tied));
  }
  async #change(told, changes, tied) {
    const tap = newKey();
    await decide(this.#entriesOf(told.tap), (now) => (unsent(now)
      ? { ...now, data: changed(now.data, changes) } : { ...this.#about(now, tap, "amend", changes), ...tied }));
    return tap;
  }

  // What an operator decides of a tap that a server did not take, having been
  // shown all up to the position seen: then so has what he tapped after it.
  resend(place, entry, seen, changes = {}) { return this.#settle(place, entry, seen, (now) => anew(now, { seen, ...changes })); }
  correct(place, entry, seen, changes) {
    return this.resend(place, entry, seen, { data: changed(entry.data, changes), force: false });
  }
  drop(place, entry, seen) { return this.#settle(place, entry, seen, () => null); }

  // #settle: unless it was settled already. What hangs on a tap that is dropped
  // goes with it.
  #settle(place, entry, seen, decision) {
    return this.#inTurn(() => decide(place.open.filter((e) => e.n >= entry.n), (now) => {
      if (now.n === entry.n) return now.key === entry.key && now.state !== "confirmed" ? decision(now) : undefined;
      if (now.state !== "waiting" || now.body) return undefined;
      const hangs = now.about === entry.tap || now.with === entry.tap;
      return hangs && decision(entry) === null ? null : { ...now, seen: later(now.seen, seen) };
    }));
  }
}

const later = (a, b) => (a.split("-")[1] === b.split("-")[1] && Number(a.split("-")[0]) > Number(b.split("-")[0]) ? a : b);

// changed are details with others in their place; null takes one away.
const changed = (data, changes) =>
  Object.fromEntries(Object.entries({ ...data, ...changes }).filter(([, value]) => value !== null));
