// The match as it stands after its events, those included that no server has
// yet confirmed: internal/match's fold, without its refusals. An event is
// {mark, kind, data, timestamp}; its mark is its id, or of one that waits the
// id of its tap, and data.ref is such a mark.
import { periodAfter } from "../clock.js";
import { single } from "./player.js";
import { begin, cardShown, leave, meet, newSide, replace } from "./squads.js";

// effective is what each event counts as, after the cancels and amends behind
// it: {…event, cancelled, amended, phase, meant}, oldest first.
export function effective(events) {
  const by = new Map(events.map((e) => [e.mark, e]));
  const cancelled = new Set(), changes = new Map();
  for (const { kind, data } of events) {
    if (kind === "cancel") cancelled.add(data.ref);
    if (kind === "amend") changes.set(data.ref, { ...changes.get(data.ref), ...detailsOf(data) });
  }
  const now = (e) => ({ ...e.data, ...changes.get(e.mark) });
  const phase = { extra: false, shootout: false };
  return events.map((e) => {
    const data = Object.fromEntries(Object.entries(now(e)).filter(([, value]) => value !== null));
    const ref = by.get(data.ref);
    const told = { ...e, data, cancelled: cancelled.has(e.mark), amended: changes.has(e.mark), phase: { ...phase },
      meant: ref && { ...now(ref), mark: ref.mark, kind: ref.kind } };
    if (!told.cancelled) {
      phase.extra ||= e.kind === "extratime";
      phase.shootout ||= e.kind === "penalties";
    }
    return told;
  });
}

const detailsOf = ({ ref, by, forced, ...details }) => details;

// fold gives the state of a match between two teams, and its events as told.
export function fold(home, visit, events) {
  const s = { period: "not_started", start: 0, suspended: false, suspendedAt: 0, abandoned: false, shootout: false,
    home: newSide(home), visit: newSide(visit), review: undefined, told: effective(events) };
  for (const e of s.told) if (!e.cancelled && e.kind !== "cancel" && e.kind !== "amend") play(s, e);
  return s;
}

export const statusOf = (s) => s.abandoned ? "abandoned" : s.period === "ended" ? "ended" : s.suspended ? "suspended"
  : s.period === "not_started" ? "scheduled" : "live";

function play(s, e) {
  turn(s, e);
  if (e.kind === "start") {
    begin(s.home, e.data.home_lineup ?? s.home.announced);
    begin(s.visit, e.data.visit_lineup ?? s.visit.announced);
  } else if (e.kind === "var") {
    s.review = e.data.outcome === "open" ? e : undefined;
  } else if (!e.kind.startsWith("x-")) happen(s, e);
}

function turn(s, { kind, timestamp, mark }) {
  const period = periodAfter(kind, s.period);
  if (period !== s.period) [s.period, s.start, s.turned] = [period, timestamp, mark];
  if (kind === "penalties") s.shootout = true;
  if (kind === "suspend") [s.suspended, s.suspendedAt] = [true, timestamp];
  if (kind === "resume") {
    s.start += Math.max(0, timestamp - s.suspendedAt);
    [s.suspended, s.suspendedAt] = [false, 0];
  }
  if (kind === "abandon") Object.assign(s, { period: "ended", start: timestamp, suspended: false, suspendedAt: 0, abandoned: true });
}

function happen(s, e) {
  const { kind, data } = e;
  const sideOf = (id) => [s.home, s.visit].find((side) => side.id === id);
  const team = sideOf(data.team), side = data.player_team ? sideOf(data.player_team) : team;
  if (!team || !side) return;
  if (kind !== "substitution") for (const p of [data.player, data.assist]) meet(side, single(p));
  const player = single(data.player), out = single(data.player_out), into = single(data.player_in);
  switch (kind) {
    case "lineup":
      [team.announced, team.bench, team.coach] = [data.players, data.substitutes ?? [], data.coach ?? ""];
      break;
    case "goal":
      team[s.period === "penalties" ? "penalties" : "score"]++;
      break;
    case "card":
      team.cards.push(cardShown(e, s.shootout));
      if (data.card === "red" && player) leave(team, player);
      break;
    case "substitution":
      if (out && into) replace(team, out, into);
  }
}
