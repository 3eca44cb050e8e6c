// The page of a match, going on by itself. It begins with what the server made
// of it (data-picture, and the rows), takes each event, and where an event
// changed what was shown before, takes the status that follows it.
import words from "./words.js";
import { flash, put } from "./dom.js";
import { label, plain } from "./sentence.js";
import { minute, periodAfter, serverClock } from "./clock.js";
import { makeRow, recount, strike, tell } from "./rows.js";
import { follow } from "./connection.js";

const main = document.querySelector("main");
const ticker = main.querySelector(".ticker");
const $ = (selector) => main.querySelector(selector);

let now = JSON.parse(main.dataset.picture); // the match as it stands
let [last, epoch] = parsePosition(now.position);
let suspendedAt = now["suspended-at"];
let shootout = now.shootout;
let amended = false; // an amend was taken, and its rows are not yet right
const seen = new Map(); // events that came over the stream, by id
const clock = serverClock(now.now);

function parsePosition(position) {
  const [id, epoch] = position.split("-");
  return [Number(id), epoch];
}

const address = () => `/1/match/${encodeURIComponent(now.id)}`;
const teams = () => ({ [now.home]: now["home-name"] || now.home, [now.visit]: now["visit-name"] || now.visit });
const sideOf = (team) => (team === now.home ? "home" : team === now.visit ? "visit" : "");
const over = () => now.period === "ended";
const phaseOf = (period) => ({ extra: period.endsWith("_extra"), shootout: period === "penalties" });

// show writes the picture above the ticker.
function show() {
  const score = $(".goals"), names = teams();
  const live = now.status === "live" || now.status === "suspended";
  $(".score").classList.toggle("live", live);
  for (const [side, id] of [["home", now.home], ["visit", now.visit]]) {
    put($(`h1 .${side} bdi`), names[id]);
    put($(`.shootout .${side}`), String(now[`${side}-penalties`]));
  }
  if (now.period !== "not_started") {
    if (!score.querySelector(".home")) {
      score.replaceChildren(...["home", "to", "visit"].map((c) => Object.assign(document.createElement("span"), { className: c })));
      put(score.querySelector(".to"), "–");
    }
    for (const side of ["home", "visit"]) put(score.querySelector(`.${side}`), String(now[`${side}-score`]));
    document.title = `${names[now.home]} ${now["home-score"]}–${now["visit-score"]} ${names[now.visit]} · ${words.page.name}`;
  }
  $(".shootout").hidden = !shootout;
  put($(".phase .period"), label(now.period, now.status));
  tick();
}

function tick() {
  const at = now.status === "suspended" ? suspendedAt : clock();
  const m = at && minute(now.period, now["period-start"], now.speed, at);
  put($(".phase .minute"), m ? `${m}′` : "");
}

// fold is what an event does to the picture; the rules are the server's.
function fold({ kind, data = {}, timestamp }) {
  const before = now.period;
  now.period = periodAfter(kind, before);
  if (now.period !== before) {
    now["period-start"] = timestamp;
    now.status = now.period === "ended" ? "ended" : "live";
  }
  if (kind === "penalties") shootout = true;
  if (kind === "goal") now[`${sideOf(data.team)}-${before === "penalties" ? "penalties" : "score"}`]++;
  if (kind === "abandon") [now.period, now.status] = ["ended", "abandoned"];
  if (kind === "suspend") [now.status, suspendedAt] = ["suspended", timestamp];
  if (kind === "resume") {
    now["period-start"] += timestamp - suspendedAt;
    [now.status, suspendedAt] = ["live", 0];
  }
}

// take is called for whatever the stream tells.
function take(kind, event) {
  if (kind === "gone") return connection.end("gone");
  if (kind === "status") return takeStatus(event);
  if (event.id <= last) return;
  const phase = phaseOf(now.period);
  last = event.id;
  now.position = event.position;
  seen.set(event.id, event);
  fold(event);
  const { data = {} } = event;
  const meant = data.ref && ticker.querySelector(`[data-id="${Number(data.ref)}"]`);
  if (kind === "amend") amended = true;
  if (kind === "cancel" && meant) strike(meant);
  const row = makeRow({ id: event.id, kind, data, side: sideOf(data.team), teams: teams(), phase, meant: meant?.dataset });
  ticker.querySelector(`[data-id="${event.id}"]`)?.remove();
  ticker.prepend(row);
  flash(row);
  $(".quiet").hidden = true;
  show();
  recount(main);
  if (kind === "goal") {
    flash($(`.goals`));
    const score = phase.shootout ? [now["home-penalties"], now["visit-penalties"]] : [now["home-score"], now["visit-score"]];
    put($(".news"), `${plain(tell(kind, data, teams(), phase))} ${score.join("–")}`);
  }
}

