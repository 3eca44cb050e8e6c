// A story is a match's events with what each came to: all parts of the page
// are made of it. story.go makes the same of the same events.
import { periodAfter } from "./clock.js";

const partings = new Set(["start", "halftime", "continue", "extratime", "penalties", "stop", "suspend", "resume", "abandon"]);

// parts the match: a new period begins, or play stops for long.
export const parts = (kind) => partings.has(kind);
export const isKick = (e) => (e.kind === "goal" || e.kind === "miss") && e.phase.shootout;
export const isGoal = (e) => e.kind === "goal" && !e.phase.shootout;
export const isRed = (e) => e.kind === "card" && e.data.card === "red";
export const when = (minute) => (minute ? `${minute}′` : "");
const score = (n) => `${n.home}–${n.visit}`;

// unfold tells the story of events, oldest first, in a match of the teams
// home and visit (ids).
export function unfold(events, { home, visit }) {
  const { cancels, changes, byID } = corrections(events);
  const effective = (e) => {
    const all = { ...e.data, ...changes.get(e.id) };
    for (const key in all) if (all[key] === null) delete all[key];
    return all;
  };
  const s = { entries: [], reviews: [], added: "", period: "not_started", since: 0, suspendedAt: 0, abandoned: false,
    goals: { home: 0, visit: 0 }, kicks: { home: 0, visit: 0 }, shootout: false };
  let phase = { extra: false, shootout: false };
  for (const event of events) {
    const { id, kind, timestamp } = event;
    if (kind.startsWith("x-")) continue; // no words are known for it
    const data = effective(event), ref = byID.get(data.ref), cancel = cancels.get(id);
    const e = { id, kind, timestamp, data, phase, tally: "", review: false, side: sideOf(data, home, visit),
      meant: ref && { ...effective(ref), kind: ref.kind },
      cancelled: Boolean(cancel), why: cancel?.data.reason ?? "", amended: changes.has(id) };
    s.entries.push(e);
    if (e.cancelled) continue;
    if (kind === "extratime") phase = { ...phase, extra: true };
    if (kind === "penalties") phase = { ...phase, shootout: true };
    happen(s, e);
  }
  s.shootout = phase.shootout;
  mark(s);
  return s;
}

const sideOf = ({ team }, home, visit) => (team === undefined ? "" : team === home ? "home" : team === visit ? "visit" : "");

// goOn tells one event more of a story that a status has set right, while not
// all events before it are known.
export function goOn(s, { id, kind, timestamp, data = {} }, { home, visit }) {
  const e = { id, kind, timestamp, data, phase: { extra: s.period.endsWith("_extra"), shootout: s.period === "penalties" },
    tally: "", review: false, side: sideOf(data, home, visit), cancelled: false, why: "", amended: false };
  s.entries.push(e);
  happen(s, e);
  s.shootout ||= s.period === "penalties";
}

// corrections are the cancels by the event that they take back, and the new
// details of those that were amended.
function corrections(events) {
  const cancels = new Map(), changes = new Map(), byID = new Map();
  for (const e of events) {
    byID.set(e.id, e);
    const { ref, forced, by, ...details } = e.data ?? {};
    if (e.kind === "cancel") cancels.set(ref, e);
    if (e.kind === "amend") changes.set(ref, { ...changes.get(ref), ...details });
  }
  return { cancels, changes, byID };
}

// happen is what an event does; the rules are the server's.
function happen(s, e) {
  const { kind, timestamp, data } = e;
  const before = s.period;
  s.period = periodAfter(kind, before);
  if (s.period !== before) s.since = timestamp;
  if (kind === "abandon") [s.period, s.since, s.abandoned, s.suspendedAt] = ["ended", timestamp, true, 0];
  if (kind === "suspend") s.suspendedAt = timestamp;
  if (kind === "resume") {
    s.since += Math.max(timestamp - s.suspendedAt, 0);
    s.suspendedAt = 0;
  }
  if (isKick(e)) {
    if (kind === "goal") s.kicks[e.side]++;
    e.tally = score(s.kicks);
  } else if (kind === "goal") {
    s.goals[e.side]++;
    e.tally = score(s.goals);
  } else if (kind === "var") review(s, e);
  else if (kind === "addedtime") s.added = String(data.minutes);
  else if (parts(kind)) s.added = "";
}

// review opens one, or closes that of the same event, else of the same thing.
function review(s, e) {
  const { ref, about, outcome } = e.data;
  if (outcome === "open") return s.reviews.push(e);
  const at = s.reviews.findIndex(({ data }) => (ref && data.ref === ref) || ((!ref || !data.ref) && data.about === about));
  if (at >= 0) s.reviews.splice(at, 1);
}

// mark notes what is under review at the events themselves. After the end
// nothing is.
function mark(s) {
  if (s.period === "ended") s.reviews = [];
  for (const open of s.reviews) {
    for (const e of s.entries) if (!e.cancelled && (e.id === open.data.ref || e.id === open.id)) e.review = true;
  }
}
