// A place is one match on one server: its history as the server told it, the
// queue of taps for it, and what both come to.
import { ask } from "./ask.js";
import { minute } from "../clock.js";
import { entriesOf, heard, keepPlace, placeKept } from "./database.js";
import { follow } from "./follow.js";
import { fold } from "./fold.js";
import { onServers, timeOf, tokenOf } from "./servers.js";

const idIn = (position) => Number(position.split("-")[0]);

export class Place {
  history = []; // events, 1, 2, 3, …
  entries = []; // the queue, those included that are confirmed
  info; // the match's object, of which names and speed are read
  epoch = "";
  link = "connecting"; // live, lost, over, missing
  #held; // {key, status, detail, failures}
  barred = ""; // "signin", "forbidden": until there is another token
  late; // {mark, ms}: by how much the server heard of our own kick-off after it was tapped
  #changed;
  #signal;
  #folded;
  #wake = [];

  constructor(origin, match, changed, signal) {
    Object.assign(this, { origin, match, name: `${origin} ${match}` });
    [this.home, this.visit] = match.split("-");
    [this.#changed, this.#signal, this.#token] = [changed, signal, tokenOf(origin)];
    heard(async (place) => place === this.name && this.readQueue(), signal);
    onServers(() => this.tokenChanged(), signal);
    addEventListener("online", () => this.wake(), { signal });
    signal.addEventListener("abort", () => this.wake());
  }

  get last() { return this.history.length; }
  get seen() { return this.epoch ? `${this.last}-${this.epoch}` : "0"; }
  get time() { return timeOf(this.origin); }
  get open() { return this.entries.filter((e) => e.state !== "confirmed"); }
  get head() { return this.open[0]; }

  // begin reads what is kept on this device, then asks the server.
  async begin() {
    const kept = await placeKept(this.name);
    if (kept) Object.assign(this, { info: kept.info, epoch: kept.epoch, history: kept.history, late: kept.late });
    await this.readQueue();
    this.join();
  }

  // join asks the server for the match, and follows it where it has it.
  async join() {
    await this.refresh();
    this.wake();
    if (this.link !== "missing") this.#follow();
  }

  // refresh takes the match as the server has it. false: it could not be had.
  async refresh() {
    const path = `/1/match/${encodeURIComponent(this.match)}`, token = tokenOf(this.origin);
    const match = await ask(this.origin, "GET", path);
    if (match.status === 404) return this.#is("missing");
    if (match.status !== 200) return this.#failed();
    let past = await ask(this.origin, "GET", `${path}/history`, { token });
    if (past.status === 401) past = await ask(this.origin, "GET", `${path}/history`);
    if (past.status !== 200 || !Array.isArray(past.data)) return this.#failed();
    this.info = match.data;
    const epoch = match.data.position.split("-")[1];
    // What came over the stream since it was asked for stays.
    this.history = epoch === this.epoch ? [...past.data, ...this.history.slice(past.data.length)] : past.data;
    this.epoch = epoch;
    if (this.link === "missing" || this.link === "over") this.link = "connecting";
    this.keep();
    return true;
  }

  // #failed: a stream that is open goes on.
  #failed() { return this.link === "live" ? false : this.#is("lost"); }

  #is(link) {
    this.link = link;
    this.change();
    return false;
  }

  #following = false;
  #follow() {
    if (this.#following) return;
    this.#following = true;
    follow({ signal: this.#signal,
      address: () => `${this.origin}/1/match/${encodeURIComponent(this.match)}/stream?since=${encodeURIComponent(this.seen)}`,
      link: (link) => this.link !== "over" && this.#is(link),
      take: (kind, event) => this.take(kind, event),
      ended: async () => {
        const had = await this.refresh();
        if (!had && this.link !== "missing") return true;
        this.#following = this.link !== "missing" && fold(this.home, this.visit, this.#past()).period !== "ended";
        if (!this.#following && had) this.#is("over");
        return this.#following;
      } });
  }

  // take is an event of the stream, or one of ours as it was answered.
  take(kind, event) {
    if (kind === "gone") return this.#is("missing");
    const [id, epoch] = event.position.split("-");
    if (epoch !== this.epoch || Number(id) > this.last + 1) return this.#later(() => this.refresh());
    if (kind === "status" || Number(id) <= this.last) return;
    this.history = [...this.history, event];
    this.time.heard(event.timestamp);
    if (!event.data?.by && tokenOf(this.origin) && !this.head?.body) this.#later(() => this.refresh()); // whose is it?
    this.keep();
  }

  // confirmed: an entry of ours was stored as an event.
  confirmed(entry, event, answer) {
    this.time.answered(event.timestamp, answer.sent, answer.received);
    const begins = ["start", "continue", "extratime"].includes(event.kind), ms = event.timestamp - entry.at;
    if (begins && ms > 2000) this.late = { mark: event.id, ms };
    this.take(event.kind, event);
    if (this.link === "over") this.join();
  }

  #soon;
  #later(work) {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(work, 300);
  }