// takeStatus replaces the whole picture. The rows are still right if all that
// happened were events that were taken one by one; else they are made anew.
function takeStatus({ position, data }) {
  const [id, its] = parsePosition(position);
  const made = its !== epoch;
  const missing = made || id !== last || amended || (data.status === "suspended" && !suspendedAt);
  now = { ...data };
  shootout = now.period === "penalties" || now["home-penalties"] + now["visit-penalties"] > 0 || (shootout && over() && !made);
  if (now.status !== "suspended") suspendedAt = 0;
  if (made) seen.clear();
  [last, epoch] = [id, its];
  amended = false;
  show();
  recount(main);
  if (missing) catchUp(Math.random() * 2000); // spread: everybody who watches does this now
}

// catchUp makes all rows anew from the history.
let catching;
function catchUp(wait, tries = 0) {
  clearTimeout(catching);
  catching = setTimeout(async () => {
    try {
      const answer = await fetch(`${address()}/history`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`history: ${answer.status}`);
      remake(await answer.json());
    } catch (error) {
      console.warn("the history could not be had yet", error);
      catchUp(Math.min(30000, 2000 * 2 ** tries) * (0.5 + Math.random()), tries + 1);
    }
  }, wait);
}

function remake(history) {
  const events = new Map(history.map((e) => [e.id, e]));
  for (const [id, e] of seen) if (!events.has(id)) events.set(id, e);
  const all = [...events.values()].sort((a, b) => a.id - b.id);
  const cancelled = new Set(), changes = new Map();
  for (const { kind, data = {} } of all) {
    if (kind === "cancel") cancelled.add(data.ref);
    if (kind === "amend") changes.set(data.ref, { ...changes.get(data.ref), ...amendment(data) });
  }
  const effective = (e) => Object.fromEntries(
    Object.entries({ ...e.data, ...changes.get(e.id) }).filter(([, value]) => value !== null));
  const phase = { extra: false, shootout: false }, rows = [];
  let suspended = 0;
  for (const e of all) {
    if (e.kind.startsWith("x-")) continue; // no words are known for it
    const data = effective(e), ref = events.get(data.ref);
    const counts = !cancelled.has(e.id);
    rows.unshift(makeRow({ id: e.id, kind: e.kind, data, side: sideOf(data.team), teams: teams(), phase,
      meant: ref && { kind: ref.kind, minute: effective(ref).minute }, cancelled: !counts, amended: changes.has(e.id) }));
    if (!counts) continue;
    phase.extra ||= e.kind === "extratime";
    phase.shootout ||= e.kind === "penalties";
    if (e.kind === "suspend") suspended = e.timestamp;
    if (e.kind === "resume") suspended = 0;
  }
  shootout = phase.shootout;
  suspendedAt = suspended;
  ticker.replaceChildren(...rows);
  $(".quiet").hidden = rows.length > 0;
  recount(main);
  show();
}

function amendment({ ref, forced, by, ...details }) {
  return details;
}

// refused: the stream was answered with an end (204, an error). What does the
// match itself say?
async function refused() {
  if (over()) return false;
  const answer = await fetch(address(), { cache: "no-store" });
  if (answer.status === 404) {
    connection.end("gone");
    return false;
  }
  if (!answer.ok) return true;
  const data = await answer.json();
  takeStatus({ position: data.position, data });
  return !over();
}

let connection;
if (!over()) {
  connection = follow({
    address: () => `${address()}/stream?since=${encodeURIComponent(now.position)}`,
    kinds: ["status", "gone", ...Object.keys(words.kind)],
    take,
    refused,
    finished: over,
  });
  setInterval(tick, 1000);
}
