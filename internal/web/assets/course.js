// The match as a line in time, as course.go draws it.
import words from "./words.js";
import { svg } from "./dom.js";
import { halfOf } from "./clock.js";
import { plain } from "./sentence.js";
import { percent } from "./statistics.js";
import { isKick, when } from "./story.js";
import { tell } from "./telling.js";
import { iconOf } from "./ticker.js";

// halves are those of the match, as long as its events say; now is the minute
// that runs, "" for none.
function halves({ entries }, now) {
  const counts = entries.filter((e) => !e.cancelled);
  const all = [{ from: 0, to: 45, length: 45 }, { from: 45, to: 90, length: 45 }];
  if (counts.some((e) => e.kind === "extratime")) all.push({ from: 90, to: 105, length: 15 }, { from: 105, to: 120, length: 15 });
  for (const minute of [...counts.map((e) => e.data.minute), now]) {
    const [base, more] = played(minute);
    for (const h of all) if (h.to === base) h.length = Math.max(h.length, h.to - h.from + more);
  }
  return all;
}

// played reads a minute: "45+2" is 45 and 2.
function played(minute) {
  const [base, more] = (minute || "0").split("+");
  return [Number(base), Number(more ?? 0)];
}

// place is where a minute lies, in minutes from the beginning of the line.
function place(halves, minute) {
  const [base, more] = played(minute);
  let before = 0;
  for (const h of halves) {
    if (base <= h.to) return before + Math.min(base - h.from + more, h.length);
    before += h.length;
  }
  return before;
}

const total = (halves) => halves.reduce((n, h) => n + h.length, 0);

// A row of marks is so high; each side has room for one, for its crest.
const lane = 20;

// course: what happened, the home team's above and the visitors' below, and
// how far it is. It is as high as the lanes in use.
export function course(story, now, names) {
  const all = halves(story, now), whole = total(all);
  const share = (n) => percent(Math.floor((1000 * n) / whole));
  const reach = reached(story, all, now);
  const shown = moments(story, all, whole);
  const rows = (side) => Math.max(1, ...shown.filter(({ e }) => e.side === side).map(({ level }) => level + 1));
  const line = 6 + lane * rows("home"); // top of the track
  const kids = [
    svg("rect", { class: "track", y: line, width: "100%", height: 4, rx: 2 }),
    svg("rect", { class: "past", y: line, width: share(reach), height: 4, rx: 2 }),
    ...[["home", line - 26], ["visit", line + 6]].map(([side, y]) =>
      svg("svg", { class: "crest", x: -35, y, width: 22, height: 24, "aria-hidden": "true" }, svg("use", { href: `#crest-${side}` }))),
  ];
  let before = 0;
  for (const { from, to, length } of all) {
    if (before > 0) kids.push(svg("rect", { class: "break", x: share(before), y: line - 8, width: 2, height: 20 }));
    for (let m = from + 15; m <= to; m += 15) {
      kids.push(svg("text", { class: "tick", x: share(before + m - from), y: line - 4, "text-anchor": "middle" }, when(String(m))));
    }
    before += length;
  }
  if (now) kids.push(svg("circle", { class: "now", cx: share(reach), cy: line + 2, r: 6 }));
  return svg("svg", { class: "line", width: "100%", height: line + 10 + lane * rows("visit"), role: "group", "aria-label": words.page.course },
    kids, shown.map((m) => pin(m, whole, line, names)));
}

// moments are what the line shows: events, where, and how many lanes away from
// it. Those that would lie upon each other stand further out.
function moments({ entries }, halves, whole) {
  const gap = Math.floor((whole * 5) / 100), all = [];
  const taken = { home: [0, 0, 0], visit: [0, 0, 0] }; // up to where, by side and distance
  let at = 0;
  for (const e of entries) {
    if (e.data.minute) at = place(halves, e.data.minute);
    if (e.cancelled || !e.side || !isMoment(e)) continue;
    const lanes = taken[e.side], free = lanes.findIndex((f) => f <= at);
    const level = free < 0 ? lanes.indexOf(Math.min(...lanes)) : free; // on a phone they touch
    lanes[level] = at + gap;
    all.push({ e, level, at });
  }
  return all;
}

// pin is how a moment is drawn: it leads to its row.
function pin({ e, level, at }, whole, line, names) {
  const y = e.side === "visit" ? line + 6 + lane * level : line - lane * (level + 1);
  const label = `${when(e.data.minute)} ${plain(tell(e, names))}`.trim(), name = iconOf(e);
  return svg("svg", { class: `moment ${name} ${e.side}`, x: percent(Math.floor((1000 * at) / whole)), y, overflow: "visible" },
    svg("a", { href: `#e${e.id}`, "aria-label": label },
      svg("title", {}, label),
      svg("circle", { class: "ground", cy: 9, r: 9 }),
      svg("use", { href: `#i-${name}`, x: -8, y: 1, width: 16, height: 16 })));
}

const isMoment = (e) => (e.kind === "goal" || e.kind === "miss" ? !isKick(e) : e.kind === "card" || e.kind === "substitution");

const halvesBegun = { first: 1, halftime: 1, last: 2, first_extra: 3, halftime_extra: 3 };

// reached is how far the match is, in minutes from the beginning of the line.
function reached({ entries, period, abandoned }, halves, now) {
  if (now) return place(halves, now);
  if (period === "not_started") return 0;
  if (halfOf(period) || abandoned) { // no clock: where something happened last
    const last = entries.findLast((e) => e.data.minute && !e.cancelled);
    return last ? place(halves, last.data.minute) : 0;
  }
  return total(halves.slice(0, halvesBegun[period] ?? halves.length));
}