  keep() {
    keepPlace({ place: this.name, origin: this.origin, match: this.match, info: this.info, epoch: this.epoch,
      history: this.history, late: this.late, at: Date.now() });
    this.change();
  }

  async readQueue() {
    this.entries = await entriesOf(this.name);
    this.wake();
    this.change();
  }

  // held is why the head is not sent just now: {key, status, detail, failures},
  // how often the server failed at it.
  get held() { return this.#held?.key === this.head?.key ? this.#held : undefined; }
  hold({ key }, { status, data }) {
    const failures = (this.#held?.key === key ? this.#held.failures : 0) + (status >= 500 || status === 412);
    this.#held = { key, status, detail: data.detail ?? "", failures };
    this.change();
  }

  change() {
    this.#folded = undefined;
    try {
      this.#changed(this);
    } catch (error) {
      console.error("it could not be shown", error); // but it is kept, and sent
    }
  }

  wake() { for (const done of this.#wake.splice(0)) done(); }
  woken() { return new Promise((done) => this.#wake.push(done)); }

  #token = "";
  tokenChanged() {
    const token = tokenOf(this.origin);
    if (token === this.#token && !this.barred) return;
    [this.#token, this.barred] = [token, ""];
    this.wake();
    this.change();
  }

  // idOf a tap: that of its event here, undefined while there is none.
  idOf(tap) { return this.entries.find((e) => e.tap === tap && e.state === "confirmed" && e.epoch === this.epoch)?.id; }

  // since is what was told after a position; all, where it is of another epoch.
  since(position) {
    const epoch = position.split("-")[1];
    return this.settled.told.filter((e) => epoch !== this.epoch || e.mark > idIn(position));
  }

  #past() {
    const own = new Map(this.entries.filter((e) => e.state === "confirmed" && e.epoch === this.epoch).map((e) => [e.id, e.tap]));
    // The stream may tell of our own event before its answer does.
    const flying = this.open.find((e) => this.#told(e)), taken = flying ? idIn(flying.ifMatch) + 1 : 0;
    if (flying && this.history[taken - 1].kind === flying.kind) own.set(taken, flying.tap);
    return this.history.map(({ id, kind, data = {}, timestamp }) => ({ mark: id, kind, data, timestamp, tap: own.get(id), by: data.by,
      flying: id === taken && own.has(id) }));
  }

  // #told: an entry is on its way, and its place in the history is taken: by
  // itself, or it will be answered so. It is not counted twice.
  #told(e) { return e.state === "waiting" && e.body && idIn(e.ifMatch) < this.last; }

  // Taps that wait. What one is about is named as it stands in the past.
  #waiting(past) {
    return this.open.filter((e) => e.state === "waiting" && !this.#told(e)).map((entry) => ({
      mark: entry.tap, tap: entry.tap, kind: entry.kind, timestamp: entry.at, entry,
      data: entry.about ? { ...entry.data, ref: past.find((e) => e.tap === entry.about)?.mark ?? entry.about } : entry.data }));
  }

  // state is the match with all taps that wait; settled the one without.
  get state() { return this.#fold().state; }
  get settled() { return this.#fold().settled; }
  #fold() {
    if (!this.#folded) {
      const past = this.#past();
      this.#folded = { state: fold(this.home, this.visit, [...past, ...this.#waiting(past)]), settled: fold(this.home, this.visit, past) };
    }
    return this.#folded;
  }

  // minute of play at a time of the server's clock. Where we began the period
  // and the server heard of it later, it is counted from our tap.
  minute(at = this.time.now()) {
    const { period, start, turned, suspended, suspendedAt } = this.state;
    const began = this.late && this.late.mark === turned ? start - this.late.ms : start;
    return minute(period, began, this.info?.speed ?? 1, suspended ? suspendedAt : at);
  }
}
